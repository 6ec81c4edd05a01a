using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Writes one range: raw events by binary COPY, everything else set-based in one batch of statements over arrays.</summary>
internal static class RangeWriter
{
    private const string CopyEvents = """
        copy ledger.event (ledger_id, block_number, log_index, transaction_hash, transaction_index, block_time, kind, topics, data)
        from stdin (format binary)
        """;

    private const string InsertParties = """
        insert into ledger.party (ledger_id, party_id, kind, region_code, industry, profile_hash, registered_block, registered_at)
        select $1, * from unnest($2::integer[], $3::smallint[], $4::integer[], $5::text[], $6::bytea[], $7::bigint[], $8::timestamptz[])
        """;

    private const string InsertSigners = """
        insert into ledger.signer (ledger_id, party_id, signer_id, signer, rights, added_block)
        select $1, * from unnest($2::integer[], $3::bytea[], $4::bytea[], $5::smallint[], $6::bigint[])
        """;

    private const string RemoveSigners = """
        update ledger.signer s set removed_block = r.block_number
          from unnest($2::bytea[], $3::bigint[]) as r (signer_id, block_number)
         where s.ledger_id = $1 and s.signer_id = r.signer_id
        """;

    private const string UpsertReceivables = """
        insert into ledger.receivable (ledger_id, receivable_id, parent_id, depth, obligor, holder, issued_amount_fen, amount_fen,
               redeemed_fen, maturity_date, status, revision, fingerprint, issued_block, issued_at)
        select $1, * from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::integer[], $6::integer[], $7::bigint[], $8::bigint[],
               $9::bigint[], $10::date[], $11::smallint[], $12::integer[], $13::bytea[], $14::bigint[], $15::timestamptz[])
        on conflict (ledger_id, receivable_id) do update
           set holder = excluded.holder, amount_fen = excluded.amount_fen, redeemed_fen = excluded.redeemed_fen,
               status = excluded.status, revision = excluded.revision
        """;

    private const string UpsertLoans = """
        insert into ledger.loan (ledger_id, loan_id, receivable_id, bank, borrower, principal_fen, repaid_fen, interest_fen,
               annual_rate_bps, due_date, with_recourse, status, revision, opened_block, opened_at, disbursed_at, repaid_at)
        select $1, * from unnest($2::bigint[], $3::bigint[], $4::integer[], $5::integer[], $6::bigint[], $7::bigint[], $8::bigint[],
               $9::integer[], $10::date[], $11::boolean[], $12::smallint[], $13::integer[], $14::bigint[], $15::timestamptz[],
               $16::timestamptz[], $17::timestamptz[])
        on conflict (ledger_id, loan_id) do update
           set repaid_fen = excluded.repaid_fen, interest_fen = excluded.interest_fen, status = excluded.status,
               revision = excluded.revision, disbursed_at = excluded.disbursed_at, repaid_at = excluded.repaid_at
        """;

    private const string InsertDisbursements = """
        insert into ledger.disbursement (ledger_id, loan_id, bank, borrower, amount_fen, block_number, log_index, block_time,
               registration_hash, payment_reference)
        select $1, * from unnest($2::bigint[], $3::integer[], $4::integer[], $5::bigint[], $6::bigint[], $7::integer[], $8::timestamptz[],
               $9::bytea[], $10::bytea[])
        """;

    private const string InsertRepayments = """
        insert into ledger.repayment (ledger_id, loan_id, bank, borrower, principal_fen, interest_fen, block_number, log_index, block_time,
               payment_reference)
        select $1, * from unnest($2::bigint[], $3::integer[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[], $8::integer[],
               $9::timestamptz[], $10::bytea[])
        """;

    private const string InsertRedemptions = """
        insert into ledger.redemption (ledger_id, receivable_id, holder, obligor, amount_fen, block_number, log_index, block_time,
               payment_reference)
        select $1, * from unnest($2::bigint[], $3::integer[], $4::integer[], $5::bigint[], $6::bigint[], $7::integer[], $8::timestamptz[],
               $9::bytea[])
        """;

