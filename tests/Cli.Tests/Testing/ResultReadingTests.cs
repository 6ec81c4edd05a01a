using FinanceChain.Cli.Testing;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Tests.Testing;

public sealed class ResultReadingTests
{
    [TestCase("  12 passing\n", 12, 0, 0)]
    [TestCase("  12 passing\n  1 failing\n", 12, 1, 0)]
    [TestCase("  0 passing\n  2 failing\n  3 skipped\n", 0, 2, 3)]
    [TestCase("    ✔ test_12 passing amounts\n  1) test_7 failing\n", 0, 0, 0)]
    [TestCase("Error HH404: File not found\n", 0, 0, 0)]
    public void Hardhat_Summary_IsRead(string output, int passed, int failed, int skipped) =>
        Assert.That(SolidityTests.Parse(output.Split('\n')), Is.EqualTo(new TestCounts(passed, failed, skipped)));

    [Test]
    public void Hardhat_WhatFailed_IsNamed()
    {
        string[] output = ["  1) test_Seen()", "  3 passing", "  2 failing", "", "  1) Ledger: test_A()", "     Error: refused", "  2) Ledger: test_B()"];

        Assert.That(SolidityTests.Parse(output), Is.EqualTo(new TestCounts(3, 2, 0) { Failures = "Ledger: test_A()\nLedger: test_B()" }));
    }

    [TestCase(10, 10, 10, 0, 0)]
    [TestCase(10, 8, 7, 1, 2)]
    [TestCase(0, 0, 0, 0, 0)]
    public void Trx_Counters_AreRead(int total, int executed, int passed, int failed, int skipped)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, $"""
            <?xml version="1.0" encoding="utf-8"?>
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <ResultSummary outcome="Completed"><Counters total="{total}" executed="{executed}" passed="{passed}" failed="{failed}" /></ResultSummary>
            </TestRun>
            """);

        TestCounts counts = Trx.Read(file);

        File.Delete(file);
        Assert.That(counts, Is.EqualTo(new TestCounts(passed, failed, skipped)));
    }

    [Test]
    public void Trx_WhatFailed_IsNamedWithItsMessage()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult testName="Loan_Repaid" outcome="Passed" />
                <UnitTestResult testName="Loan_Opened" outcome="Failed">
                  <Output><ErrorInfo><Message>  Expected: 1
              But was:  2</Message><StackTrace>at a</StackTrace></ErrorInfo></Output>
                </UnitTestResult>
              </Results>
              <ResultSummary outcome="Failed"><Counters total="2" executed="2" passed="1" failed="1" /></ResultSummary>
            </TestRun>
            """);

        TestCounts counts = Trx.Read(file);

        File.Delete(file);
        Assert.That(counts, Is.EqualTo(new TestCounts(1, 1, 0) { Failures = "Loan_Opened: Expected: 1 But was: 2" }));
    }

    [Test]
    public void Projects_OfTheSolution_AreEveryTestFolder()
    {
        string solution = File.ReadAllText(Path.Combine(Checkout.Root, "FinanceChain.sln"));
        string[] folders = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];

        Assert.That(DotnetTests.Projects(solution).Order(StringComparer.Ordinal), Is.EqualTo(folders));
    }
}
