using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.Tests;

namespace FinanceChain.Cli.Tests.Embedded;

public sealed class EmbeddedChainTests
{
    private const string Somebody = "0x00000000000000000000000000000000000000bb";

    private static readonly DateTimeOffset July2023 = new(2023, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private string _folder = "";

    [SetUp]
    public void Prepare()
    {
        EmbeddedEngineGate.Require();
        _folder = Path.Combine(Path.GetTempPath(), $"financechain-test-{Guid.NewGuid():n}");
    }

    [TearDown]
    public async Task EndChain()
    {
        if (EmbeddedChain.Attach(_folder) is { } chain)
        {
            await chain.Stop(CancellationToken.None);
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task Chain_AfterStopAndStart_GoesOnFromItsLastBlock(CancellationToken cancellation)
    {
        EmbeddedChain first = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await first.Mine(3, cancellation);
        await first.Stop(cancellation);

        EmbeddedChain second = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);

        Assert.That(await second.BlockNumber(cancellation), Is.EqualTo(3));
    }

    /// <summary>By its genesis an indexer knows a ledger again. Anvil alone answers with another block 0 at every second restart or so.</summary>
    [TestCase(true), TestCase(false)]
    [CancelAfter(60_000)]
    public async Task Chain_RestartedAgainAndAgain_KeepsItsGenesis(bool isStory, CancellationToken cancellation)
    {
        var options = new ChainOptions { GenesisTime = isStory ? July2023 : null };
        var seen = new List<Hash256>();
        for (int start = 0; start < 8; start++)
        {
            EmbeddedChain chain = await EmbeddedChain.Start(_folder, options, cancellation);
            using var node = new EthereumClient(chain.Endpoint);
            seen.Add((await node.Block(0, cancellation))!.Hash);
            await chain.Mine(1, cancellation);
            Assert.That(await chain.Time(cancellation), Is.EqualTo(isStory ? July2023 : DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            await chain.Stop(cancellation);
        }

        Assert.That(seen, Is.All.EqualTo(seen[0]));
    }

    [Test, CancelAfter(60_000)]
    public async Task Chain_KilledInTheMiddleOfAWrite_GoesOnFromItsCheckpoint(CancellationToken cancellation)
    {
        EmbeddedChain first = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await first.Mine(5, cancellation);
        await first.SaveCheckpoint(cancellation);
        await first.Mine(2, cancellation);
        await Kill(first);
        await File.WriteAllTextAsync(Path.Combine(_folder, "state.json"), "{\"block\":{\"number\":\"0x7\",\"bene", cancellation);

        EmbeddedChain second = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);

        Assert.That(await second.BlockNumber(cancellation), Is.EqualTo(5));
    }

    /// <summary>What anvil leaves when a block comes while it collects its state: accounts that the latest block does not explain.</summary>
    [Test, CancelAfter(60_000)]
    public async Task Chain_WithAccountsLaterThanItsBlocks_GoesOnFromItsCheckpoint(CancellationToken cancellation)
    {
        EmbeddedChain first = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await first.SetBalance(Somebody, 7, cancellation);
        await first.SaveCheckpoint(cancellation);
        await first.Mine(2, cancellation);
        await first.Stop(cancellation);
        await ChangeAccounts(cancellation);

        EmbeddedChain second = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);

        Assert.Multiple(() =>
        {
            Assert.That(second.BlockNumber(cancellation).Result, Is.EqualTo(1));
            Assert.That(second.Notice, Does.Contain("from block 1 instead of 3"));
        });
    }

    [Test, CancelAfter(60_000)]
    public async Task Chain_WithNothingButAnInconsistentState_SaysSo(CancellationToken cancellation)
    {
        EmbeddedChain first = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await first.SetBalance(Somebody, 7, cancellation);
        await first.Stop(cancellation);
        await ChangeAccounts(cancellation);

        await Assert.ThrowsAsync<EngineException>(() => EmbeddedChain.Start(_folder, new ChainOptions(), cancellation));

        Assert.That(EmbeddedChain.Attach(_folder), Is.Null);
    }

    [Test, CancelAfter(60_000)]
    public async Task Chain_WithACheckpointLaterThanItsState_GoesOnFromTheCheckpoint(CancellationToken cancellation)
    {
        EmbeddedChain first = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await first.Mine(2, cancellation);
        await first.Stop(cancellation);
        EmbeddedChain second = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await second.Mine(3, cancellation);
        await second.SaveCheckpoint(cancellation);
        await Kill(second);

        EmbeddedChain third = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);

        Assert.That(await third.BlockNumber(cancellation), Is.EqualTo(5));
    }

    [Test, CancelAfter(60_000)]
    public async Task KeepCheckpoints_UntilTheChainIsKilled_KeepsWhatCame(CancellationToken cancellation)
    {
        EmbeddedChain first = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);
        await first.SetBalance(Somebody, 7, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task keeper = first.KeepCheckpoints(TimeSpan.FromMilliseconds(50), stop.Token);
        while (!File.Exists(Path.Combine(_folder, "checkpoint.json")))
        {
            await Task.Delay(20, cancellation);
        }

        await Kill(first);
        await Task.Delay(200, cancellation);
        Assert.That(keeper.IsCompleted, Is.False, "a chain that does not answer is asked again later");
        await stop.CancelAsync();
        await keeper.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        EmbeddedChain second = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);

        Assert.That(await second.BlockNumber(cancellation), Is.EqualTo(1));
    }

