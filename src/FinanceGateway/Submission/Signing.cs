using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Signs what is sent to the chain: batches, and empty transactions that spend a nonce. Nothing else is ever signed by a sender.</summary>
internal sealed class Signing(ISenderKeys senders, ChainIdentity chain)
{
    private const ulong EmptyTransactionGas = 21_000;

    /// <summary>False for a sender that only ends what it has under way.</summary>
    public bool TakesWork(Address sender) => senders.Current.Contains(sender);

    public SignedVersion Batch(Address sender, ulong nonce, FeeSuggestion fee, long gasLimit, IReadOnlyList<byte[]> calldata)
    {
        var data = FinanceLedgerContract.EncodeSubmit([.. calldata.Select(ByteString.Wrap)]);
        return Sign(VersionKind.Batch, sender, nonce, fee.MaxPriorityFeePerGas, fee.MaxFeePerGas, checked((ulong)gasLimit), chain.Ledger, data);
    }

    public SignedVersion NoOperation(Address sender, ulong nonce, FeeSuggestion fee) =>
        Sign(VersionKind.NoOperation, sender, nonce, fee.MaxPriorityFeePerGas, fee.MaxFeePerGas, EmptyTransactionGas, sender, []);

    private SignedVersion Sign(
        VersionKind kind, Address sender, ulong nonce, BigInteger priority, BigInteger max, ulong gas, Address to, byte[] data)
    {
        var signed = new Eip1559Transaction(chain.ChainId, nonce, priority, max, gas, to, 0, data).Sign(senders.Of(sender));
        return new SignedVersion(kind, signed, max, priority);
    }
}
