using System.Globalization;

namespace FinanceChain.IndexerBenchmark;

internal static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[1];
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores of {model}, all parts on them, load of the last 5 minutes {load}");
    }
}

/// <summary>Memory and time of a process and its children, from /proc.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;

    /// <returns>The larger of what is used now and what was told before: bytes, seconds.</returns>
    public static (long Peak, double Cpu) Usage(int root, long peak, double cpu)
    {
        var (bytes, ticks) = (0L, 0L);
        foreach (var id in WithChildren(root))
        {
            try
            {
                var fields = File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ');
                ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
                bytes += long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return (Math.Max(peak, bytes), Math.Max(cpu, ticks / TicksPerSecond));
    }

    private static IEnumerable<int> WithChildren(int root)
    {
        yield return root;
        var file = $"/proc/{root}/task/{root}/children";
        var children = "";
        try
        {
            children = File.ReadAllText(file);
        }
        catch (IOException)
        {
        }

        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var id in WithChildren(int.Parse(child, CultureInfo.InvariantCulture)))
            {
                yield return id;
            }
        }
    }
}
