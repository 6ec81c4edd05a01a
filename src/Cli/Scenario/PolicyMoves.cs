using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What banks and the operator decide about whom they deal with.</summary>
internal sealed class PolicyMoves(StoryPen pen)
{
    public StoryMove SetPolicy(PlannedPolicy policy, int step) => pen.Move(
        policy.Bank,
        $"policy-{policy.Bank}",
        () => new SetLendingPolicy(
            pen.Party(policy.Bank), policy.DualApproval, policy.ObligorLimit, policy.BorrowerLimit, Revision: 0, StoryPen.Deadline(step)),
        [pen.Keys.Manager(policy.Bank)],
        _ => { });

    public StoryMove ActivateModel(int bank, int step) => pen.Move(
        bank,
        $"model-{bank}",
        () => new ActivateModel(
            pen.Party(bank), CreditDesk.ModelHash, CreditDesk.Activation.From, CreditDesk.Activation.Until, Revision: 1, StoryPen.Deadline(step)),
        [pen.Keys.Approver(bank), pen.Keys.SecondApprover(bank)],
        _ => { });

    public StoryMove SetLimit(PlannedLimit limit) => pen.Move(
        limit.Bank,
        $"limit-{limit.Bank}-{limit.Party}-{limit.Side}",
        () => new SetCreditLimit(
            pen.Party(limit.Bank), pen.Party(limit.Party), limit.Side, limit.Limit, Revision: 0, StoryPen.Deadline(limit.Step)),
        [pen.Keys.Manager(limit.Bank)],
        _ => { });

    public StoryMove StopList(PlannedClaim claim, int step) => pen.Move(
        YongkangCast.OperatorOffice,
        $"stop-list-{claim.Obligor}",
        () => new SetStanding(
            pen.Party(claim.Obligor), Standing.StopListed, StoryPen.Reference("stop-list", claim.Index, step), Revision: 0, StoryPen.Deadline(step)),
        [pen.Keys.OperatorManager],
        _ => { });
}
