using FinanceChain.CreditScoring.Features;

namespace FinanceChain.Cli.Scenario;

/// <summary>The story as a ledger shows it: the plan's events as the facts that a bank can know, each from the step on which it happens. Parties and receivables are numbered by their place.</summary>
internal static class StoryFacts
{
    /// <summary>Just before the first block of a step: what a bank knows when it decides that morning.</summary>
    public static DateTimeOffset InstantOf(int step) => StoryCalendar.Morning(step).AddSeconds(-1);

    /// <summary>All facts in the order of the ledger.</summary>
    public static IReadOnlyList<LedgerFact> Of(IReadOnlyList<PlannedClaim> claims) =>
    [
        .. YongkangCast.Members.Select(member => (Step: member.JoinStep, Fact: Fact(LedgerFactKind.Registered, member.JoinStep, 0, member.Index)))
            .Concat(claims.SelectMany(OfClaim))
            .OrderBy(item => item.Step)
            .Select(item => item.Fact),
    ];

    public static uint Party(int member) => (uint)member;

    private static IEnumerable<(int Step, LedgerFact Fact)> OfClaim(PlannedClaim claim)
    {
        yield return (claim.BornStep, claim.Parent is { } parent
            ? Fact(LedgerFactKind.ReceivableSplit, claim.BornStep, parent, claim.Holder) with { AmountFen = claim.Issued.Value, Child = Number(claim.Index) }
            : Fact(LedgerFactKind.ReceivableIssued, claim.BornStep, claim.Index, claim.Holder) with
            {
                Obligor = Party(claim.Obligor), AmountFen = claim.Issued.Value, Maturity = claim.Maturity,
            });
        foreach (PlannedIncident incident in claim.Incidents)
        {
            foreach (LedgerFact fact in OfIncident(claim, incident))
            {
                yield return (incident.Step, fact);
            }
        }

        if (claim.Loan?.RepayStep is { } repaid)
        {
            yield return (repaid, Fact(LedgerFactKind.LoanRepaid, repaid, claim.Index, claim.Holder));
        }

        if (claim.RedeemStep is { } redeemed)
        {
            yield return (redeemed, Fact(LedgerFactKind.ReceivableRedeemed, redeemed, claim.Index, claim.Holder) with { AmountFen = claim.Owed.Value });
        }
    }

    private static IEnumerable<LedgerFact> OfIncident(PlannedClaim claim, PlannedIncident incident)
    {
        LedgerFact Told(LedgerFactKind kind, ulong fen) => Fact(kind, incident.Step, claim.Index, claim.Holder) with { AmountFen = fen };
        return incident.Kind switch
        {
            IncidentKind.Cancel => [Told(LedgerFactKind.ReceivableReduced, claim.Remainder.Value)],
            IncidentKind.Dispute => [Told(LedgerFactKind.ReceivableDisputed, incident.Amount.Value)],
            IncidentKind.Resolve => [Told(LedgerFactKind.ReceivableDisputed, 0), Told(LedgerFactKind.ReceivableReduced, incident.Amount.Value)],
            IncidentKind.Default => [Told(LedgerFactKind.LoanDefaulted, 0)],
            _ => [],
        };
    }

    private static LedgerFact Fact(LedgerFactKind kind, int step, int claim, int holder) => new(kind, StoryCalendar.Morning(step), Number(claim), Party(holder));

    private static ulong Number(int claim) => (ulong)claim + 1;
}
