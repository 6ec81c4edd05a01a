namespace FinanceChain.LedgerContract.Tests.Model;

/// <content>The ledger's parameters, and each bank's policy, limits and credit model.</content>
internal sealed partial class LedgerModel
{
    private const int MaxDays = 3_660;
    private const int MostInvoices = 20;

    private readonly HashSet<Parameters> _adopted = [];

    public Parameters CurrentRules { get; private set; }

    public Parameters? NextRules { get; private set; }

    public Parameters? ProposedRules { get; private set; }

    /// <summary>The parameters in force today.</summary>
    public Parameters Rules => NextRules is { } next && next.StartDate <= Today ? next : CurrentRules;

    private Outcome ProposeParameters(ProposeParameters op, GivenSignature manager)
    {
        var (rules, proposer) = (op.Parameters, Parties[PartyId.Operator]!);
        var isSound = rules.MaxTenorDays is > 0 and <= MaxDays && rules.MaxReviewedTenorDays <= MaxDays
            && rules.MaxReviewedTenorDays >= rules.MaxTenorDays && rules.MaxExtensionDays <= MaxDays
            && rules.MaxInvoices is > 0 and <= MostInvoices && rules.RecoveryDelayDays > 0 && !_adopted.Contains(rules);
        var refusal = RequireRevision(PartyId.Operator, op.Revision, proposer.Revision)
            ?? When(!isSound, RefusalCode.ParametersInvalid)
            ?? RequireStart(rules, Today.AddDays(Rules.NoticeDays))
            ?? RequireSignature(manager, PartyId.Operator, Rights.Manage, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Parties[PartyId.Operator] = proposer with { Revision = Next(proposer.Revision) };
        ProposedRules = rules;
        return new ParametersProposed(rules);
    }

    private Outcome AdoptParameters(AdoptParameters op, GivenSignature supervisor)
    {
        var refusal = When(op.Parameters != ProposedRules, RefusalCode.ParametersNotProposed, ("parametersHash", op.Parameters.StructHash()))
            ?? RequireStart(op.Parameters, Today.AddDays(1))
            ?? RequireSignature(supervisor, PartyId.Regulator, Rights.Supervise, op);
        if (refusal is not null)
        {
            return refusal;
        }

        (CurrentRules, NextRules, ProposedRules) = (Rules, op.Parameters, null);
        _adopted.Add(op.Parameters);
        return new ParametersAdopted(op.Parameters);
    }

    private Outcome SetLendingPolicy(SetLendingPolicy op, GivenSignature manager)
    {
        var refusal = RequireParty(op.Bank, PartyKind.Bank)
            ?? RequireRevision(op.Bank, op.Revision, Parties[op.Bank]!.Revision)
            ?? RequireLimit(op.DualApprovalFen, MaxAmount)
            ?? RequireLimit(op.ObligorLimitFen, MaxLimit)
            ?? RequireLimit(op.BorrowerLimitFen, MaxLimit)
            ?? RequireSignature(manager, op.Bank, Rights.Manage, op);
        if (refusal is not null)
        {
            return refusal;
        }

        MoveRevision(op.Bank);
        Policies[op.Bank] = new LendingPolicy(op.DualApprovalFen, op.ObligorLimitFen, op.BorrowerLimitFen, IsSet: true);
        return new LendingPolicySet(op.Bank, op.DualApprovalFen, op.ObligorLimitFen, op.BorrowerLimitFen);
    }

    private Outcome SetCreditLimit(SetCreditLimit op, GivenSignature manager)
    {
        var key = (op.Bank, op.Party, op.Side);
        var line = LineOf(key);
        var refusal = RequireParty(op.Bank, PartyKind.Bank)
            ?? RequireKind(op.Party, PartyKind.Enterprise)
            ?? When(op.Side == ExposureSide.None, RefusalCode.SideInvalid)
            ?? When(
                op.Revision != line.Revision,
                RefusalCode.LimitRevisionStale,
                ("bank", op.Bank), ("party", op.Party), ("revision", op.Revision), ("current", line.Revision))
            ?? RequireLimit(op.LimitFen, MaxLimit)
            ?? RequireSignature(manager, op.Bank, Rights.Manage, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Lines[key] = line with { LimitFen = op.LimitFen, IsOwn = true, Revision = Next(line.Revision) };
        return new CreditLimitSet(op.Bank, op.Party, op.Side, op.LimitFen);
    }

    private Outcome ActivateModel(ActivateModel op, GivenSignature first, GivenSignature second)
    {
        var refusal = RequireParty(op.Bank, PartyKind.Bank)
            ?? RequireRevision(op.Bank, op.Revision, Parties[op.Bank]!.Revision)
            ?? When(op.ModelHash.IsZero, RefusalCode.ModelMissing)
            ?? When(
                op.FromDate < Today || op.UntilDate < op.FromDate,
                RefusalCode.ModelDatesInvalid,
                ("fromDate", op.FromDate), ("untilDate", op.UntilDate), ("today", Today))
            ?? RequireSignature(first, op.Bank, Rights.Approve, op)
            ?? RequireSignature(second, op.Bank, Rights.Approve, op)
            ?? RequireDistinct(op.Bank, first, second);
        if (refusal is not null)
        {
            return refusal;
        }

        MoveRevision(op.Bank);
        CreditModels[op.Bank] = new CreditModel(op.ModelHash, op.FromDate, op.UntilDate);
        return new ModelActivated(op.Bank, op.ModelHash, op.FromDate, op.UntilDate);
    }

    private static LedgerRefusal? RequireStart(Parameters rules, DateOnly earliest) => When(
        rules.StartDate < earliest, RefusalCode.StartDateEarly, ("startDate", rules.StartDate), ("earliest", earliest));

    private static LedgerRefusal? RequireLimit(Fen limit, ulong max) =>
        When(limit.Value > max, RefusalCode.LimitOutOfRange, ("limitFen", limit.Value), ("maxFen", max));

    private CreditLine LineOf((PartyId Bank, PartyId Party, ExposureSide Side) key) => Lines[key] ?? new CreditLine(default, default, 0, false);

    private void MoveRevision(PartyId id) => Parties[id] = Parties[id]! with { Revision = Next(Parties[id]!.Revision) };
}
