using FinanceChain.EmbeddedEngines;
using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>A database that holds one ledger refuses another, and stays as it is.</summary>
internal sealed class IdentityTests
{
    private string _database = null!;
    private TestLedger _ledger = null!;
    private string _before = null!;

    [SetUp]
    public async Task Index()
    {
        _database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        await new Story(_ledger, seed: 5).Open(enterprises: 3, banks: 1);
        await RunningIndexer.CatchUp(_ledger, _database);
        _before = await LedgerTables.Dump(_database);
    }

    [TearDown]
    public void Close() => _ledger?.Dispose();

    [Test]
    public async Task Start_WithForeignChainId_IsRefused()
    {
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { ChainId = 4711 }, CancellationToken.None);
        using var foreign = await TestLedger.Deploy(chain);
        await RequireRefused(foreign, "chain id");
    }

    [Test]
    public async Task Start_WithForeignGenesis_IsRefused()
    {
        var genesis = new ChainOptions { GenesisTime = new DateTimeOffset(2023, 7, 1, 0, 0, 0, TimeSpan.Zero) };
        await using var chain = await EmbeddedChain.StartTemporary(genesis, CancellationToken.None);
        using var foreign = await TestLedger.Deploy(chain);
        // The same contract at the same address and height: only the history differs.
        await chain.Mine((int)_ledger.DeployBlock, CancellationToken.None);
        var code = await _ledger.Client.Code(_ledger.Address, Ethereum.BlockTag.Latest, CancellationToken.None);
        await foreign.Client.Send("anvil_setCode", [_ledger.Address, code], CancellationToken.None);
        await RequireRefused(
            foreign, "genesis block", ("LedgerAddress", _ledger.Address.ToString()), ("DeployBlock", $"{_ledger.DeployBlock}"));
    }

    [Test]
    public async Task Start_WithAnotherLedgerOfTheChain_IsRefused()
    {
        using var other = await TestLedger.Deploy(Engines.Chain);
        await RequireRefused(other, "address");
    }

    [Test]
    public async Task Rebuild_WithAnotherLedgerOfTheChain_IsRefused()
    {
        using var other = await TestLedger.Deploy(Engines.Chain);
        await RequireRefused(other, "address", ("Rebuild", "true"));
    }

    [Test]
    public async Task Start_WithAnotherDeployBlock_IsRefused() =>
        await RequireRefused(_ledger, "deploy block", ("DeployBlock", $"{_ledger.DeployBlock + 1}"));

    [Test]
    public async Task Start_WithoutContractAtTheAddress_IsRefused()
    {
        await using var indexer = await RunningIndexer.Start(
            _ledger, await Engines.NewDatabase(), ("LedgerAddress", "0x00000000000000000000000000000000000000ff"));
        var (exit, reason) = await indexer.WaitForStop();
        Assert.That(exit, Is.EqualTo(IndexerExit.LedgerForeign));
        Assert.That(reason, Does.Contain("no contract"));
    }

    [Test]
    public async Task TwoLedgers_UnderTwoNumbers_StandBesideEachOther()
    {
        using var other = await TestLedger.Deploy(Engines.Chain);
        await new Story(other, seed: 6).Open(enterprises: 2, banks: 1);
        await RunningIndexer.CatchUp(other, _database, ("LedgerId", "2"));
        Assert.That(
            await LedgerTables.Column<long>(_database, "select enterprises from ledger.running_totals order by ledger_id"), Is.EqualTo([3L, 2L]));
    }

    private async Task RequireRefused(TestLedger foreign, string difference, params (string Name, string Value)[] settings)
    {
        await using var indexer = await RunningIndexer.Start(foreign, _database, settings);
        var (exit, reason) = await indexer.WaitForStop();
        Assert.That(exit, Is.EqualTo(IndexerExit.LedgerForeign));
        Assert.That(reason, Does.Contain(difference));
        Assert.That(await LedgerTables.Dump(_database), Is.EqualTo(_before), "nothing was changed");
    }
}
