using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>Typed reads of one ledger's state at a block, over <c>eth_call</c>. Errors are those of <see cref="EthereumClient"/>.</summary>
public sealed partial class LedgerReader(EthereumClient client, Address ledger)
{
    public Address Ledger => ledger;

    /// <summary>Runs a batch without a transaction: for each operation the refusal that it would get, null where it would be accepted.</summary>
    /// <param name="operations">The calldata of each operation.</param>
    public async Task<IReadOnlyList<LedgerRefusal?>> Simulate(IReadOnlyList<ByteString> operations, BlockTag at, CancellationToken cancellationToken) =>
        FinanceLedgerContract.DecodeSubmit(await CallAsync(FinanceLedgerContract.EncodeSubmit(operations), at, cancellationToken));

    private Task<byte[]> CallAsync(byte[] data, BlockTag at, CancellationToken cancellationToken) => client.Call(ledger, data, at, cancellationToken);
}
