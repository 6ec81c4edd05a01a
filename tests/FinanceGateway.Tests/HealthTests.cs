using System.Net.Http.Json;
using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Readiness says no when what it stands for is away, and yes again when it is back.</summary>
[TestFixture]
internal sealed class HealthTests : TownFixture
{
    protected override string[] Options => ["--FinanceGateway:IndexerMaxLagBlocks=20", "--FinanceGateway:SenderWatchSeconds=1"];

    [Test]
    [CancelAfter(120_000)]
    public async Task Ready_FollowsIndexer_Money_AndChain_AndLiveDoesNot()
    {
        await Until(200, "indexer", true);
        await Town.StopIndexer(Stop);
        await Town.Chain.Mine(40, Stop);
        await Until(503, "indexer", false);
        await Town.StartIndexer(rebuild: false, Stop);
        await Until(200, "indexer", true);

        // A chain without fees asks for no money; from here on this one has them.
        await Rpc("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
        await Town.Chain.Mine(1, Stop);
        await Until(503, "senders", false);
        await Rpc("anvil_setBalance", Town.Sender.Address.ToString(), "0xde0b6b3a7640000");
        await Until(200, "senders", true);

        await Town.Chain.DisposeAsync();
        await Until(503, "chain", false);
        Assert.That((await Gateway.Get("health/live", null)).Status, Is.EqualTo(200));
    }

    private async Task Until(int status, string part, bool expected)
    {
        while (true)
        {
            var answer = await Gateway.Get("health/ready", null);
            if (answer.Status == status && (bool?)answer.Body![part] == expected)
            {
                return;
            }

            Stop.ThrowIfCancellationRequested();
            await Task.Delay(50, Stop);
        }
    }

    private async Task Rpc(string method, params string[] parameters)
    {
        using var http = new HttpClient();
        using var response = await http.PostAsJsonAsync(
            Town.Chain.Endpoint, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, Stop);
        Assert.That(await response.Content.ReadAsStringAsync(Stop), Does.Contain("result"));
    }
}
