using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FinanceChain.Ethereum.Tests.Rpc;

/// <summary>A development chain of its own, ended with the fixture.</summary>
internal sealed class AnvilNode : IAsyncDisposable
{
    public const ulong ChainId = 31_337;

    // The first account of anvil's well-known mnemonic.
    public static readonly Secp256k1Key Rich =
        Secp256k1Key.FromPrivateKey(Hex.Decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));

    private readonly Process _process;

    private AnvilNode(Process process, Uri endpoint)
    {
        _process = process;
        Client = new EthereumClient(endpoint);
    }

    public EthereumClient Client { get; }

    public static async Task<AnvilNode> Start()
    {
        var anvil = Repository.Path("node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil");
        Repository.Require(anvil, "run npm ci");
        var port = FreePort();
        var start = new ProcessStartInfo(anvil)
        {
            ArgumentList =
            {
                "--port", port.ToString(CultureInfo.InvariantCulture), "--chain-id", ChainId.ToString(CultureInfo.InvariantCulture), "--hardfork", "osaka", "--silent",
            },
        };
        var node = new AnvilNode(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
        await node.WaitUntilItAnswers();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitUntilItAnswers()
    {
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromSeconds(30);)
        {
            try
            {
                await Client.ChainId(default);
                return;
            }
            catch (NodeUnreachableException) when (!_process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException("anvil did not answer within 30 s.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
