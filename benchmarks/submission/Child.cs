using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>One of our programs as a process of its own, which can be paused, woken and killed.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public int Pid => _process.Id;

    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <param name="assembly">File name of the program beside this one.</param>
    public static Child Start(string assembly, string log, IEnumerable<string> arguments)
    {
        // The shell gives way to the program, so that its process number is the program's.
        var info = new ProcessStartInfo("/bin/sh") { WorkingDirectory = AppContext.BaseDirectory };
        string[] command = ["-c", "exec dotnet \"$@\" >>\"$0\" 2>&1", log, Path.Combine(AppContext.BaseDirectory, assembly), .. arguments];
        foreach (var argument in command)
        {
            info.ArgumentList.Add(argument);
        }

        return new Child(Process.Start(info)!);
    }

    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and the patience of a service that ends what it has begun.</summary>
    public async Task Stop()
    {
        Signals.Send(Pid, Signals.Terminate);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }
    }

    public void Dispose() => _process.Dispose();
}

/// <summary>Signals, and what the kernel says of processes.</summary>
internal static partial class Signals
{
    public const int KillNow = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Pause = 19;

    public static void Send(int pid, int signal) => _ = kill(pid, signal);

    /// <summary>The process and its direct children: a database server is many processes.</summary>
    public static IReadOnlyList<int> Family(int pid) =>
    [
        pid,
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(other => ParentOf(other) == pid),
    ];

    /// <summary>Seconds of processor time that a process and its children that live have used.</summary>
    public static double ProcessorSeconds(int pid) => Family(pid).Sum(member =>
        Fields(member) is { } fields ? (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100 : 0);

    /// <summary>Resident memory in megabytes.</summary>
    public static long MemoryMegabytes(int pid) => long.Parse(
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..^2].Trim(), CultureInfo.InvariantCulture) / 1024;

    private static int ParentOf(int pid) => Fields(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    // Behind the program's name, which may hold spaces.
    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
