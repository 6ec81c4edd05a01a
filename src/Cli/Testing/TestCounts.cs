namespace FinanceChain.Cli.Testing;

/// <summary>How many tests ended how.</summary>
internal readonly record struct TestCounts(int Passed, int Failed, int Skipped)
{
    public int Total => Passed + Failed + Skipped;

    /// <summary>Which failed, and why, a line each; null when none did, or when a step cannot name them.</summary>
    public string? Failures { get; init; }

    public static TestCounts operator +(TestCounts left, TestCounts right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped)
        {
            Failures = left.Failures is { } first && right.Failures is { } second ? $"{first}\n{second}" : left.Failures ?? right.Failures,
        };

    /// <summary>The closing line of a run.</summary>
    public override string ToString() => $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : "");
}
