namespace FinanceChain.SubmissionBenchmark;

/// <summary>Reports as Markdown, to be kept beside the command that made them.</summary>
internal static class Reports
{
    public static void Print(FaultReport report)
    {
        Console.WriteLine();
        Console.WriteLine($"seed {report.Options.Seed}, {report.Options.Gateways} gateways, {report.Options.Senders} senders, {report.Options.Clients} clients, final after {report.Options.FinalityDepth} blocks, {report.Length.TotalSeconds:F0} s");
        Console.WriteLine();
        Console.WriteLine("| fault | times |");
        Console.WriteLine("|---|---|");
        foreach (var (fault, times) in report.Faults.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"| {fault} | {times} |");
        }

        Console.WriteLine($"| **all** | {report.Faults.Values.Sum()} |");
        Console.WriteLine();
        Console.WriteLine($"accepted {report.Accepted}, of them final {report.Final} and refused by the ledger {report.Refused}; refused at the door {report.RefusedAtTheDoor}; requests repeated {report.Repeated}");
        Console.WriteLine(report.Findings.Count == 0 ? "Every operation exactly once or not at all; totals agree." : "FOUND:");
        foreach (var finding in report.Findings)
        {
            Console.WriteLine($"- {finding}");
        }
    }

    public static double Percentile(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
