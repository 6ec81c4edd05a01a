using System.Collections.Frozen;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Reports;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Portal.Overviews;

/// <summary>An event as people read it: who did what towards whom, over how much.</summary>
/// <param name="Kind">As in the report, such as <c>loan_disbursed</c>; of a registration also what was registered: <c>party_registered_bank</c>.</param>
/// <param name="From">Who gives, owes or acts; null for a refused operation.</param>
/// <param name="To">Who receives; null where one party acts alone.</param>
/// <param name="Amount">Of a repayment the principal.</param>
/// <param name="Interest">Of a repayment, beside the principal.</param>
/// <param name="Refusal">Why the ledger refused.</param>
public sealed record LedgerNews(
    string Kind,
    PartyId? From,
    PartyId? To,
    Fen? Amount,
    Fen? Interest,
    RefusalCode? Refusal,
    DateTime Time,
    long Block,
    int LogIndex,
    Hash256 Transaction)
{
    private static readonly FrozenDictionary<string, RefusalCode> Refusals =
        Enum.GetValues<RefusalCode>().ToFrozenDictionary(code => code.ToSnakeCase());

    private static readonly FrozenDictionary<string, Roles> RolesOf = new Dictionary<string, Roles>
    {
        ["party_registered"] = new("party"),
        ["signer_added"] = new("party"),
        ["signer_removed"] = new("party"),
        ["standing_set"] = new("party"),
        ["recovery_proposed"] = new("party"),
        ["recovery_vetoed"] = new("party"),
        ["recovery_completed"] = new("party"),
        ["lending_policy_set"] = new("bank"),
        ["credit_limit_set"] = new("bank", "party", "limitFen"),
        ["model_activated"] = new("bank"),
        ["receivable_issued"] = new("obligor", "holder", "amountFen"),
        ["receivable_assigned"] = new("assignor", "assignee", "amountFen"),
        ["receivable_split"] = new("assignor", "assignee", "amountFen"),
        ["receivable_redeemed"] = new("obligor", "holder", "amountFen"),
        ["receivable_cancelled"] = new("holder", "obligor", "amountFen"),
        ["receivable_disputed"] = new("obligor", "holder", "disputedFen"),
        ["dispute_resolved"] = new("holder", "obligor", "cancelledFen"),
        ["loan_opened"] = new("bank", "borrower", "principalFen"),
        ["loan_disbursed"] = new("bank", "borrower", "amountFen"),
        ["loan_repaid"] = new("borrower", "bank", "principalFen"),
        ["loan_cancelled"] = new("bank", "borrower", "principalFen"),
        ["loan_extended"] = new("bank", "borrower"),
        ["loan_defaulted"] = new("borrower", "bank", "outstandingFen"),
        ["recourse_claimed"] = new("bank", "assignor", "claimedFen"),
        ["loan_written_off"] = new("bank", "borrower", "amountFen"),
        ["loan_recovered"] = new("borrower", "bank", "amountFen"),
    }.ToFrozenDictionary();

    /// <summary>The parties named, none twice.</summary>
    public IEnumerable<PartyId> Parties => new[] { From, To }.OfType<PartyId>().Distinct();

    /// <summary>Its place on the ledger, as the reports' cursor writes it.</summary>
    public string Position => new EventCursor(Block, LogIndex).ToString();

    public static LedgerNews Read(ReportedEvent reported)
    {
        var fields = reported.Fields;
        var roles = RolesOf.GetValueOrDefault(reported.Kind) ?? new Roles();
        var kind = reported.Kind == "party_registered" ? $"{reported.Kind}_{fields["kind"]}" : reported.Kind;
        return new LedgerNews(
            kind,
            Party(fields, roles.From),
            Party(fields, roles.To),
            Money(fields, roles.Amount),
            reported.Kind == "loan_repaid" ? Money(fields, "interestFen") : null,
            fields["code"] is { } code ? Refusals[code.GetValue<string>()] : null,
            reported.Time,
            reported.Block,
            reported.LogIndex,
            reported.Transaction);
    }

    private static PartyId? Party(JsonObject fields, string? name) =>
        name is not null && fields[name] is { } number ? new PartyId(number.GetValue<uint>()) : null;

    private static Fen? Money(JsonObject fields, string? name) =>
        name is not null && fields[name] is { } number ? new Fen(number.GetValue<ulong>()) : null;

    private sealed record Roles(string? From = null, string? To = null, string? Amount = null);
}
