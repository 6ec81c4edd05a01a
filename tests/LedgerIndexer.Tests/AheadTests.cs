using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using FinanceChain.LedgerIndexer.Store;
using FinanceChain.LedgerIndexer.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>
/// A story of every kind of event, committed block by block, each while the next one is worked out: the rows are those of an indexer that takes it in
/// ranges of its own.
/// </summary>
internal sealed class AheadTests
{
    /// <summary>So many that several blocks come between two marks.</summary>
    private const int EventsPerMark = 40;

    private readonly List<ChainRange> _blocks = [];
    private TestLedger _ledger = null!;
    private ServiceProvider _reading = null!;
    private LedgerIdentity _identity = null!;
    private string _straight = null!;

    [OneTimeSetUp]
    public async Task PlayAndRead()
    {
        _ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(_ledger, seed: 20251129);
        await story.Open(enterprises: 8, banks: 2);
        for (var batch = 0; batch < 80; batch++)
        {
            // So few that what begins in one block goes on in the next one.
            await story.Play(operations: 8);
        }

        var indexed = await Engines.NewDatabase();
        await RunningIndexer.CatchUp(_ledger, indexed, ("EventsPerMark", $"{EventsPerMark}"));
        _straight = await LedgerTables.Rows(indexed);
        _reading = new ServiceCollection().AddSingleton(Options(indexed)).AddSingleton(TimeProvider.System).AddLogging().AddFollowing()
            .BuildServiceProvider();
        await ReadBlocks();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await _reading.DisposeAsync();
        _ledger.Dispose();
    }

    [Test]
    public async Task Blocks_EachWithTheNextAtHand_MakeTheRowsOfAStraightReplay()
    {
        await using var store = await NewStore();
        for (var i = 0; i < _blocks.Count; i++)
        {
            await store.Open.Commit(_blocks[i], Next(i), CancellationToken.None);
        }

        Assert.That(await LedgerTables.Rows(store.Database), Is.EqualTo(_straight));
    }

    [Test]
    public async Task Blocks_WhoseCommitFailsAtFirst_MakeTheRowsOfAStraightReplay()
    {
        await using var store = await NewStore();
        var refused = 0;
        for (var i = 0; i < _blocks.Count; i++)
        {
            // What was worked out for the block behind it is of no use any more, and must not be used. The chain forgets the oldest states.
            if (_blocks[i].Totals is { } totals)
            {
                var wrong = _blocks[i] with { Totals = totals with { Whole = totals.Whole with { Loans = totals.Whole.Loans + 1 } } };
                Assert.That(async () => await store.Open.Commit(wrong, Next(i), CancellationToken.None), Throws.InstanceOf<TotalsDifferException>());
                refused++;
            }

            await store.Open.Commit(_blocks[i], i % 2 == 0 ? Next(i) : null, CancellationToken.None);
        }

        Assert.That(await LedgerTables.Rows(store.Database), Is.EqualTo(_straight));
        Assert.That(refused, Is.GreaterThan(40));
    }

    [Test]
    public async Task Block_OtherThanTheOneWorkedOut_IsWorkedOutByItself()
    {
        await using var store = await NewStore();
        for (var i = 0; i < _blocks.Count; i++)
        {
            // As when a node leaves out events at first, and the block is read again when its turn comes.
            await store.Open.Commit(_blocks[i], Next(i) is { } next ? next with { Events = [] } : null, CancellationToken.None);
        }

        Assert.That(await LedgerTables.Rows(store.Database), Is.EqualTo(_straight));
    }

    [Test]
    public async Task Blocks_AsOneRange_MakeTheSameRows()
    {
        await using var store = await NewStore();
        var whole = new ChainRange(
            _blocks[0].Before, _blocks[^1].End, [.. _blocks.SelectMany(block => block.Events)], new HashSet<int>(), _blocks[^1].Totals);
        Assert.That(whole.Events.Sum(item => item.Topics.Length + item.Data.Length), Is.GreaterThan(BinaryRows.PieceBytes), "more than is sent at once");
        await store.Open.Commit(whole, next: null, CancellationToken.None);
        Assert.That(await LedgerTables.Rows(store.Database), Is.EqualTo(_straight));
    }

    [Test]
    public void Recovery_EndedInTheRangeBefore_IsNotPendingAnyMore()
    {
        var (party, signer) = (new PartyId(7), Keccak256.Hash("signer"u8));
        var place = new EventPlace(10, 0, DateTime.UnixEpoch);
        var row = new PartyRow(7, PartyKind.Enterprise, 330784, "C33", [], Standing.Active, null, DateTime.UnixEpoch, 0, 0, 1, DateTime.UnixEpoch);
        var pending = new SignerRecoveryRow(7, 9, 0, signer.ToArray(), [], Rights.Manage, new DateOnly(2026, 1, 1), RecoveryStatus.Pending, null);
        var stored = new TouchedRows([row], [pending], [], []);
        var carried = new Carried(9, [], new SinceMark([], []));
        var marks = Marks.In([], 0, EventsPerMark);
        var before = new RangeProjection(stored, carried, marks);
        before.Apply(new RecoveryVetoed(party, signer), place);
        var after = new RangeProjection(stored, carried, marks, before);
        Assert.That(() => after.Apply(new RecoveryVetoed(party, signer), place), Throws.InstanceOf<IndexerStoppedException>());
    }

    private ChainRange? Next(int i) => i + 1 < _blocks.Count ? _blocks[i + 1] : null;

    private LedgerIndexerOptions Options(string database) => new()
    {
        Postgres = database,
        ChainUrl = _ledger.Chain.Endpoint,
        LedgerAddress = _ledger.Address.ToString(),
        DeployBlock = _ledger.DeployBlock,
        MaxBlocksPerRange = 1,
        EventsPerMark = EventsPerMark,
    };

    private async Task ReadBlocks()
    {
        var view = _reading.GetRequiredService<LedgerView>();
        var head = await _ledger.Head();
        _identity = await view.Identify(CancellationToken.None);
        _reading.GetRequiredService<NodeSet>().Expect(_identity);
        await foreach (var signal in _reading.GetRequiredService<Follower>().Follow(_identity.BeforeDeployment, CancellationToken.None))
        {
            if (signal is ChainSignal.Finalize final)
            {
                // Blocks without events go with the one behind them: what changes in one and goes on in the next shall stand side by side.
                var block = await view.Complete(final.Range, new HashSet<int>(), CancellationToken.None);
                if (block.Events.Count > 0)
                {
                    _blocks.Add(block with { Before = _blocks.Count == 0 ? _identity.BeforeDeployment : _blocks[^1].End });
                }

                if (final.Range.End.Number >= head)
                {
                    break;
                }
            }
        }
    }

    private async Task<NewDatabase> NewStore()
    {
        var database = await Engines.NewDatabase();
        await Migrations.Apply(database, NullLogger.Instance, CancellationToken.None);
        var source = Sql.Source(database);
        var options = Options(database);
        var store = await LedgerStore.TryOpen(source, options, options.LedgerId, CancellationToken.None);
        await store!.Adopt(_identity, options.Name, CancellationToken.None);
        return new NewDatabase(database, source, store);
    }

    private sealed record NewDatabase(string Database, NpgsqlDataSource Source, LedgerStore Open) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Open.DisposeAsync();
            await Source.DisposeAsync();
        }
    }
}
