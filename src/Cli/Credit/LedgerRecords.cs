using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Lending;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.Cli.Credit;

/// <summary>A loan as its bank approved it on the ledger.</summary>
public sealed record RecordedLoan(ulong Loan, uint Bank, DateOnly OpenedOn, Hash256 DecisionDigest);

/// <summary>
/// What a ledger shows that matters for credit, read from the public view <c>report.latest_events</c> in the order of the ledger: the raw events, decoded by the
/// contract's own types, so that nothing later than the instant can slip in through a state that has moved on.
/// </summary>
/// <param name="Facts">For <see cref="LedgerHistory.AsOf"/>.</param>
/// <param name="Activations">Every model that two signers of a bank made active, oldest first.</param>
internal sealed record LedgerRecords(
    IReadOnlyList<LedgerFact> Facts, IReadOnlyList<(uint Bank, ModelActivation Activation)> Activations, IReadOnlyList<RecordedLoan> Loans)
{
    private const string EventsUntil = """
        select topics, data, block_time
          from report.latest_events
         where ledger_id = $1 and block_time <= $2
         order by block_number, log_index
        """;

    /// <summary>Reads all events up to an instant, itself included.</summary>
    /// <param name="database">Connection string to the platform's database.</param>
    public static async Task<LedgerRecords> Read(string database, short ledgerId, DateTimeOffset asOf, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using NpgsqlCommand command = source.CreateCommand(EventsUntil);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = ledgerId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = asOf.UtcDateTime });
        var facts = new List<LedgerFact>();
        var activations = new List<(uint, ModelActivation)>();
        var loans = new List<RecordedLoan>();
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var at = new DateTimeOffset(rows.GetDateTime(2));
            switch (LedgerEvent.Decode(Topics(rows.GetFieldValue<byte[]>(0)), rows.GetFieldValue<byte[]>(1)))
            {
                case ModelActivated active:
                    string hash = "sha256:" + Convert.ToHexStringLower(active.ModelHash.ToArray());
                    activations.Add((active.Bank.Value, new ModelActivation(hash, active.FromDate, active.UntilDate)));
                    break;
                case LoanOpened opened:
                    loans.Add(new RecordedLoan(opened.Loan.Value, opened.Bank.Value, LedgerHistory.DayOf(at), opened.DecisionDigest));
                    break;
                case { } happened:
                    facts.AddRange(FactsOf(happened, at));
                    break;
                default:
                    break;
            }
        }

        return new LedgerRecords(facts, activations, loans);
    }

    /// <summary>The model that was active for a bank on a day; null where there was none.</summary>
    public ModelActivation? ActiveFor(uint bank, DateOnly day) =>
        Activations.LastOrDefault(item => item.Bank == bank && item.Activation.From <= day && item.Activation.Until >= day).Activation;

    private static Hash256[] Topics(byte[] joined) => [.. joined.Chunk(Hash256.Length).Select(topic => Hash256.FromBytes(topic))];

    private static LedgerFact[] FactsOf(LedgerEvent happened, DateTimeOffset at) => happened switch
    {
        PartyRegistered e => [new(LedgerFactKind.Registered, at, 0, e.Party.Value)],
        ReceivableIssued e => [new(LedgerFactKind.ReceivableIssued, at, e.Receivable.Value, e.Holder.Value, e.Obligor.Value, e.AmountFen.Value, e.MaturityDate)],
        ReceivableSplit e => [new(LedgerFactKind.ReceivableSplit, at, e.Parent.Value, e.Assignee.Value, AmountFen: e.AmountFen.Value, Child: e.Child.Value)],
        ReceivableAssigned e => [new(LedgerFactKind.ReceivableAssigned, at, e.Receivable.Value, e.Assignee.Value, AmountFen: e.AmountFen.Value)],
        ReceivableRedeemed e => [new(LedgerFactKind.ReceivableRedeemed, at, e.Receivable.Value, e.Holder.Value, AmountFen: e.AmountFen.Value)],
        ReceivableCancelled e => [new(LedgerFactKind.ReceivableReduced, at, e.Receivable.Value, e.Holder.Value, AmountFen: e.AmountFen.Value)],
        ReceivableDisputed e => [new(LedgerFactKind.ReceivableDisputed, at, e.Receivable.Value, e.Holder.Value, AmountFen: e.DisputedFen.Value)],
        DisputeResolved e =>
        [
            new(LedgerFactKind.ReceivableDisputed, at, e.Receivable.Value, e.Holder.Value),
            new(LedgerFactKind.ReceivableReduced, at, e.Receivable.Value, e.Holder.Value, AmountFen: e.CancelledFen.Value),
        ],
        LoanRepaid { OutstandingFen.Value: 0 } e => [new(LedgerFactKind.LoanRepaid, at, e.Loan.Value, e.Borrower.Value)],
        LoanDefaulted e => [new(LedgerFactKind.LoanDefaulted, at, e.Loan.Value, e.Borrower.Value)],
        _ => [],
    };
}
