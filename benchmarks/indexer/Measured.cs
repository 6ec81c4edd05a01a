using System.Diagnostics;
using System.Globalization;

namespace FinanceChain.IndexerBenchmark;

/// <summary>What indexing the whole ledger took.</summary>
/// <param name="Seconds">From the start of the process until its rows are complete.</param>
/// <param name="ProcessorSeconds">Of the process and all that it started, without the database and the chain.</param>
/// <param name="PeakMegabytes">The highest sum of resident memory that was seen.</param>
internal sealed record Measurement(double Seconds, double ProcessorSeconds, double PeakMegabytes);

/// <summary>Runs a program until its work is done and watches what it takes.</summary>
internal static class Measured
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly double TicksPerSecond = 100;

    /// <param name="isDone">Asked again and again; the program is ended once it says yes.</param>
    /// <exception cref="InvalidOperationException">The program ended, or did not finish within <paramref name="patience"/>.</exception>
    public static async Task<Measurement> Run(ProcessStartInfo start, Func<Task<bool>> isDone, TimeSpan patience, CancellationToken cancellation)
    {
        var output = Path.GetTempFileName();
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
        var log = Log(process, output);
        double peak = 0, processor = 0;
        try
        {
            while (!await isDone())
            {
                if (process.HasExited || clock.Elapsed > patience)
                {
                    throw new InvalidOperationException($"{start.FileName} did not finish; see {output}");
                }

                var tree = Tree(process.Id);
                peak = Math.Max(peak, tree.Sum(Resident));
                processor = Math.Max(processor, tree.Sum(ProcessorTime));
                await Task.Delay(Look, cancellation);
            }

            clock.Stop();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            await log;
        }

        File.Delete(output);
        return new Measurement(clock.Elapsed.TotalSeconds, processor, peak);
    }

    private static async Task Log(Process process, string file)
    {
        if (!process.StartInfo.RedirectStandardOutput)
        {
            return;
        }

        await using var target = File.Create(file);
        await process.StandardOutput.BaseStream.CopyToAsync(target);
    }

    private static List<int> Tree(int root)
    {
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
        {
            try
            {
                foreach (var task in Directory.GetDirectories($"/proc/{tree[i]}/task"))
                {
                    var children = File.ReadAllText(Path.Combine(task, "children"));
                    tree.AddRange(children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
                }
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return tree;
    }

    private static double Resident(int process) => Read($"/proc/{process}/status") is { } status
        && status.Split('\n').FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) is { } line
        ? double.Parse(line[6..^2], CultureInfo.InvariantCulture) / 1024
        : 0;

    // Fields 14 and 15 of proc(5), counted behind the name, which may hold spaces.
    private static double ProcessorTime(int process) => Read($"/proc/{process}/stat") is { } stat
        && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is var fields
        ? (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
