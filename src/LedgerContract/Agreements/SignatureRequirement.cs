using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>One signature that an operation needs.</summary>
/// <param name="Parameter">The contract's parameter, such as <c>holderSignature</c>.</param>
/// <param name="Signatory">Whose signature.</param>
/// <param name="Right">The signer needs one of these rights; none where one certain key signs, any where every signer of the party may.</param>
/// <param name="Terms">The struct that is signed: mostly the operation, for a borrower its application.</param>
/// <param name="Optional">The signature is left empty unless the state of the ledger demands it: a second approver, by the bank's policy.</param>
public sealed record SignatureRequirement(string Parameter, Signatory Signatory, Rights Right, ILedgerStruct Terms, bool Optional = false);

/// <summary>Whose signature is asked for. The parties of a receivable and of a loan are known only from the state of the ledger.</summary>
public abstract record Signatory
{
    private Signatory()
    {
    }

    /// <summary>Any signer of the party.</summary>
    public sealed record OfParty(PartyId Party) : Signatory;

    /// <summary>Any signer of the party that holds the receivable now.</summary>
    public sealed record OfHolder(ReceivableId Receivable) : Signatory;

    /// <summary>Any signer of the party that owes the receivable.</summary>
    public sealed record OfObligor(ReceivableId Receivable) : Signatory;

    /// <summary>Any signer of the bank of the loan.</summary>
    public sealed record OfLender(LoanId Loan) : Signatory;

    /// <summary>Any signer of the borrower of the loan.</summary>
    public sealed record OfBorrower(LoanId Loan) : Signatory;

    /// <summary>Exactly this signer (ERC-7913 bytes), as the proof that it holds its key.</summary>
    public sealed record OfKey(ByteString Signer) : Signatory;

    /// <summary>Exactly the signer of this id, whose key was named in an earlier agreement.</summary>
    public sealed record OfSigner(Hash256 SignerId) : Signatory;
}
