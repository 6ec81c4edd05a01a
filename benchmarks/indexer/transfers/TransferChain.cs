using System.Numerics;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>The chain that all entrants read: one contract, so many events to a block.</summary>
internal static class TransferChain
{
    public const int EventsPerBlock = 100;

    /// <returns>The contract, and the blocks with events.</returns>
    public static async Task<(Address Contract, long First, long Last)> Fill(EthereumClient client, int events, CancellationToken cancellationToken)
    {
        var sender = Secp256k1Key.Create();
        var chainId = await client.ChainId(cancellationToken);
        await Send(client, Sign(sender, chainId, 0, to: null, TransferContract.Creation), cancellationToken);
        var contract = ContractAddress.OfCreation(sender.Address, 0);
        var first = (long)await client.BlockNumber(cancellationToken) + 1;
        for (var block = 0; block < events / EventsPerBlock; block++)
        {
            var call = TransferContract.Call(EventsPerBlock, block * EventsPerBlock);
            await Send(client, Sign(sender, chainId, (ulong)block + 1, contract, call), cancellationToken);
        }

        var last = (long)await client.BlockNumber(cancellationToken);
        return (contract, first, last);
    }

    private static SignedTransaction Sign(Secp256k1Key sender, ulong chainId, ulong nonce, Address? to, byte[] data) =>
        new Eip1559Transaction(chainId, nonce, BigInteger.Zero, BigInteger.Zero, 16_000_000, to, BigInteger.Zero, data).Sign(sender);

    private static async Task Send(EthereumClient client, SignedTransaction signed, CancellationToken cancellationToken)
    {
        await client.SendRawTransaction(signed.Raw, cancellationToken);
        while (await client.Receipt(signed.Hash, cancellationToken) is not { Succeeded: true })
        {
            await Task.Delay(1, cancellationToken);
        }
    }
}
