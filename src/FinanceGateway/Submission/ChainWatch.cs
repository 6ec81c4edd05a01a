using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>The node serves another chain than the one whose transactions stand in the database.</summary>
internal sealed class ForeignChainException(string message) : EthereumException(message);

/// <summary>
/// Sees to it that the node is one of our chain: the same chain id and the same genesis block. A node that was swapped for another of the
/// same chain is welcome; one of another chain gets nothing, and nobody is answered from its state.
/// </summary>
internal sealed partial class ChainWatch(EthereumClient node, NpgsqlDataSource database, ChainIdentity chain, ILogger<ChainWatch> logger) : BackgroundService
{
    private const string AdoptSql = """
        with entered as (insert into gateway.chain (chain_id, genesis_hash) values ($1, $2) on conflict do nothing returning genesis_hash)
        select genesis_hash from entered union all select genesis_hash from gateway.chain where chain_id = $1 limit 1
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private Hash256? _genesis;
    private volatile string? _foreign;

    /// <summary>What is known without asking again; looked up every second.</summary>
    /// <exception cref="ForeignChainException">The node serves another chain.</exception>
    public void RequireKnown()
    {
        if (_foreign is { } problem)
        {
            throw new ForeignChainException(problem);
        }
    }

    /// <summary>Asks the node.</summary>
    /// <exception cref="ForeignChainException">It serves another chain.</exception>
    public async Task Require(CancellationToken cancellationToken)
    {
        var chainId = await node.ChainId(cancellationToken);
        var genesis = await node.Block(0, cancellationToken) ?? throw new NodeResponseException("The node has no genesis block.");
        _genesis ??= await Adopt(genesis.Hash, cancellationToken);
        var problem = chainId == chain.ChainId && genesis.Hash == _genesis
            ? null
            : $"The node serves chain {chainId} with genesis {genesis.Hash}; this database belongs to chain {chain.ChainId} with genesis {_genesis}.";
        if (problem != _foreign)
        {
            _foreign = problem;
            if (problem is null)
            {
                LogOwn();
            }
            else
            {
                LogForeign(problem);
            }
        }

        RequireKnown();
    }

    /// <exception cref="ForeignChainException">The node serves another chain than this database; the gateway does not start.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        while (!await IsOurs(cancellationToken))
        {
            await Task.Delay(Pause, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Pause, stoppingToken);
            try
            {
                await Require(stoppingToken);
            }
            catch (Exception away) when (away is EthereumException or NpgsqlException)
            {
                // Whoever needs the node finds out by itself.
            }
        }
    }

    // False while node or database are away.
    private async Task<bool> IsOurs(CancellationToken cancellationToken)
    {
        try
        {
            await Require(cancellationToken);
            return true;
        }
        catch (Exception away) when (away is NpgsqlException or EthereumException and not ForeignChainException)
        {
            LogWaiting(away.Message);
            return false;
        }
    }

    private async Task<Hash256> Adopt(Hash256 genesis, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(AdoptSql);
        command.Parameters.Add(new() { Value = checked((long)chain.ChainId) });
        command.Parameters.Add(new() { Value = genesis.ToArray() });
        return Hash256.FromBytes((byte[])(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    [LoggerMessage(2501, LogLevel.Critical, "{Problem} Nothing is accepted or sent until the node is one of our chain again")]
    private partial void LogForeign(string problem);

    [LoggerMessage(2503, LogLevel.Warning, "Waiting for chain and database: {Problem}")]
    private partial void LogWaiting(string problem);

    [LoggerMessage(2502, LogLevel.Information, "The node is one of our chain again")]
    private partial void LogOwn();
}
