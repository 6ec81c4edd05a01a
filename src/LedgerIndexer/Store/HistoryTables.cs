using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Positions after each block.</summary>
internal static class HistoryTables
{
    // A change that takes itself back within a block leaves a row that repeats the one before, which says nothing wrong.
    // Where a party stood before the range is looked up once for each party, not for each of its blocks.
    private const string InsertHoldings = """
        with m as materialized (
            select * from unnest($2::integer[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[], $8::integer[], $9::bigint[])
                   as m (party_id, block_number, held, held_fen, pledged_fen, disputed_fen, owed, owed_fen)),
        l as materialized (
            select l.* from (select distinct party_id from m) k
             cross join lateral (select * from ledger.holding h where h.ledger_id = $1 and h.party_id = k.party_id
                                  order by h.block_number desc limit 1) l)
        insert into ledger.holding (ledger_id, party_id, block_number, held, held_fen, pledged_fen, disputed_fen, owed, owed_fen)
        select $1, party_id, m.block_number, coalesce(l.held, 0) + sum(m.held) over w, coalesce(l.held_fen, 0) + sum(m.held_fen) over w,
               coalesce(l.pledged_fen, 0) + sum(m.pledged_fen) over w, coalesce(l.disputed_fen, 0) + sum(m.disputed_fen) over w,
               coalesce(l.owed, 0) + sum(m.owed) over w, coalesce(l.owed_fen, 0) + sum(m.owed_fen) over w
          from m left join l using (party_id)
        window w as (partition by party_id order by m.block_number)
        """;

    private const string InsertExposures = """
        with m as materialized (
            select * from unnest($2::integer[], $3::smallint[], $4::integer[], $5::bigint[], $6::integer[], $7::bigint[], $8::bigint[], $9::bigint[])
                   as m (bank, side, party_id, block_number, loans, outstanding_fen, undisbursed_fen, defaulted_fen)),
        l as materialized (
            select l.* from (select distinct bank, side, party_id from m) k
             cross join lateral (select * from ledger.exposure e where e.ledger_id = $1 and e.bank = k.bank and e.side = k.side
                                    and e.party_id = k.party_id order by e.block_number desc limit 1) l)
        insert into ledger.exposure (ledger_id, bank, side, party_id, block_number, loans, outstanding_fen, undisbursed_fen, defaulted_fen)
        select $1, bank, side, party_id, m.block_number, coalesce(l.loans, 0) + sum(m.loans) over w,
               coalesce(l.outstanding_fen, 0) + sum(m.outstanding_fen) over w, coalesce(l.undisbursed_fen, 0) + sum(m.undisbursed_fen) over w,
               coalesce(l.defaulted_fen, 0) + sum(m.defaulted_fen) over w
          from m left join l using (bank, side, party_id)
        window w as (partition by bank, side, party_id order by m.block_number)
        """;

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.Positions.Holdings is { Count: > 0 } holdings)
        {
            yield return Sql.Command(
                InsertHoldings, ledgerId, holdings.Column(row => row.PartyId), holdings.Column(row => row.BlockNumber),
                holdings.Column(row => row.Change.Held), holdings.Column(row => row.Change.HeldFen), holdings.Column(row => row.Change.PledgedFen),
                holdings.Column(row => row.Change.DisputedFen), holdings.Column(row => row.Change.Owed), holdings.Column(row => row.Change.OwedFen));
        }

        if (projected.Positions.Exposures is { Count: > 0 } exposures)
        {
            yield return Sql.Command(
                InsertExposures, ledgerId, exposures.Column(row => row.Bank), exposures.Column(row => row.Side),
                exposures.Column(row => row.PartyId), exposures.Column(row => row.BlockNumber), exposures.Column(row => row.Change.Loans),
                exposures.Column(row => row.Change.OutstandingFen), exposures.Column(row => row.Change.UndisbursedFen),
                exposures.Column(row => row.Change.DefaultedFen));
        }
    }

    /// <summary>Before the raw events of the range are written.</summary>
    public static NpgsqlBatchCommand ProvidePartitions(ChainRange range) =>
        Sql.Command("select ledger.provide_partitions($1, $2)", range.Before.Number + 1, range.End.Number);
}
