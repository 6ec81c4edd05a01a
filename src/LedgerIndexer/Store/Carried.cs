using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>What a range leaves to the next one, so that it is not read again each time.</summary>
/// <param name="Block">The checkpoint after which it holds.</param>
/// <param name="Homes">Of all parties.</param>
internal sealed record Carried(long Block, Dictionary<int, PartyHome> Homes, SinceMark SinceMark)
{
    private const string LastMark = "(select coalesce(max(block_number), -1) from ledger.mark where ledger_id = $1)";

    private const string SelectHomes = "select party_id, region_code, industry from ledger.party where ledger_id = $1";

    private const string SelectLending = $"""
        select day, bank, region_code, industry, loan_size, opened, loans, lent_fen, repaid_fen, written_off_fen, overdue_fen, recovered_fen,
               interest_fen, fee_fen
          from ledger.lending_between($1, {LastMark}, $2)
        """;

    private const string SelectReceivables = $"""
        select day, region_code, industry, receivables, issued_fen, redeemed_fen, cancelled_fen from ledger.receivables_between($1, {LastMark}, $2)
        """;

    /// <summary>From the rows.</summary>
    public static async Task<Carried> Read(NpgsqlConnection connection, short ledgerId, long checkpoint, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Command(SelectHomes, ledgerId),
                Sql.Command(SelectLending, ledgerId, checkpoint),
                Sql.Command(SelectReceivables, ledgerId, checkpoint),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var homes = new Dictionary<int, PartyHome>();
        while (await reader.ReadAsync(cancellationToken))
        {
            homes.Add(reader.GetInt32(0), new PartyHome(reader.GetInt32(1), string.Intern(reader.GetString(2))));
        }

        var lending = new List<(LendingCell, LendingFigures)>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            long Figure(int n) => reader.GetInt64(5 + n);
            lending.Add((
                new LendingCell(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt16(4)),
                new LendingFigures(Figure(0), Figure(1), Figure(2), Figure(3), Figure(4), Figure(5), Figure(6), Figure(7), Figure(8))));
        }

        var receivables = new List<(ReceivableCell, ReceivableFigures)>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            receivables.Add((
                new ReceivableCell(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetString(2)),
                new ReceivableFigures(reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6))));
        }

        return new Carried(checkpoint, homes, new SinceMark(lending, receivables));
    }

    /// <summary>After one more range. Its parties are entered here too, since nobody needs this any longer.</summary>
    public Carried After(IEnumerable<PartyRow> parties, SinceMark sinceMark, long block)
    {
        foreach (var party in parties)
        {
            Homes[party.PartyId] = PartyHome.Of(party);
        }

        return new Carried(block, Homes, sinceMark);
    }
}
