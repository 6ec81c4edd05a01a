using System.CommandLine;
using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Commands;

internal static class DownCommand
{
    /// <summary>An 'up' in the foreground stops its parts itself: so long it may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Command Create()
    {
        Option<string?> data = SharedOptions.Data();
        var command = new Command("down", "Stop what runs. The data stay.") { data };
        command.SetAction((parsed, cancellation) => Run(new DataFolder(parsed.GetValue(data)), Console.Out, cancellation));
        return command;
    }

    public static async Task<int> Run(DataFolder data, TextWriter output, CancellationToken cancellation)
    {
        var stopped = 0;
        if (Daemon.Attach(data.Up, "") is { } up)
        {
            await output.WriteLineAsync($"Asking 'financechain up' (process {up.Run.Process.Pid}) to stop");
            await up.Stop(StopSignal.Terminate, Patience, cancellation);
            stopped++;
        }

        await LocalPlatform.StopAll(
            data,
            part =>
            {
                output.WriteLine($"Stopping the {part.Name} (process {part.Run.Process.Pid})");
                stopped++;
            },
            cancellation);
        await output.WriteLineAsync(stopped == 0 ? $"Nothing runs for {data.Root}." : $"Stopped. The data are in {data.Root}.");
        return 0;
    }
}
