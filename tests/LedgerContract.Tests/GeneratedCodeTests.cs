using FinanceChain.LedgerContract.Generator;

namespace FinanceChain.LedgerContract.Tests;

public sealed class GeneratedCodeTests
{
    private static readonly string Generated = Repository.Path("src", "LedgerContract", "Generated");

    [Test]
    public void GeneratedCode_Description_Matches()
    {
        var (code, said) = Run("--from-description", "--output", Generated, "--check");

        Assert.That(code, Is.Zero, said);
    }

    [Test]
    public void GeneratedCode_CompiledContract_Matches()
    {
        var ledger = Repository.Path("artifacts", "contracts", "FinanceLedger.sol", "FinanceLedger.json");
        Repository.Require(ledger, "compile the contracts (npx hardhat compile)");

        var (code, said) = Run("--artifacts", Repository.Path("artifacts"), "--output", Generated, "--check");

        Assert.That(code, Is.Zero, said);
    }

    [TestCase("ReceivableIssued.cs")]
    [TestCase("LedgerErrors.cs")]
    public void Generator_DriftedFile_ExitsOneAndNamesIt(string drifted)
    {
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Generated);
        File.AppendAllText(Path.Combine(copy.Path, drifted), "// edited\n");

        var (code, said) = Run("--from-description", "--output", copy.Path, "--check");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(said, Does.StartWith(drifted));
        });
    }

    [Test]
    public void Generator_FileOfARemovedStruct_ExitsOneAndNamesIt()
    {
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Generated);
        File.WriteAllText(Path.Combine(copy.Path, "Removed.cs"), "");

        var (code, said) = Run("--from-description", "--output", copy.Path, "--check");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(said, Does.StartWith("Removed.cs"));
        });
    }

    [Test]
    public void Generator_MissingArtifacts_ExitsTwo()
    {
        var (code, said) = Run("--artifacts", "no-such-folder", "--check");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(said, Does.Contain("npx hardhat compile"));
        });
    }

    private static (int Code, string Said) Run(params string[] arguments)
    {
        using var said = new StringWriter();
        var code = Generation.Run(arguments, said, said);
        return (code, said.ToString());
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("ledger-contract-").FullName;

        public void CopyFrom(string folder)
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
            }
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