    public static async Task CopyRawEvents(
        NpgsqlConnection connection, short ledgerId, IReadOnlyList<ChainEvent> events, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyEvents, cancellationToken);
        foreach (var item in events)
        {
            // The values are buffered; the task completes at once except when a buffer is sent.
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(ledgerId, NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(item.Place.BlockNumber, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(item.Place.LogIndex, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(item.TransactionHash, NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(item.TransactionIndex, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(item.Place.BlockTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync((short)item.Content.EventKind, NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(item.Topics, NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(item.Data, NpgsqlDbType.Bytea, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>The statements that bring the tables to where the projection is; none for what the range did not touch.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.Parties is { Count: > 0 } parties)
        {
            yield return Sql.Command(
                InsertParties, ledgerId, parties.Column(row => row.PartyId), parties.Column(row => (short)row.Kind),
                parties.Column(row => row.RegionCode), parties.Column(row => row.Industry), parties.Column(row => row.ProfileHash),
                parties.Column(row => row.Registered.BlockNumber), parties.Column(row => row.Registered.BlockTime));
        }

        if (projected.Signers is { Count: > 0 } signers)
        {
            yield return Sql.Command(
                InsertSigners, ledgerId, signers.Column(row => row.PartyId), signers.Column(row => row.SignerId),
                signers.Column(row => row.Signer), signers.Column(row => (short)row.Rights), signers.Column(row => row.AddedBlock));
        }

        // After the inserts: a signer can be added and removed in one range, and never comes back.
        if (projected.SignerRemovals is { Count: > 0 } removals)
        {
            yield return Sql.Command(
                RemoveSigners, ledgerId, removals.Column(row => row.SignerId), removals.Column(row => row.RemovedBlock));
        }

        if (projected.ChangedReceivables is { Count: > 0 } receivables)
        {
            yield return Receivables(ledgerId, receivables);
        }

        if (projected.ChangedLoans is { Count: > 0 } loans)
        {
            yield return Loans(ledgerId, loans);
        }

        foreach (var payments in Payments(ledgerId, projected))
        {
            yield return payments;
        }
    }

    private static NpgsqlBatchCommand Receivables(short ledgerId, IReadOnlyList<ReceivableRow> rows) => Sql.Command(
        UpsertReceivables, ledgerId, rows.Column(row => row.ReceivableId), rows.Column(row => row.ParentId), rows.Column(row => row.Depth),
        rows.Column(row => row.Obligor), rows.Column(row => row.Holder), rows.Column(row => row.IssuedAmountFen),
        rows.Column(row => row.AmountFen), rows.Column(row => row.RedeemedFen), rows.Column(row => row.MaturityDate),
        rows.Column(row => (short)row.Status), rows.Column(row => row.Revision), rows.Column(row => row.Fingerprint),
        rows.Column(row => row.IssuedBlock), rows.Column(row => row.IssuedAt));

    private static NpgsqlBatchCommand Loans(short ledgerId, IReadOnlyList<LoanRow> rows) => Sql.Command(
        UpsertLoans, ledgerId, rows.Column(row => row.LoanId), rows.Column(row => row.ReceivableId), rows.Column(row => row.Bank),
        rows.Column(row => row.Borrower), rows.Column(row => row.PrincipalFen), rows.Column(row => row.RepaidFen),
        rows.Column(row => row.InterestFen), rows.Column(row => row.AnnualRateBps), rows.Column(row => row.DueDate),
        rows.Column(row => row.WithRecourse), rows.Column(row => (short)row.Status), rows.Column(row => row.Revision),
        rows.Column(row => row.OpenedBlock), rows.Column(row => row.OpenedAt), rows.Column(row => row.DisbursedAt),
        rows.Column(row => row.RepaidAt));

    private static IEnumerable<NpgsqlBatchCommand> Payments(short ledgerId, RangeProjection projected)
    {
        if (projected.Disbursements is { Count: > 0 } disbursed)
        {
            yield return Sql.Command(
                InsertDisbursements, ledgerId, disbursed.Column(row => row.LoanId), disbursed.Column(row => row.Bank),
                disbursed.Column(row => row.Borrower), disbursed.Column(row => row.AmountFen), disbursed.Column(row => row.Place.BlockNumber),
                disbursed.Column(row => row.Place.LogIndex), disbursed.Column(row => row.Place.BlockTime),
                disbursed.Column(row => row.RegistrationHash), disbursed.Column(row => row.PaymentReference));
        }

        if (projected.Repayments is { Count: > 0 } repaid)
        {
            yield return Sql.Command(
                InsertRepayments, ledgerId, repaid.Column(row => row.LoanId), repaid.Column(row => row.Bank),
                repaid.Column(row => row.Borrower), repaid.Column(row => row.PrincipalFen), repaid.Column(row => row.InterestFen),
                repaid.Column(row => row.Place.BlockNumber), repaid.Column(row => row.Place.LogIndex),
                repaid.Column(row => row.Place.BlockTime), repaid.Column(row => row.PaymentReference));
        }

        if (projected.Redemptions is { Count: > 0 } redeemed)
        {
            yield return Sql.Command(
                InsertRedemptions, ledgerId, redeemed.Column(row => row.ReceivableId), redeemed.Column(row => row.Holder),
                redeemed.Column(row => row.Obligor), redeemed.Column(row => row.AmountFen), redeemed.Column(row => row.Place.BlockNumber),
                redeemed.Column(row => row.Place.LogIndex), redeemed.Column(row => row.Place.BlockTime),
                redeemed.Column(row => row.PaymentReference));
        }
    }
}
