namespace FinanceChain.LedgerContract;

/// <summary>One signature that an operation needs.</summary>
/// <param name="Parameter">The contract's parameter, such as <c>holderSignature</c>.</param>
/// <param name="Signatory">Whose signature.</param>
/// <param name="Right">The right that the signer needs; none where one certain key signs.</param>
/// <param name="Terms">The struct that is signed: mostly the operation, for a borrower its application.</param>
public sealed record SignatureRequirement(string Parameter, Signatory Signatory, Rights Right, ILedgerStruct Terms);

/// <summary>Whose signature is asked for. Holder and lender are known only from the state of the ledger.</summary>
public abstract record Signatory
{
    private Signatory()
    {
    }

    /// <summary>Any signer of the party.</summary>
    public sealed record OfParty(PartyId Party) : Signatory;

    /// <summary>Any signer of the party that holds the receivable now.</summary>
    public sealed record OfHolder(ReceivableId Receivable) : Signatory;

    /// <summary>Any signer of the bank of the loan.</summary>
    public sealed record OfLender(LoanId Loan) : Signatory;

    /// <summary>Exactly this signer (ERC-7913 bytes), as the proof that it holds its key.</summary>
    public sealed record OfKey(ByteString Signer) : Signatory;
}