    /// <summary>The number of the surroundings, of the best block and of the latest header.</summary>
    [TestCase("0x7", "7", "0x7", ExpectedResult = 7ul)]
    [TestCase("0x8", "7", "0x7", ExpectedResult = null, Description = "the next block had begun")]
    [TestCase("0x7", "7", "0x8", ExpectedResult = null, Description = "the next block came")]
    [TestCase("0x8", "7", "0x8", ExpectedResult = null)]
    [TestCase("0x7", "\"seven\"", "0x7", ExpectedResult = null)]
    public ulong? StateFile_OfOneMoment_NamesItsBlock(string surroundings, string best, string header) => StateFile.LatestBlock(Encoding.UTF8.GetBytes(
        $$$$"""{"block":{"number":"{{{{surroundings}}}}"},"accounts":{"number":{}},"best_block_number":{{{{best}}}},"blocks":[{"header":{"number":"0x1"}},{"header":{"number":"{{{{header}}}}"}}],"transactions":[{"info":{"a":{"number":"0x99"}}}]}"""));

    [Test, CancelAfter(60_000)]
    public async Task Chain_DamagedAndWithoutCheckpoint_SaysSo(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "state.json"), "{\"block\":", cancellation);

        EngineException? refusal = await Assert.ThrowsAsync<EngineException>(() => EmbeddedChain.Start(_folder, new ChainOptions(), cancellation));

        Assert.That(refusal?.Message, Does.Contain("state.json"));
    }

    [Test, CancelAfter(60_000)]
    public async Task StoryClock_AfterRestart_GoesOnWhereItStood(CancellationToken cancellation)
    {
        var story = new ChainOptions { GenesisTime = July2023 };
        EmbeddedChain first = await EmbeddedChain.Start(_folder, story, cancellation);
        await first.SetNextBlockTimestamp(July2023.AddDays(100), cancellation);
        await first.Mine(1, cancellation);
        await first.Stop(cancellation);

        EmbeddedChain second = await EmbeddedChain.Start(_folder, story, cancellation);
        await second.Mine(1, cancellation);

        Assert.That(await second.Time(cancellation), Is.InRange(July2023.AddDays(100), July2023.AddDays(100).AddMinutes(1)));
    }

    [Test, CancelAfter(60_000)]
    public async Task StoryClock_AfterReturnToWallClock_IsOurTimeAndStaysSo(CancellationToken cancellation)
    {
        var story = new ChainOptions { GenesisTime = July2023 };
        EmbeddedChain first = await EmbeddedChain.Start(_folder, story, cancellation);
        await first.ReturnToWallClock(cancellation);
        Assert.That(await first.Time(cancellation), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(10)));
        await first.Stop(cancellation);

        EmbeddedChain second = await EmbeddedChain.Start(_folder, story, cancellation);
        await second.Mine(1, cancellation);

        Assert.That(await second.Time(cancellation), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(10)));
    }

    [Test, CancelAfter(60_000)]
    public async Task ReturnToWallClock_StoryRanPastOurTime_IsRefused(CancellationToken cancellation)
    {
        EmbeddedChain chain = await EmbeddedChain.Start(_folder, new ChainOptions { GenesisTime = July2023 }, cancellation);
        await chain.SetNextBlockTimestamp(DateTimeOffset.UtcNow.AddDays(2), cancellation);
        await chain.Mine(1, cancellation);

        await Assert.ThrowsAsync<EngineException>(() => chain.ReturnToWallClock(cancellation));
    }

    [Test, CancelAfter(60_000)]
    public async Task SetNextBlockTimestamp_BeforeTheLatestBlock_IsRefused(CancellationToken cancellation)
    {
        EmbeddedChain chain = await EmbeddedChain.Start(_folder, new ChainOptions(), cancellation);

        await Assert.ThrowsAsync<EngineException>(() => chain.SetNextBlockTimestamp(July2023, cancellation));
    }

    [Test, CancelAfter(60_000)]
    public async Task IncreaseTime_ThenMine_MovesTheBlock(CancellationToken cancellation)
    {
        EmbeddedChain chain = await EmbeddedChain.Start(_folder, new ChainOptions { GenesisTime = July2023 }, cancellation);

        await chain.IncreaseTime(TimeSpan.FromDays(30), cancellation);
        await chain.Mine(1, cancellation);

        Assert.That(await chain.Time(cancellation), Is.EqualTo(July2023.AddDays(30)).Within(TimeSpan.FromSeconds(10)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Start_OnTakenPort_NamesThePort(CancellationToken cancellation)
    {
        await using EmbeddedChain other = await EmbeddedChain.StartTemporary(cancellation);

        EngineException? refusal = await Assert.ThrowsAsync<EngineException>(
            () => EmbeddedChain.Start(_folder, new ChainOptions { Port = other.Port }, cancellation));

        Assert.That(refusal?.Message, Does.Contain($"{other.Port}"));
    }

    /// <summary>As if a block had come after those in the state file: somebody has more than the latest header knows of.</summary>
    private async Task ChangeAccounts(CancellationToken cancellation)
    {
        string file = Path.Combine(_folder, "state.json");
        JsonNode state = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellation))!;
        state["accounts"]![Somebody]!["balance"] = "0x8";
        await File.WriteAllTextAsync(file, state.ToJsonString(), cancellation);
    }

    private static async Task Kill(EmbeddedChain chain)
    {
        using Process process = Process.GetProcessById(chain.Process.Pid);
        process.Kill();
        await process.WaitForExitAsync();
    }
}
