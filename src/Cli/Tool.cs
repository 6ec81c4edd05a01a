using System.Diagnostics;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli;

/// <summary>Runs a program to its end in the root of the checkout.</summary>
internal static class Tool
{
    /// <summary>Whether a program of that name is on the path.</summary>
    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Every line of output and errors goes to <paramref name="line"/>, as it comes.</summary>
    /// <param name="environment">Beside what the program inherits; for what must not stand in the list of processes.</param>
    /// <returns>Exit code. A cancelled program is ended with everything that it has started.</returns>
    public static async Task<int> Run(
        string program, IEnumerable<string> arguments, Action<string> line, CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Checkout.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["NO_COLOR"] = "1";
        info.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info) ?? throw new CommandException($"{program} could not be started.");
        var gate = new Lock();
        process.OutputDataReceived += (_, data) => Hand(data.Data);
        process.ErrorDataReceived += (_, data) => Hand(data.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;

        void Hand(string? text)
        {
            if (text is not null)
            {
                lock (gate)
                {
                    line(text);
                }
            }
        }
    }
}
