using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>A claim of the plan as it stands on the ledger.</summary>
internal sealed class ClaimState
{
    public ReceivableId Receivable { get; set; }

    public ushort Revision { get; set; }

    public LoanId Loan { get; set; }

    public ushort LoanRevision { get; set; }
}

/// <summary>What the players know of the ledger: the numbers that it gave out, learnt from the ends of their own operations.</summary>
internal sealed class StoryState(int members, int claims)
{
    public PartyId[] Parties { get; } = new PartyId[members];

    public ClaimState[] Claims { get; } = [.. Enumerable.Range(0, claims).Select(_ => new ClaimState())];

    /// <summary>The number of a member of the cast or of an office.</summary>
    public PartyId PartyOf(int member) => member switch
    {
        YongkangCast.OperatorOffice => PartyId.Operator,
        YongkangCast.RegulatorOffice => PartyId.Regulator,
        _ => Parties[member],
    };
}
