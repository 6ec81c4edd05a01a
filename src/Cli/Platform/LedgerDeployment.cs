using System.Text.Json;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Platform;

/// <summary>One of the contracts that make a ledger.</summary>
/// <param name="RawTransaction">Sent again if a killed chain has lost it: same sender and nonce, so the same address.</param>
internal sealed record DeployedContract(string Name, Address Address, Hash256 Transaction, string RawTransaction);

/// <summary>The one deployment of a ledger that a data folder stands for, as kept in its <c>ledger.json</c>.</summary>
/// <param name="Version">Of the ledger's contracts: see <see cref="Current"/>.</param>
/// <param name="Address">Of FinanceLedger, where operations are submitted and read.</param>
/// <param name="Block">The block that holds FinanceLedger; null until it has been seen there.</param>
/// <param name="Contracts">In the order of their transactions; FinanceLedger is the last.</param>
internal sealed record LedgerDeployment(int Version, Address Address, ulong ChainId, ulong? Block, ValueList<DeployedContract> Contracts)
{
    /// <summary>Rises when the services no longer understand the ledgers of before. Files of the first version bear no number.</summary>
    public const int Current = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Null before the first <c>up</c>.</summary>
    /// <exception cref="CommandException">Another version of FinanceChain deployed it.</exception>
    public static LedgerDeployment? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string text = File.ReadAllText(path);
        int version = JsonSerializer.Deserialize<Stamp>(text, Format)?.Version ?? 0;
        return version == Current
            ? JsonSerializer.Deserialize<LedgerDeployment>(text, Format)
            : throw new CommandException(
                $"The ledger in {Path.GetDirectoryName(path)} was deployed by {(version < Current ? "an older" : "a newer")} version of FinanceChain, "
                + $"which alone can go on with it: end what runs with './financechain down --data {Path.GetDirectoryName(path)}', "
                + "then remove that folder or choose another one with --data.");
    }

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

        LedgerDeployment planned = known ?? await Plan(chain, chainId, keys, cancellation);
        IReadOnlyList<DeployedContract> missing = await planned.Missing(chain, cancellation);
        if (planned.Block is not null && missing.Count == 0)
        {
            return planned;
        }

        // On disk before anything is sent: whatever happens now, the next run sends the same bytes.
        planned.Write(path);
        foreach (DeployedContract contract in missing)
        {
            await chain.SendRawTransaction(Hex.Decode(contract.RawTransaction), cancellation);
        }

        LedgerDeployment deployed = planned with { Block = await planned.BlockOfLast(chain, cancellation) };
        deployed.Write(path);
        return deployed;
    }

    private static async Task<LedgerDeployment> Plan(EthereumClient chain, ulong chainId, OperatorKeys keys, CancellationToken cancellation)
    {
        FeeSuggestion fees = await chain.Fees(cancellation);
        ulong nonce = await chain.TransactionCount(keys.Sender.Address, BlockTag.Pending, cancellation);
        var plan = new DeploymentPlan(keys.Sender.Address, nonce, YongkangLedger.Foundation(keys));
        return new LedgerDeployment(
            Current,
            plan.Ledger,
            chainId,
            null,
            ValueList.From(plan.Creations.Select(creation =>
            {
                SignedTransaction signed = creation.ToTransaction(chainId, fees.MaxPriorityFeePerGas, fees.MaxFeePerGas).Sign(keys.Sender);
                return new DeployedContract(creation.Contract, creation.Address, signed.Hash, Hex.Encode(signed.Raw));
            })));
    }

    /// <summary>A killed chain loses its latest blocks, so some may stand and others not.</summary>
    private async Task<IReadOnlyList<DeployedContract>> Missing(EthereumClient chain, CancellationToken cancellation)
    {
        var missing = new List<DeployedContract>();
        foreach (DeployedContract contract in Contracts)
        {
            if ((await chain.Code(contract.Address, BlockTag.Latest, cancellation)).Length == 0)
            {
                missing.Add(contract);
            }
        }

        return missing;
    }

    private async Task<ulong> BlockOfLast(EthereumClient chain, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        ulong block = 0;
        foreach (DeployedContract contract in Contracts)
        {
            block = await BlockOf(contract, chain, limit.Token);
        }

        return block;
    }

    private static async Task<ulong> BlockOf(DeployedContract contract, EthereumClient chain, CancellationToken cancellation)
    {
        while (true)
        {
            TransactionReceipt? receipt = await chain.Receipt(contract.Transaction, cancellation);
            if (receipt is not null)
            {
                return receipt.Succeeded && receipt.ContractAddress == contract.Address
                    ? receipt.BlockNumber
                    : throw new CommandException($"The chain refused to deploy {contract.Name} (transaction {contract.Transaction}).");
            }

            await Task.Delay(50, cancellation);
        }
    }

    private void Write(string path) => PrivateFile.Write(path, JsonSerializer.Serialize(this, Format));

    private sealed record Stamp(int Version);
}
