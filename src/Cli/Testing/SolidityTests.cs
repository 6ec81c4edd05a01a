using System.Globalization;
using System.Text.RegularExpressions;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Testing;

/// <summary>The contract's own tests, with fuzzing and invariants, by Hardhat.</summary>
internal sealed partial class SolidityTests : ITestStep
{
    public string Name => "Solidity";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
    {
        List<string> arguments = ["hardhat", "test", "solidity"];
        if (filter is not null)
        {
            if (!IsNamed(filter))
            {
                // Compiling takes a minute and more: not for a filter that means .NET tests.
                return default;
            }

            arguments.AddRange(["--grep", Regex.Escape(filter)]);
        }

        var lines = new List<string>();
        int exitCode = await Tool.Run(
            "npx",
            arguments,
            line =>
            {
                lines.Add(line);
                output.WriteLine(line);
            },
            cancellation);
        TestCounts counts = Parse(lines);

        // A compiler error or a crash ends without a failing test.
        return exitCode != 0 && counts.Failed == 0 ? counts with { Failed = 1 } : counts;
    }

    private static bool IsNamed(string filter) =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests", "contracts"), "*.t.sol", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains(filter, StringComparison.Ordinal));

    /// <summary>
    /// Reads the summary that Hardhat prints: "12 passing", "1 failing", "2 skipped", each on a line of its own, then what failed, numbered.
    /// </summary>
    internal static TestCounts Parse(IEnumerable<string> lines)
    {
        var counts = default(TestCounts);
        foreach (string line in lines)
        {
            if (counts.Failed > 0 && NumberedLine().Match(line) is { Success: true } failure)
            {
                counts += new TestCounts { Failures = failure.Groups["name"].Value };
            }

            if (SummaryLine().Match(line) is not { Success: true } match)
            {
                continue;
            }

            int number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
            counts = match.Groups["outcome"].Value switch
            {
                "passing" => counts with { Passed = number },
                "failing" => counts with { Failed = number },
                _ => counts with { Skipped = number },
            };
        }

        return counts;
    }

    [GeneratedRegex(@"^\s*(?<number>\d+) (?<outcome>passing|failing|skipped)\s*$")]
    private static partial Regex SummaryLine();

    [GeneratedRegex(@"^\s*\d+\) (?<name>.+)$")]
    private static partial Regex NumberedLine();
}
