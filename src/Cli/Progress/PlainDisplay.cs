using System.Globalization;

namespace FinanceChain.Cli.Progress;

/// <summary>Lines of text: one when a step begins, one every few seconds while it lasts.</summary>
internal sealed class PlainDisplay(TextWriter output, TimeProvider clock) : IDisplay
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(3);

    private readonly Lock _lines = new();

    public void Say(string line)
    {
        lock (_lines)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    public async Task<T> Step<T>(string what, Func<Task<T>> work)
    {
        Say($"{what} ...");
        long begun = clock.GetTimestamp();
        Task<T> task = work();
        while (await Task.WhenAny(task, Task.Delay(Pace, clock)) != task)
        {
            Say($"  {Seconds(begun)}");
        }

        return await task;
    }

    public async Task<T> Measure<T>(string what, Func<IProgressSink, Task<T>> work)
    {
        Say($"{what} ...");
        var sink = new LatestReport();
        long begun = clock.GetTimestamp();
        Task<T> task = work(sink);
        while (await Task.WhenAny(task, Task.Delay(Pace, clock)) != task)
        {
            (string phase, long done, long total) = sink.Current;
            string share = total > 0 ? $"{done} of {total} ({100 * done / total} %)" : "";
            Say($"  {Seconds(begun)}  {phase} {share}".TrimEnd());
        }

        return await task;
    }

    private string Seconds(long begun) =>
        string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(begun).TotalSeconds,4:0} s");
}
