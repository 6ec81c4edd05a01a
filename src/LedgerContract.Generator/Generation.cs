using System.Text;

namespace FinanceChain.LedgerContract.Generator;

/// <summary>One run of the generator.</summary>
public static class Generation
{
    /// <returns>0 when written or equal, 1 for drift, 2 when it cannot run.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (!Arguments.TryParse(args, out var arguments, out var problem))
        {
            error.WriteLine(problem);
            return 2;
        }

        if (arguments.Artifacts is { } artifacts && LedgerDescription.MissingIn(artifacts) is { } missing)
        {
            error.WriteLine($"{missing} is missing: compile the contracts first (npx hardhat compile).");
            return 2;
        }

        var files = Generate(arguments);
        return arguments.Check ? Check(files, arguments.Output, output, error) : Write(files, arguments.Output, output);
    }

    private static SortedDictionary<string, string> Generate(Arguments arguments)
    {
        var json = arguments.Artifacts is { } artifacts
            ? LedgerDescription.FromArtifacts(artifacts)
            : File.ReadAllText(Path.Combine(arguments.Output, LedgerDescription.FileName));
        var contract = ContractModel.Parse(json);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { [LedgerDescription.FileName] = json };
        foreach (var (name, source) in CodeFiles.Of(contract))
        {
            files.Add(name, source);
        }

        return files;
    }

    private static int Check(SortedDictionary<string, string> files, string folder, TextWriter output, TextWriter error)
    {
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path) || File.ReadAllText(path) != content)
            {
                error.WriteLine($"{name} is not what the contract says: run the generator and commit what it writes.");
                return 1;
            }
        }

        foreach (var stale in Stale(files, folder))
        {
            error.WriteLine($"{Path.GetFileName(stale)} is not generated any more: run the generator and commit.");
            return 1;
        }

        output.WriteLine($"{files.Count} generated files match the contract.");
        return 0;
    }

    private static int Write(SortedDictionary<string, string> files, string folder, TextWriter output)
    {
        Directory.CreateDirectory(folder);
        foreach (var stale in Stale(files, folder))
        {
            File.Delete(stale);
        }

        foreach (var (name, content) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        output.WriteLine($"{files.Count} files written.");
        return 0;
    }

    private static IEnumerable<string> Stale(SortedDictionary<string, string> files, string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(path => !files.ContainsKey(Path.GetFileName(path))).Order(StringComparer.Ordinal)
            : [];
}
