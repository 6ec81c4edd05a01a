using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

// Rows of the schema `ledger` in the types of the database. Amounts are fen; numbers are the contract's.

/// <summary>Where an event stands: its block, its place among the block's logs, the block's time (UTC).</summary>
internal readonly record struct EventPlace(long BlockNumber, int LogIndex, DateTime BlockTime);

internal sealed record PartyRow(
    int PartyId, PartyKind Kind, int RegionCode, string Industry, byte[] ProfileHash, EventPlace Registered);

internal sealed record SignerRow(int PartyId, byte[] SignerId, byte[] Signer, Rights Rights, long AddedBlock);

internal sealed record SignerRemovalRow(byte[] SignerId, int PartyId, long RemovedBlock);

internal sealed record ReceivableRow(
    long ReceivableId,
    long? ParentId,
    short Depth,
    int Obligor,
    int Holder,
    long IssuedAmountFen,
    long AmountFen,
    long RedeemedFen,
    DateOnly MaturityDate,
    ReceivableStatus Status,
    int Revision,
    byte[]? Fingerprint,
    long IssuedBlock,
    DateTime IssuedAt);

internal sealed record LoanRow(
    long LoanId,
    long ReceivableId,
    int Bank,
    int Borrower,
    long PrincipalFen,
    long RepaidFen,
    long InterestFen,
    int AnnualRateBps,
    DateOnly DueDate,
    bool WithRecourse,
    LoanStatus Status,
    int Revision,
    long OpenedBlock,
    DateTime OpenedAt,
    DateTime? DisbursedAt,
    DateTime? RepaidAt);

internal sealed record DisbursementRow(
    long LoanId, int Bank, int Borrower, long AmountFen, EventPlace Place, byte[] RegistrationHash, byte[] PaymentReference);

internal sealed record RepaymentRow(
    long LoanId, int Bank, int Borrower, long PrincipalFen, long InterestFen, EventPlace Place, byte[] PaymentReference);

internal sealed record RedemptionRow(
    long ReceivableId, int Holder, int Obligor, long AmountFen, EventPlace Place, byte[] PaymentReference);
