using FinanceChain.Cli.Scenario;
using FinanceChain.LedgerContract;

namespace FinanceChain.Tests;

/// <summary>What the control totals must come to when the plan has been played: counted from the plan, not from any ledger.</summary>
internal static class PlannedTotals
{
    /// <param name="interest">Counted elsewhere: taken over as it is.</param>
    public static Totals Of(YongkangPlan plan, FenSum interest)
    {
        List<PlannedClaim> financed = [.. plan.Claims.Where(claim => claim.Loan is not null)];
        return new Totals(
            Enterprises: YongkangCast.Enterprises,
            Banks: (ushort)BankPolicies.All.Count,
            Receivables: (ulong)plan.Claims.Count,
            Loans: (ulong)financed.Count,
            LentFen: Sum(financed, claim => claim.Loan!.Disbursed),
            RepaidFen: Sum(financed, claim => claim.Loan!.RepayStep is null ? claim.Loan.Instalment : claim.Loan.Disbursed),
            IssuedFen: Sum(plan.Claims, claim => claim.Parent is null ? claim.Issued : Fen.Zero),
            RedeemedFen: Sum(plan.Claims, claim => claim.RedeemStep is null ? Fen.Zero : claim.Owed),
            CancelledFen: Sum(plan.Claims, claim => Met(claim, IncidentKind.Cancel) ? claim.Remainder : claim.Remainder - claim.Owed),
            WrittenOffFen: Sum(plan.Claims, claim => Amount(claim, IncidentKind.WriteOff)),
            OverdueFen: Sum(plan.Claims, claim => Met(claim, IncidentKind.Default) ? claim.Loan!.Disbursed : Fen.Zero),
            RecoveredFen: Sum(plan.Claims, claim => Amount(claim, IncidentKind.Recover)),
            InterestFen: interest,
            FeeFen: Sum(financed, claim => claim.Loan!.RepayStep is null ? Fen.Zero : claim.Loan.Fee));
    }

    private static bool Met(PlannedClaim claim, IncidentKind kind) => claim.Incidents.Any(incident => incident.Kind == kind);

    private static Fen Amount(PlannedClaim claim, IncidentKind kind) =>
        claim.Incidents.SingleOrDefault(incident => incident.Kind == kind)?.Amount ?? Fen.Zero;

    private static FenSum Sum(IEnumerable<PlannedClaim> claims, Func<PlannedClaim, Fen> amount) =>
        claims.Aggregate(FenSum.Zero, (sum, claim) => sum + amount(claim));
}
