using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.EndToEnd.Tests;

/// <summary>The platform as a person at a terminal has it: commands go in, text and exit codes come out.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(Checkout.Root, "src", "Cli", "bin", "Release", "net10.0", "financechain.dll");
    private readonly HttpClient _http;

    private Platform(string data, int port)
    {
        Data = data;
        Port = port;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public string Data { get; }

    public int Port { get; }

    public string ChainState => Path.Combine(Data, "chain", "state.json");

    public string ChainCheckpoint => Path.Combine(Data, "chain", "checkpoint.json");

    public static Platform OnFreshData()
    {
        // Left to 'up' to make: in a folder that is closed to PostgreSQL its data would move elsewhere and stay there.
        string data = Path.Combine(Path.GetTempPath(), $"financechain-e2e-{Guid.NewGuid():n}");
        return new Platform(data, FreePort());
    }

    public CommandRun Up() => Start("up", "--detach", "--data", Data, "--port", Port.ToString(CultureInfo.InvariantCulture));

    public static CommandRun Start(params string[] arguments) => new(Program, arguments);

    /// <summary>Null while nobody answers.</summary>
    public async Task<JsonElement?> Summary(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(new Uri("/api/v1/reports/summary", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task WaitForLoans(long least, CommandRun run, CancellationToken cancellationToken)
    {
        while ((await Summary(cancellationToken))?.GetProperty("loans").GetInt64() is not { } loans || loans < least)
        {
            if (run.HasExited)
            {
                Assert.Fail($"'up' ended before {least} loans:\n{run.Output}");
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Adds empty blocks and waits until the last one is indexed.</summary>
    public async Task MineAndIndex(int blocks, CancellationToken cancellationToken)
    {
        await using EmbeddedChain chain = EmbeddedChain.Attach(Path.Combine(Data, "chain"))!;
        await chain.Mine(blocks, cancellationToken);
        using var node = new EthereumClient(chain.Endpoint);
        ulong head = (await node.Block(BlockTag.Latest, cancellationToken))!.Number;
        while ((await Summary(cancellationToken))?.GetProperty("block").GetUInt64() is not { } block || block < head)
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Kills a part as a crash would.</summary>
    public void Kill(string part)
    {
        RunFile run = RunFile.Read(Path.Combine(Data, $"{part}.json")) ?? throw new InvalidOperationException($"{part} has no run file.");
        Process.GetProcessById(run.Process.Pid).Kill();
    }

    public async ValueTask DisposeAsync()
    {
        await Start("down", "--data", Data).Ended(CancellationToken.None);
        _http.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>One command that runs.</summary>
internal sealed class CommandRun
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public CommandRun(string program, IEnumerable<string> arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The exit code.</summary>
    public async Task<int> Ended(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    private void Take(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
