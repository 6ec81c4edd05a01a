using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FinanceChain.EmbeddedEngines;

/// <summary>How to start a <see cref="Daemon"/>.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Port">The port that it will serve, for the run file; 0 when none.</param>
/// <param name="LogFile">Its output is appended here.</param>
/// <param name="RunFile">Where its <see cref="EmbeddedEngines.RunFile"/> is written.</param>
/// <param name="Settings">Kept in the run file; a later process may compare it before it attaches.</param>
public sealed record DaemonStart(
    string Name,
    IReadOnlyList<string> Command,
    int Port,
    string WorkingDirectory,
    string LogFile,
    string RunFile,
    IReadOnlyDictionary<string, string>? Environment = null,
    string Settings = "");

/// <summary>
/// A process in a session of its own, so that neither a closed terminal nor Ctrl-C reaches it: whoever started it, or a later
/// process that attaches by the run file, ends it. Disposing of this object leaves the process alone.
/// </summary>
public sealed class Daemon
{
    private Daemon(RunFile run, string logFile)
    {
        Run = run;
        LogFile = logFile;
    }

    public RunFile Run { get; }

    public string LogFile { get; }

    public bool IsRunning => Run.Process.IsRunning;

    /// <exception cref="EngineException">The program could not be executed at all.</exception>
    public static Daemon Start(DaemonStart start)
    {
        // setsid and exec keep the process number, so the child that .NET knows is the program itself.
        var info = new ProcessStartInfo("setsid") { UseShellExecute = false, WorkingDirectory = start.WorkingDirectory };
        string[] shell = ["/bin/sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", start.LogFile];
        foreach (string argument in shell.Concat(start.Command))
        {
            info.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in start.Environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info) ?? throw new EngineException($"{start.Name} could not be started.");
        ProcessIdentity identity = ProcessIdentity.Of(process.Id)
            ?? throw new EngineException($"{start.Name} ended at once; see {start.LogFile}.");
        var run = new RunFile(start.Name, identity, start.Port, DateTimeOffset.UtcNow, start.Settings);
        run.Write(start.RunFile);
        return new Daemon(run, start.LogFile);
    }

    /// <summary>The running process that left this run file, or null when it has ended.</summary>
    public static Daemon? Attach(string runFile, string logFile) =>
        RunFile.Read(runFile) is { } run && run.Process.IsRunning ? new Daemon(run, logFile) : null;

    /// <summary>Asks the process to end and waits; kills it when its patience is over. The run file stays, for the port.</summary>
    /// <param name="signal">SIGTERM or SIGINT, as the program understands "finish what you do and leave".</param>
    public async Task Stop(StopSignal signal, TimeSpan patience, CancellationToken cancellation)
    {
        Run.Process.Signal(signal == StopSignal.Interrupt ? NativeCalls.Interrupt : NativeCalls.Terminate);
        if (!await HasEnded(patience, cancellation))
        {
            Run.Process.Signal(NativeCalls.Kill);
            if (!await HasEnded(TimeSpan.FromSeconds(10), cancellation))
            {
                throw new EngineException($"{Run.Name} (process {Run.Process.Pid}) does not end.");
            }
        }
    }

    /// <summary>SIGKILL, for what need not be kept.</summary>
    public async Task Kill(CancellationToken cancellation)
    {
        Run.Process.Signal(NativeCalls.Kill);
        await HasEnded(TimeSpan.FromSeconds(10), cancellation);
    }

    /// <summary>The last lines of the log, for the sentence that reports a failure.</summary>
    public string LogTail(int lines = 5)
    {
        const int window = 8192;
        if (!File.Exists(LogFile))
        {
            return "";
        }

        using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(-Math.Min(window, log.Length), SeekOrigin.End);
        using var reader = new StreamReader(log);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(lines));
    }

    /// <summary>A port on 127.0.0.1 that nobody listens on at this moment; the preferred one when it is free.</summary>
    public static int FreePort(int preferred = 0)
    {
        if (preferred != 0 && IsFree(preferred))
        {
            return preferred;
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>True when this port on 127.0.0.1 can be listened on.</summary>
    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<bool> HasEnded(TimeSpan patience, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (IsRunning)
        {
            if (clock.Elapsed > patience)
            {
                return false;
            }

            await Task.Delay(25, cancellation);
        }

        return true;
    }
}

/// <summary>How a program is asked to end.</summary>
public enum StopSignal
{
    /// <summary>SIGTERM.</summary>
    Terminate,

    /// <summary>SIGINT: for PostgreSQL the fast shutdown.</summary>
    Interrupt,
}
