using System.Globalization;

namespace FinanceChain.IndexerBenchmark;

internal static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[1];
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores of {model}, all parts on them; load of the last 5 minutes {load}.");
    }

    /// <summary>Not closed to others, as temporary folders usually are: then PostgreSQL's account would keep its data elsewhere, and they would stay.</summary>
    public static DirectoryInfo NewFolder() =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"financechain-benchmark-{Guid.NewGuid():n}"));
}
