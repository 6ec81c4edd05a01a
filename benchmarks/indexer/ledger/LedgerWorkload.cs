using System.Diagnostics;
using System.Globalization;
using FinanceChain.IndexerBenchmark.OwnLedger.Repeated;
using Npgsql;

namespace FinanceChain.IndexerBenchmark.OwnLedger;

/// <summary>The ledger's own events. Ours is the product's indexer as it runs in production, with all its tables; the peers keep less (peers/README).</summary>
internal static class LedgerWorkload
{
    private const string Product = "financechain";
    private const string RowsLimit = "limit_rows";

    private static readonly Peers Peers = new("ledger", BusyLedger.Abi);

    /// <summary>On a real chain.</summary>
    public static Workload Create() => new(
        "ledger", "Events of the ledger, through all projections of the product; the peers keep a part of them.", Play, Entrants);

    /// <summary>On a chain that repeats what a real one recorded: as long as wanted, and served faster than any node would.</summary>
    public static Workload CreateRepeated() => new(
        "repeated", "Events of the ledger, recorded and repeated, through all projections of the product.", Repeat, [.. Entrants.Take(3)]);

    private static IReadOnlyList<Entrant> Entrants =>
        [
            new("limit", (_, _) => Entrant.Self("limit-ledger"), "select complete from checkpoint", "select count(*)::numeric from event"),
            new(
                Product,
                (_, turn) => Task.FromResult(Indexer(turn)),
                "select block_number >= $LAST from ledger.checkpoint",
                """
                select (select count(*) from ledger.event)::numeric, t.lent_fen::numeric, t.repaid_fen::numeric,
                       (select sum(amount_fen) from ledger.receivable)::numeric
                  from ledger.running_totals t
                """),
            new(
                RowsLimit,
                SameRows,
                "select complete from checkpoint",
                """
                select (select count(*) from event)::numeric, t.lent_fen::numeric, t.repaid_fen::numeric, (select sum(amount_fen) from receivable)::numeric
                  from running_totals t
                """),
            new(
                "ponder",
                Peers.Ponder,
                "select exists (select from peer.ledger_event where id = '$LAST-99')",
                """
                select (select count(*) from peer.ledger_event)::numeric, sum(lent_fen)::numeric, sum(repaid_fen)::numeric,
                       (select sum(outstanding_fen) from peer.receivable)::numeric
                  from peer.loan
                """),
            new(
                "envio",
                Peers.Envio,
                """select exists (select from "LedgerEvent" where id = '$LAST-99')""",
                """
                select (select count(*) from "LedgerEvent")::numeric, sum("lentFen")::numeric, sum("repaidFen")::numeric,
                       (select sum("outstandingFen") from "Receivable")::numeric
                  from "Loan"
                """),
        ];

    /// <summary>The product's indexer, with its settings of production but that each commit waits for the disk, as the others do.</summary>
    public static ProcessStartInfo Indexer(Turn turn) => new("dotnet", [typeof(LedgerIndexer.IndexerHost).Assembly.Location])
    {
        RedirectStandardOutput = true,
        Environment =
        {
            ["LedgerIndexer__Postgres"] = turn.Postgres,
            ["LedgerIndexer__ChainUrl"] = turn.Chain.ToString(),
            ["LedgerIndexer__LedgerAddress"] = turn.Contract.ToString(),
            ["LedgerIndexer__DeployBlock"] = turn.First.ToString(CultureInfo.InvariantCulture),
            ["LedgerIndexer__SynchronousCommit"] = "true",
            ["Logging__LogLevel__Default"] = "Warning",
        },
    };

    /// <summary>The limit with every row that the product wrote in the same round, which has to come first.</summary>
    private static async Task<ProcessStartInfo> SameRows(Field field, Turn turn)
    {
        var start = await Entrant.Self("limit-ledger");
        var own = new NpgsqlConnectionStringBuilder(turn.Postgres);
        own.Database = own.Database!.Replace(RowsLimit, Product, StringComparison.Ordinal);
        try
        {
            await LedgerRows.Keep(own.ConnectionString, start.Environment);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new InvalidOperationException($"--entrants: {RowsLimit} copies the rows of {Product}, which has to stand before it.", missing);
        }

        return start;
    }

    private static Task<PlayedChain> Play(long events, CancellationToken cancellation) => PlayedChain.Fill(
        async chain =>
        {
            using var ledger = await BusyLedger.Found(chain, cancellation);
            await ledger.Play(events, cancellation);
            return ledger.Field;
        },
        cancellation);

    private static async Task<PlayedChain> Repeat(long events, CancellationToken cancellation)
    {
        var chain = await RepeatedChain.Serve(await RecordedTurns.Make(cancellation), events, cancellation);
        return new PlayedChain(chain.Field, chain);
    }
}
