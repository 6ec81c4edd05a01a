using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

// Rows of the schema `ledger` in the types of the database. Amounts are fen; numbers are the contract's.

/// <summary>Where an event stands: its block, its place among the block's logs, the block's time (UTC).</summary>
internal readonly record struct EventPlace(long BlockNumber, int LogIndex, DateTime BlockTime);

internal sealed record PartyRow(
    int PartyId,
    PartyKind Kind,
    int RegionCode,
    string Industry,
    byte[] ProfileHash,
    Standing Standing,
    byte[]? StandingReason,
    DateTime StandingAt,
    int Revision,
    int StandingRevision,
    long RegisteredBlock,
    DateTime RegisteredAt);

internal sealed record SignerRow(int PartyId, byte[] SignerId, byte[] Signer, Rights Rights, long AddedBlock);

internal sealed record SignerRemovalRow(byte[] SignerId, int PartyId, long RemovedBlock);

/// <summary>A signer that the operator proposed for a party. Numbered as in the database.</summary>
internal enum RecoveryStatus : short
{
    Pending = 1,
    Vetoed = 2,
    Completed = 3,
}

/// <param name="BlockNumber">Of the proposal, as is <paramref name="LogIndex"/>.</param>
internal sealed record SignerRecoveryRow(
    int PartyId,
    long BlockNumber,
    int LogIndex,
    byte[] SignerId,
    byte[] Signer,
    Rights Rights,
    DateOnly ReadyDate,
    RecoveryStatus Status,
    long? EndedBlock);

internal sealed record ParametersRow(Parameters Rules, bool Adopted, EventPlace Place);

internal sealed record LendingPolicyRow(int Bank, long DualApprovalFen, long ObligorLimitFen, long BorrowerLimitFen, EventPlace Set);

/// <param name="Revisions">How many limits were set in the range; the last one holds.</param>
internal sealed record CreditLimitRow(int Bank, int PartyId, ExposureSide Side, long LimitFen, int Revisions);

internal sealed record CreditModelRow(int Bank, byte[] ModelHash, DateOnly FromDate, DateOnly UntilDate, EventPlace Place);

internal sealed record ReceivableRow(
    long ReceivableId,
    long? ParentId,
    short Depth,
    short Splits,
    int Obligor,
    int Holder,
    long IssuedAmountFen,
    long AmountFen,
    long RedeemedFen,
    long CancelledFen,
    long DisputedFen,
    byte[]? DisputeReason,
    DateOnly MaturityDate,
    bool ReviewNeeded,
    ReceivableStatus Status,
    byte[]? FreezeCase,
    int Revision,
    long IssuedBlock,
    DateTime IssuedAt)
{
    public bool Frozen => FreezeCase is not null;
}

internal sealed record InvoiceRow(byte[] Fingerprint, long ReceivableId, long AmountFen);

internal sealed record RedemptionRow(
    long ReceivableId, int Holder, int Obligor, long AmountFen, EventPlace Place, byte[] PaymentReference);

/// <param name="ReasonHash">Null where a dispute was resolved.</param>
internal sealed record CancellationRow(long ReceivableId, int Holder, int Obligor, long AmountFen, EventPlace Place, byte[]? ReasonHash);

internal sealed record LoanRow(
    long LoanId,
    long ReceivableId,
    int Bank,
    int Borrower,
    int Obligor,
    long PrincipalFen,
    long DisbursedFen,
    long RepaidFen,
    long WrittenOffFen,
    long RecoveredFen,
    long InterestFen,
    long FeeFen,
    long OverdueFen,
    long? RecourseClaimedFen,
    int AnnualRateBps,
    DateOnly DueDate,
    bool Extended,
    bool WithRecourse,
    LoanStatus Status,
    int Revision,
    byte[] ApplicationHash,
    byte[]? ReviewHash,
    byte[]? DecisionDigest,
    int Approver,
    int? SecondApprover,
    DateOnly LapseDate,
    long OpenedBlock,
    DateTime OpenedAt,
    DateTime? DisbursedAt,
    DateTime? DefaultedAt,
    DateTime? EndedAt)
{
    public long OutstandingFen => DisbursedFen - RepaidFen - WrittenOffFen;
}

internal sealed record DisbursementRow(
    long LoanId, int Bank, int Borrower, long AmountFen, bool IsFirst, EventPlace Place, byte[] RegistrationHash, byte[] PaymentReference);

internal sealed record RepaymentRow(
    long LoanId, int Bank, int Borrower, long PrincipalFen, long InterestFen, long FeeFen, EventPlace Place, byte[] PaymentReference);

internal sealed record LoanDefaultRow(long LoanId, int Bank, int Borrower, long OutstandingFen, EventPlace Place, byte[] ReasonHash);

internal sealed record WriteOffRow(long LoanId, int Bank, int Borrower, long AmountFen, EventPlace Place, byte[] ReasonHash);

internal sealed record LoanRecoveryRow(
    long LoanId, int Bank, int Borrower, long AmountFen, RecoverySource Source, EventPlace Place, byte[] PaymentReference);
