using System.Text.RegularExpressions;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Testing;

/// <summary>
/// Test projects of FinanceChain.sln, as built (Release). What a project says comes whole when it is through.
/// </summary>
/// <param name="which">Whether a project of that name is among them.</param>
/// <param name="atOnce">Projects at the same time: each waits a good part of its time for chains, databases and browsers.</param>
internal sealed partial class DotnetTests(Func<string, bool> which, int atOnce) : ITestStep
{
    public string Name => ".NET";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
    {
        string results = Directory.CreateTempSubdirectory("financechain-tests-").FullName;
        try
        {
            var sum = default(TestCounts);
            var gate = new Lock();
            string solution = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "FinanceChain.sln"), cancellation);
            var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation };
            await Parallel.ForEachAsync(Projects(solution).Where(which), options, async (project, token) =>
            {
                var said = new StringWriter();
                TestCounts counts = await RunProject(project, filter, results, said, token);
                lock (gate)
                {
                    if (counts.Total > 0)
                    {
                        output.Write(said.ToString());
                        output.WriteLine($"   {project}: {counts}");
                        output.Flush();
                    }

                    sum += counts;
                }
            });

            return sum;
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    /// <summary>Names of the test projects in a solution file, in its order.</summary>
    internal static IEnumerable<string> Projects(string solution) =>
        TestProject().Matches(solution).Select(match => match.Groups["name"].Value);

    private static async Task<TestCounts> RunProject(
        string project, string? filter, string results, TextWriter output, CancellationToken cancellation)
    {
        string assembly = Path.Combine(Checkout.Root, "tests", project, "bin", "Release", "net10.0", $"FinanceChain.{project}.dll");
        List<string> arguments =
        [
            "test", assembly, "--nologo", "--logger", $"trx;LogFileName={project}.trx", "--results-directory", results,
            "--logger", "console;verbosity=normal",
        ];
        if (filter is not null)
        {
            arguments.AddRange(["--filter", $"FullyQualifiedName~{filter}"]);
        }

        int exitCode = await Tool.Run("dotnet", arguments, Show, cancellation);
        string trx = Path.Combine(results, $"{project}.trx");
        TestCounts counts = File.Exists(trx) ? Trx.Read(trx) : default;

        // A test host that crashed, or an assembly that is not there, has no failed test to show.
        return exitCode != 0 && counts.Failed == 0 ? counts with { Failed = 1 } : counts;

        void Show(string line)
        {
            if (!Chatter().IsMatch(line))
            {
                output.WriteLine(line);
            }
        }
    }

    [GeneratedRegex("""= "(?<name>[^"]+\.Tests)", "tests\\""")]
    private static partial Regex TestProject();

    /// <summary>Passed tests and the runner's own remarks; failures and their stacks are shown.</summary>
    [GeneratedRegex(@"^\s*(Passed|Skipped)\s|^\s*$|^Results File|^Test run for|^A total of|^NUnit |^Test Run |^Total tests|^ +(Passed|Failed|Skipped): |^ Total time|^No test matches|^Starting test|^VSTest|^Running (all|selected) tests in|^ +NUnit3TestExecutor")]
    private static partial Regex Chatter();
}
