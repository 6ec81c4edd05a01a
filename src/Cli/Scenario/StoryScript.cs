using System.Diagnostics;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// Turns the plan into signed operations, step by step. Moves of one wave do not depend on each other: what needs a number that the ledger
/// has yet to give out comes in the second wave or a later step.
/// </summary>
internal sealed class StoryScript(YongkangPlan plan, StoryPen pen)
{
    private readonly ReceivableMoves _receivables = new(pen);
    private readonly LoanMoves _loans = new(pen);
    private readonly ServicingMoves _servicing = new(pen);
    private readonly PolicyMoves _policies = new(pen);

    /// <summary>How many signed operations the whole story takes, registrations included.</summary>
    public int Operations => YongkangCast.Members.Count
        + Enumerable.Range(0, StoryCalendar.Steps.Count).Sum(step => FirstWave(step).Count() + SecondWave(step).Count());

    /// <summary>Policies and limits, issues, splits, approvals and receipts of repayments.</summary>
    public IEnumerable<StoryMove> FirstWave(int step)
    {
        if (step == 0)
        {
            foreach (PlannedPolicy policy in BankPolicies.All)
            {
                yield return _policies.SetPolicy(policy, step);
            }
        }

        foreach (PlannedLimit limit in plan.Limits.Where(limit => limit.Step == step))
        {
            yield return _policies.SetLimit(limit);
        }

        foreach (PlannedClaim claim in plan.Claims)
        {
            if (claim.BornStep == step)
            {
                yield return claim.Parent is { } parent
                    ? _receivables.Split(claim, plan.Claims[parent], step)
                    : _receivables.Issue(claim, step);
            }

            if (claim.Loan is { } loan)
            {
                if (loan.OpenStep == step)
                {
                    yield return _loans.Open(claim, loan, step);
                }

                if (loan.InstalmentStep == step || loan.RepayStep == step)
                {
                    yield return _loans.Repay(claim, loan, step);
                }
            }
        }
    }

    /// <summary>
    /// Disbursements of the loans that were opened today, redemptions, which wait until a pledge is released, and all that does not go as agreed.
    /// </summary>
    public IEnumerable<StoryMove> SecondWave(int step)
    {
        if (step == 0)
        {
            // The policy has moved the bank's revision on.
            foreach (PlannedPolicy policy in BankPolicies.All)
            {
                yield return _policies.ActivateModel(policy.Bank, step);
            }
        }

        foreach (PlannedClaim claim in plan.Claims)
        {
            if (claim.Loan is { } loan && IsPaidOut(loan, step))
            {
                yield return _loans.Disburse(claim, loan, step);
            }

            foreach (PlannedIncident incident in claim.Incidents.Where(incident => incident.Step == step))
            {
                yield return Befall(claim, incident);
            }

            if (claim.RedeemStep == step)
            {
                yield return _receivables.Redeem(claim, step);
            }
        }
    }

    private static bool IsPaidOut(PlannedLoan loan, int step) =>
        (step == loan.OpenStep && loan.FirstTranche.Value > 0) || (step == loan.TrancheStep && loan.LaterTranche.Value > 0);

    private StoryMove Befall(PlannedClaim claim, PlannedIncident incident) => incident.Kind switch
    {
        IncidentKind.Cancel => _receivables.Cancel(claim, incident.Step),
        IncidentKind.Dispute => _receivables.Dispute(claim, incident.Amount, incident.Step),
        IncidentKind.Resolve => _receivables.Resolve(claim, incident.Amount, incident.Step),
        IncidentKind.Freeze => _receivables.Freeze(claim, incident.Step),
        IncidentKind.Unfreeze => _receivables.Unfreeze(claim, incident.Step),
        IncidentKind.StopList => _policies.StopList(claim, incident.Step),
        IncidentKind.CancelLoan => _servicing.CancelLoan(claim, claim.Loan!, incident.Step),
        IncidentKind.Extend => _servicing.Extend(claim, claim.Loan!, incident.Step),
        IncidentKind.Default => _servicing.Default(claim, claim.Loan!, incident.Step),
        IncidentKind.ClaimRecourse => _servicing.ClaimRecourse(claim, claim.Loan!, incident.Step),
        IncidentKind.WriteOff => _servicing.WriteOff(claim, claim.Loan!, incident.Amount, incident.Step),
        IncidentKind.Recover => _servicing.Recover(claim, claim.Loan!, incident.Amount, incident.Step),
        _ => throw new UnreachableException($"No move is known for {incident.Kind}."),
    };
}
