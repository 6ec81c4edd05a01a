using Spectre.Console;

namespace FinanceChain.Cli.Progress;

/// <summary>A spinner for steps and a bar for measured work.</summary>
internal sealed class TerminalDisplay(IAnsiConsole console) : IDisplay
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);

    public void Say(string line) => console.WriteLine(line);

    public async Task<T> Step<T>(string what, Func<Task<T>> work)
    {
        T result = await console.Status().StartAsync(Markup.Escape(what), _ => work());
        console.MarkupLine($"[green]✓[/] {Markup.Escape(what)}");
        return result;
    }

    public Task<T> Measure<T>(string what, Func<IProgressSink, Task<T>> work) =>
        console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(what));
                bar.IsIndeterminate = true;
                var sink = new LatestReport();
                Task<T> task = work(sink);
                while (await Task.WhenAny(task, Task.Delay(Pace)) != task)
                {
                    Draw(bar, what, sink);
                }

                Draw(bar, what, sink);
                return await task;
            });

    private static void Draw(ProgressTask bar, string what, LatestReport sink)
    {
        (string phase, long done, long total) = sink.Current;
        if (total <= 0)
        {
            return;
        }

        bar.IsIndeterminate = false;
        bar.MaxValue = total;
        bar.Value = done;
        bar.Description = Markup.Escape($"{what}: {phase}");
    }
}
