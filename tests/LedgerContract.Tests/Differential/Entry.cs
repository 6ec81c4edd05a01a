using FinanceChain.LedgerContract.Tests.Model;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>One entry of a batch and what the model made of it.</summary>
/// <param name="Operation">Null where the calldata is no operation.</param>
internal sealed record Entry(ILedgerOperation? Operation, IReadOnlyList<GivenSignature> Signatures, ByteString Calldata, Outcome Expected)
{
    public override string ToString() => Operation is null
        ? $"{Calldata.Length} bytes that are no operation"
        : $"{Operation}\nsigned {string.Join(", ", Signatures)}";
}
