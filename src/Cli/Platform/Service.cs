using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Platform;

/// <summary>One of our own programs as a process of its own: the gateway or the indexer.</summary>
/// <param name="Name">Of its run file and its log.</param>
/// <param name="Project">Its folder in <c>src</c>, which is its working directory too: settings and static files stand there.</param>
/// <param name="Health">Answers 200 as soon as the service can be used.</param>
internal sealed record Service(string Name, string Project, int Port, Uri Health, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(40);

    /// <summary>The service of this name that runs for the folder, or null.</summary>
    public static Daemon? Attach(DataFolder data, string name) => Daemon.Attach(data.RunFile(name), data.Log(name));

    public static Task Stop(Daemon service, CancellationToken cancellation) =>
        service.Stop(StopSignal.Terminate, StopPatience, cancellation);

    /// <summary>Starts the service and waits until it answers. One that runs with the same settings and the same build is left as it is.</summary>
    /// <exception cref="CommandException">It ended or does not become ready; the message carries the end of its log.</exception>
    public async Task<Daemon> Start(DataFolder data, CancellationToken cancellation)
    {
        string program = ProgramFile(Project);
        string settings = Fingerprint(program);
        Daemon? running = Attach(data, Name);
        if (running is not null && running.Run.Settings != settings)
        {
            await Stop(running, cancellation);
            running = null;
        }

        Daemon daemon = running ?? Daemon.Start(new DaemonStart(
            Name, [DotnetHost(), program], Port, SourceFolder(), data.Log(Name), data.RunFile(Name), Environment, settings));
        await WaitUntilHealthy(daemon, cancellation);
        return daemon;
    }

    private static string DotnetHost() =>
        Path.GetFileNameWithoutExtension(System.Environment.ProcessPath) == "dotnet" ? System.Environment.ProcessPath! : "dotnet";

    private string SourceFolder() => Path.Combine(Checkout.Root, "src", Project);

    /// <summary>The program of a folder of <c>src</c>.</summary>
    public static string ProgramFile(string project)
    {
        // The same configuration (Release or Debug) as ours: .../bin/Release/net10.0/
        var ours = new DirectoryInfo(AppContext.BaseDirectory);
        string file = Path.Combine(Checkout.Root, "src", project, "bin", ours.Parent!.Name, ours.Name, $"FinanceChain.{project}.dll");
        return File.Exists(file) ? file : throw new CommandException($"{file} has not been built: run './financechain', which builds it.");
    }

    /// <summary>Of everything that would make a fresh start behave otherwise. A hash, because settings hold passwords.</summary>
    private string Fingerprint(string program)
    {
        IEnumerable<string> parts = Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        string all = string.Join('\n', [$"{program} {File.GetLastWriteTimeUtc(program):O}", .. parts]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }

    /// <summary>True when this address answers with success within a few seconds.</summary>
    public static async Task<bool> Answers(Uri address, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(address, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WaitUntilHealthy(Daemon daemon, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (!await Answers(Health, cancellation))
        {
            if (!daemon.IsRunning || clock.Elapsed > StartPatience)
            {
                string what = daemon.IsRunning ? "runs but does not become ready" : "ended at its start";
                throw new CommandException($"The {Name} {what}; the end of {daemon.LogFile}:\n{daemon.LogTail(12)}");
            }

            await Task.Delay(100, cancellation);
        }
    }
}
