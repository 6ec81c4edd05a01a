using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>A party of a story, its keys, and how the ledger sees it.</summary>
/// <param name="First">Trades; for a bank approves and manages.</param>
/// <param name="Second">For a bank disburses.</param>
/// <param name="Third">For a bank approves what takes two.</param>
internal sealed record Actor(PartyId Party, ISigner First, ISigner Second, ISigner Third)
{
    /// <summary>Signers that were added or recovered, and can be removed.</summary>
    public List<ISigner> Extra { get; } = [];

    public Standing Standing { get; set; } = Standing.Active;

    public bool Trades => Standing != Standing.Suspended;

    public ushort Revision { get; set; }

    public ushort StandingRevision { get; set; }

    /// <summary>The signer that the operator proposed, and the day after which it can be put in force.</summary>
    public (ISigner Key, DateOnly Ready)? Recovery { get; set; }

    /// <summary>Of a bank: above it two approve.</summary>
    public ulong DualApprovalFen { get; set; }

    public Dictionary<(PartyId Party, ExposureSide Side), ushort> LimitRevisions { get; } = [];
}

/// <summary>A receivable of a story as the ledger sees it.</summary>
internal sealed class Claim(int id, Actor obligor)
{
    public ReceivableId Id { get; } = new((ulong)id);

    public Actor Obligor { get; } = obligor;

    public required Actor Holder { get; set; }

    public required ulong AmountFen { get; set; }

    public required DateOnly Maturity { get; init; }

    public ulong DisputedFen { get; set; }

    /// <summary>Each receivable is disputed once.</summary>
    public bool WasDisputed { get; set; }

    public ulong FreeFen => AmountFen - DisputedFen;

    public int Depth { get; init; }

    public int Splits { get; set; }

    public bool Pledged { get; set; }

    public bool Frozen { get; set; }

    /// <summary>Neither pledged nor frozen, and something of it is owed.</summary>
    public bool Traded => !Pledged && !Frozen && AmountFen > 0;

    public ushort Revision { get; set; } = 1;
}

/// <summary>A loan of a story as the ledger sees it.</summary>
internal sealed class Credit(int id, Claim claim, Actor bank, ulong principalFen)
{
    public LoanId Id { get; } = new((ulong)id);

    public Claim Claim { get; } = claim;

    public Actor Bank { get; } = bank;

    /// <summary>A pledged receivable cannot move: its holder is the borrower while the loan lasts.</summary>
    public Actor Borrower { get; } = claim.Holder;

    public ulong PrincipalFen { get; } = principalFen;

    public required DateOnly DueDate { get; set; }

    public required bool WithRecourse { get; init; }

    public ulong DisbursedFen { get; set; }

    public ulong RepaidFen { get; set; }

    public ulong WrittenOffFen { get; set; }

    public ulong RecoveredFen { get; set; }

    public ulong OutstandingFen => DisbursedFen - RepaidFen - WrittenOffFen;

    public ulong UnrecoveredFen => WrittenOffFen - RecoveredFen;

    public bool Extended { get; set; }

    public bool RecourseClaimed { get; set; }

    public LoanStatus Status { get; set; } = LoanStatus.Opened;

    public ushort Revision { get; set; }

    /// <summary>After the amounts changed: ends the loan, and frees its receivable, where the ledger does.</summary>
    public void Settle()
    {
        if (OutstandingFen > 0)
        {
            return;
        }

        Status = UnrecoveredFen > 0 ? LoanStatus.WrittenOff : WrittenOffFen == 0 ? LoanStatus.Repaid : LoanStatus.Recovered;
        if (Status != LoanStatus.WrittenOff)
        {
            Release();
        }
    }

    public void Release()
    {
        Claim.Pledged = false;
        Claim.Revision++;
    }
}
