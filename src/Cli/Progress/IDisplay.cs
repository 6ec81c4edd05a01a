using Spectre.Console;

namespace FinanceChain.Cli.Progress;

/// <summary>Where a command says what it does.</summary>
internal interface IDisplay
{
    void Say(string line);

    /// <summary>Runs one step of unknown length and shows that it goes on.</summary>
    Task<T> Step<T>(string what, Func<Task<T>> work);

    /// <summary>Runs work that reports how far it has come.</summary>
    Task<T> Measure<T>(string what, Func<IProgressSink, Task<T>> work);
}

internal static class Display
{
    /// <summary>A moving one on a terminal, else plain lines, as for a log file or CI.</summary>
    public static IDisplay ForConsole() =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected && !Console.IsErrorRedirected
            ? new TerminalDisplay(AnsiConsole.Console)
            : new PlainDisplay(Console.Out, TimeProvider.System);

    /// <summary>A step without a result.</summary>
    public static Task Step(this IDisplay display, string what, Func<Task> work) => display.Step(what, async () =>
    {
        await work();
        return true;
    });
}
