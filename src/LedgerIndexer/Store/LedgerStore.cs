using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>
/// The rows of one ledger, written over one connection that holds the ledger's writer lock: when the connection is lost, so is the right to write.
/// </summary>
internal sealed partial class LedgerStore : IAsyncDisposable
{
    /// <summary>First key of the writer lock ("FCix"); the second is the ledger's number.</summary>
    public const int WriterLock = 0x4643_6978;

    private const string MakeStatistics = "analyze ledger.party, ledger.receivable, ledger.loan";

    private const string WhatToDo = "Find out what changed the rows; then start once with LedgerIndexer:Rebuild=true.";

    private readonly NpgsqlConnection _connection;
    private readonly short _ledgerId;
    private readonly int _eventsPerMark;
    private Carried? _carried;
    private Ahead? _ahead;

    private LedgerStore(NpgsqlConnection connection, short ledgerId, int eventsPerMark)
    {
        _connection = connection;
        _ledgerId = ledgerId;
        _eventsPerMark = eventsPerMark;
    }

    /// <summary>Null while another process holds the writer lock of this ledger.</summary>
    public static async Task<LedgerStore?> TryOpen(
        NpgsqlDataSource database, LedgerIndexerOptions options, short ledgerId, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        var store = new LedgerStore(connection, ledgerId, options.EventsPerMark);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Command(options.SynchronousCommit ? "set synchronous_commit to on" : "set synchronous_commit to off"),
                Sql.Command("select pg_try_advisory_lock($1, $2)", WriterLock, (int)ledgerId),
            },
        };
        if (await batch.ExecuteScalarAsync(cancellationToken) is true)
        {
            return store;
        }

        await store.DisposeAsync();
        return null;
    }

    /// <summary>Enters a new ledger or recognises a stored one, and says where indexing goes on.</summary>
    /// <exception cref="IndexerStoppedException">The stored rows are of another ledger.</exception>
    public async Task<BlockMark> Adopt(LedgerIdentity ledger, string name, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                Sql.Command(
                    """
                    insert into ledger.ledger (ledger_id, name, chain_id, address, deploy_block, genesis_hash)
                    values ($1, $2, $3, $4, $5, $6) on conflict (ledger_id) do nothing
                    """,
                    _ledgerId, name, checked((long)ledger.ChainId), ledger.Address.ToArray(), ledger.DeployBlock, ledger.GenesisHash.ToArray()),
                Sql.Command("insert into ledger.running_totals (ledger_id) values ($1) on conflict do nothing", _ledgerId),
                Sql.Command(
                    """
                    insert into ledger.checkpoint (ledger_id, block_number, block_hash, block_time, indexed_at)
                    values ($1, $2, $3, $4, now()) on conflict do nothing
                    """,
                    _ledgerId, ledger.BeforeDeployment.Number, ledger.BeforeDeployment.Hash.ToArray(), ledger.BeforeDeployment.Time),
                Sql.Command(
                    """
                    select l.chain_id, l.address, l.deploy_block, l.genesis_hash, c.block_number, c.block_hash, c.block_time
                      from ledger.ledger l join ledger.checkpoint c using (ledger_id) where l.ledger_id = $1
                    """,
                    _ledgerId),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        RequireSame(_ledgerId, ledger, reader);
        return new BlockMark(reader.GetInt64(4), Hash256.FromBytes(reader.GetFieldValue<byte[]>(5)), reader.GetDateTime(6));
    }

    /// <summary>Whether the rows under a number, if there are any, are of this ledger. Nothing is entered.</summary>
    /// <exception cref="IndexerStoppedException">They are of another.</exception>
    public async Task RequireSame(LedgerIdentity ledger, short ledgerId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands = { Sql.Command("select chain_id, address, deploy_block, genesis_hash from ledger.ledger where ledger_id = $1", ledgerId) },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            RequireSame(ledgerId, ledger, reader);
        }
    }

    /// <summary>
    /// Compares the running totals with the sums over all rows, which shows what was changed around the triggers, and with what the ledger
    /// answered at the checkpoint, which shows the rest.
    /// </summary>
    /// <exception cref="IndexerStoppedException">They differ.</exception>
    public async Task RequireSoundTotals(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                Sql.Command("select * from ledger.unsound_totals($1) limit 5", _ledgerId),
                StoredTotals.Whole(_ledgerId),
                StoredTotals.AnsweredAtCheckpoint(_ledgerId),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var unsound = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            unsound.Add(reader.GetString(0));
        }

        if (unsound.Count > 0)
        {
            throw new IndexerStoppedException(
                IndexerExit.ProjectionWrong, $"Totals of ledger {_ledgerId} are not the sums of its rows: {string.Join("; ", unsound)}. {WhatToDo}");
        }

        await reader.NextResultAsync(cancellationToken);
        var running = await StoredTotals.ReadWhole(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken) && running.DifferencesFrom(StoredTotals.Answered(reader)) is { Count: > 0 } differences)
        {
            throw new IndexerStoppedException(
                IndexerExit.ProjectionWrong,
                $"The projected totals of ledger {_ledgerId} differ from those that the ledger answered at the checkpoint: {string.Join("; ", differences)}. {WhatToDo}");
        }
    }

    /// <summary>The numbers of all banks.</summary>
    public async Task<IReadOnlySet<int>> Banks(CancellationToken cancellationToken)
    {
        const string Select = """
            select party_id from ledger.party where ledger_id = $1 and kind = 3
            union select bank from ledger.bank_totals where ledger_id = $1
            """;
        await using var batch = new NpgsqlBatch(_connection) { BatchCommands = { Sql.Command(Select, _ledgerId) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var banks = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            banks.Add(reader.GetInt32(0));
        }

        return banks;
    }

    /// <summary>Compares what is projected up to the checkpoint with what the ledger answers there.</summary>
    /// <exception cref="TotalsDifferException">They differ.</exception>
    public async Task RequireTotals(BlockMark checkpoint, LedgerTotals ledger, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection) { BatchCommands = { StoredTotals.Whole(_ledgerId), StoredTotals.Banks(_ledgerId) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (await StoredTotals.DifferencesFrom(ledger, reader, cancellationToken) is { Count: > 0 } differences)
        {
            throw new TotalsDifferException(
                $"The projected totals of ledger {_ledgerId} differ from the ledger's own at the checkpoint, block {checkpoint.Number}: {string.Join("; ", differences)}. {WhatToDo}");
        }
    }

    /// <summary>
    /// Commits a range whole: raw events, projections, checkpoint and control totals, or nothing. A repeat after a lost connection is harmless.
    /// </summary>
    /// <param name="next">The range that will be committed next, where it is at hand: what it changes is worked out while this one is written.</param>
    /// <exception cref="TotalsDifferException">The projected totals are not those of the range.</exception>
    /// <exception cref="IndexerStoppedException">The rows are not what the range builds on.</exception>
    public async Task Commit(ChainRange range, ChainRange? next, CancellationToken cancellationToken)
    {
        // If this attempt fails, the next one starts from the rows.
        var (ahead, carried) = (_ahead, _carried);
        (_ahead, _carried) = (null, null);
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        var stored = await StoredCheckpoint.Lock(_connection, _ledgerId, cancellationToken);
        if (stored.Block == range.End.Number && stored.Hash == range.End.Hash)
        {
            return;
        }

        if (stored.Block != range.Before.Number)
        {
            throw new IndexerStoppedException(
                IndexerExit.ProjectionWrong,
                $"The checkpoint of ledger {_ledgerId} is block {stored.Block}, not {range.Before.Number}: something else wrote it.");
        }

        var projecting = ahead is not null && ReferenceEquals(ahead.Range, range)
            ? ahead.Projecting
            : await StartProjecting(range, stored, carried, cancellationToken);
        if (next is not null)
        {
            var touched = await TouchedRows.Read(_connection, _ledgerId, next, cancellationToken);
            ahead = new Ahead(next, ProjectAfter(projecting, next, touched));
        }

        await Task.WhenAll(RangeWriter.RawEvents.Send(_connection, _ledgerId, range.Events, cancellationToken), projecting);
        var projected = await projecting;
        foreach (var rows in projected.Added)
        {
            await rows.Send(_connection, cancellationToken);
        }

        await Write(range, projected.Statements, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        // Plans that were made for empty tables read them whole. The server itself looks once a minute, and replaces them only then; a backfill has
        // written a million rows by that time.
        if (Fourfolds(projected.Events) > Fourfolds(stored.Events))
        {
            await using var statistics = new NpgsqlCommand(MakeStatistics, _connection);
            await statistics.ExecuteNonQueryAsync(cancellationToken);
        }

        _carried = projected.Left;
        _ahead = next is null ? null : ahead;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Goes up at 1,024 events, and each time there are four times as many.
    private static int Fourfolds(long events) => BitOperations.Log2((ulong)(events / 256)) / 2;

    private async Task<Task<ProjectedRange>> StartProjecting(
        ChainRange range, StoredCheckpoint stored, Carried? carried, CancellationToken cancellationToken)
    {
        var touched = await TouchedRows.Read(_connection, _ledgerId, range, cancellationToken);
        var known = carried?.Block == stored.Block ? carried : await Carried.Read(_connection, _ledgerId, stored.Block, cancellationToken);
        return Task.Run(() => Project(range, stored.Events, new RangeProjection(touched, known, MarksIn(range, stored.Events))), cancellationToken);
    }

    private async Task<ProjectedRange> ProjectAfter(Task<ProjectedRange> projecting, ChainRange range, TouchedRows touched)
    {
        var before = await projecting;
        return await Task.Run(() => Project(
            range, before.Events, new RangeProjection(touched, before.Left, MarksIn(range, before.Events), before.Projection)));
    }

    private ProjectedRange Project(ChainRange range, long eventsBefore, RangeProjection projection)
    {
        foreach (var item in range.Events)
        {
            projection.Apply(item.Content, item.Place);
        }

        return new ProjectedRange(
            projection, [.. RangeWriter.Added(_ledgerId, range, projection)], [.. RangeWriter.Statements(_ledgerId, range, projection)],
            projection.Left(range.End.Number), eventsBefore + range.Events.Count);
    }

    private Marks MarksIn(ChainRange range, long eventsBefore) => Marks.In(range.Events, eventsBefore, _eventsPerMark);

    // Compares before the commit: rows that do not add up to the ledger's own figures never become visible.
    private async Task Write(ChainRange range, List<NpgsqlBatchCommand> statements, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        batch.BatchCommands.Add(Sql.Command(
            "update ledger.checkpoint set block_number = $2, block_hash = $3, block_time = $4, events = events + $5, indexed_at = now() where ledger_id = $1",
            _ledgerId, range.End.Number, range.End.Hash.ToArray(), range.End.Time, (long)range.Events.Count));
        if (range.Totals is { } answered)
        {
            batch.BatchCommands.Add(StoredTotals.Keep(_ledgerId, range, answered.Whole));
        }

        batch.BatchCommands.Add(Sql.Command(
            "select pg_notify('ledger_indexed', $2) where $1 > 0", _ledgerId, $"{_ledgerId}:{range.End.Number}"));
        batch.BatchCommands.Add(StoredTotals.Whole(_ledgerId));
        batch.BatchCommands.Add(StoredTotals.Banks(_ledgerId));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (range.Totals is { } ledger && await StoredTotals.DifferencesFrom(ledger, reader, cancellationToken) is { Count: > 0 } differences)
        {
            throw new TotalsDifferException(
                $"The projected totals of ledger {_ledgerId} differ from the ledger's own at block {range.End.Number}, with {range.Events.Count} events after block {range.Before.Number}: {string.Join("; ", differences)}. "
                + $"The range was not committed. {WhatToDo}");
        }
    }

    private static void RequireSame(short ledgerId, LedgerIdentity ledger, NpgsqlDataReader stored)
    {
        RequireSame(ledgerId, "chain id", stored.GetInt64(0), checked((long)ledger.ChainId));
        RequireSame(ledgerId, "address", Address.FromBytes(stored.GetFieldValue<byte[]>(1)), ledger.Address);
        RequireSame(ledgerId, "deploy block", stored.GetInt64(2), ledger.DeployBlock);
        RequireSame(ledgerId, "genesis block", Hash256.FromBytes(stored.GetFieldValue<byte[]>(3)), ledger.GenesisHash);
    }

    private static void RequireSame<T>(short ledgerId, string what, T stored, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(stored, found))
        {
            throw new IndexerStoppedException(
                IndexerExit.LedgerForeign,
                $"Ledger {ledgerId} in the database has the {what} {stored}, but the configuration leads to {found}. "
                + "Nothing was changed: name the right chain, another LedgerId or another database.");
        }
    }

    /// <summary>What a range changes.</summary>
    /// <param name="Events">The ledger's, up to its end.</param>
    private sealed record ProjectedRange(
        RangeProjection Projection, List<AddedRows> Added, List<NpgsqlBatchCommand> Statements, Carried Left, long Events);

    /// <summary>The range that comes next, worked out before the one before it is committed.</summary>
    private sealed record Ahead(ChainRange Range, Task<ProjectedRange> Projecting);
}
