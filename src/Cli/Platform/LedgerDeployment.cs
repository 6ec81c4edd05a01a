using System.Text.Json;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Platform;

/// <summary>The one deployment of FinanceLedger that a data folder stands for, as kept in its <c>ledger.json</c>.</summary>
/// <param name="Block">The block that holds it; null until it has been seen there.</param>
/// <param name="RawTransaction">Sent again if a killed chain has lost it: same sender and nonce, so the same address.</param>
internal sealed record LedgerDeployment(Address Address, ulong ChainId, ulong? Block, Hash256 Transaction, string RawTransaction)
{
    /// <summary>The limit of one transaction under EIP-7825; the deployment takes about a third.</summary>
    private const ulong GasLimit = 16_777_216;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Null before the first <c>up</c>.</summary>
    public static LedgerDeployment? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<LedgerDeployment>(File.ReadAllText(path), Format) : null;

    /// <summary>Deploys the ledger once; later calls find it again.</summary>
    /// <exception cref="CommandException">Another chain than the recorded one, or the deployment failed.</exception>
    public static async Task<LedgerDeployment> Ensure(string path, EthereumClient chain, OperatorKeys keys, CancellationToken cancellation)
    {
        ulong chainId = await chain.ChainId(cancellation);
        LedgerDeployment? known = Read(path);
        if (known is not null && known.ChainId != chainId)
        {
            throw new CommandException($"The ledger in {path} stands on chain {known.ChainId}, but this chain is {chainId}.");
        }

        if (known?.Block is not null && (await chain.Code(known.Address, BlockTag.Latest, cancellation)).Length > 0)
        {
            return known;
        }

        LedgerDeployment planned = known ?? await Plan(chain, chainId, keys, cancellation);
        planned.Write(path);
        await chain.SendRawTransaction(Hex.Decode(planned.RawTransaction), cancellation);
        LedgerDeployment deployed = planned with { Block = await planned.BlockOfReceipt(chain, cancellation) };
        deployed.Write(path);
        return deployed;
    }

    private static async Task<LedgerDeployment> Plan(EthereumClient chain, ulong chainId, OperatorKeys keys, CancellationToken cancellation)
    {
        FeeSuggestion fees = await chain.Fees(cancellation);
        ulong nonce = await chain.TransactionCount(keys.Sender.Address, BlockTag.Pending, cancellation);
        SignedTransaction signed = new Eip1559Transaction(
            chainId, nonce, fees.MaxPriorityFeePerGas, fees.MaxFeePerGas, GasLimit, null, 0, YongkangLedger.DeployData(keys)).Sign(keys.Sender);
        return new LedgerDeployment(AddressOf(keys.Sender.Address, nonce), chainId, null, signed.Hash, Hex.Encode(signed.Raw));
    }

    /// <summary>Of a contract made by a transaction: the last 20 bytes of keccak256(rlp([sender, nonce])).</summary>
    private static Address AddressOf(Address sender, ulong nonce)
    {
        byte[] origin = Rlp.Encode(RlpItem.Of(RlpItem.Of((Address?)sender), RlpItem.Of(nonce)));
        return Address.FromBytes(Keccak256.Hash(origin).ToArray().AsSpan(Hash256.Length - Address.Length));
    }

    private async Task<ulong> BlockOfReceipt(EthereumClient chain, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        while (true)
        {
            TransactionReceipt? receipt = await chain.Receipt(Transaction, limit.Token);
            if (receipt is not null)
            {
                return receipt.Succeeded && receipt.ContractAddress == Address
                    ? receipt.BlockNumber
                    : throw new CommandException($"The chain refused to deploy the ledger (transaction {Transaction}).");
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private void Write(string path) => PrivateFile.Write(path, JsonSerializer.Serialize(this, Format));
}
