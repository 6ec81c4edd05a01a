using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Clients;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway;

/// <summary>What must stand before the gateway listens: the schema, the chain with the ledger on it, the keys, the operator's client.</summary>
internal static partial class Preparation
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="InvalidOperationException">There is no ledger at the address, or the configuration is wrong.</exception>
    public static async Task Prepare(this WebApplication app, CancellationToken cancellationToken)
    {
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var logger = app.Logger;
        await Patiently(() => Task.Run(() => DatabaseMigration.Run(options.Postgres), cancellationToken), "the database", logger, cancellationToken);
        await Patiently(() => LookUpChain(app, options, cancellationToken), "the chain", logger, cancellationToken);
        var keys = app.Services.GetRequiredService<GatewayKeys>();
        await OperatorClient.Enter(app.Services.GetRequiredService<NpgsqlDataSource>(), options, cancellationToken);
        var chain = app.Services.GetRequiredService<ChainIdentity>();
        LogPrepared(logger, chain.ChainId, chain.Ledger, keys.Sender.Address, keys.Registrar.Address);
    }

    private static async Task LookUpChain(WebApplication app, GatewayOptions options, CancellationToken cancellationToken)
    {
        var client = app.Services.GetRequiredService<EthereumClient>();
        var ledger = Address.Parse(options.LedgerAddress);
        var chainId = await client.ChainId(cancellationToken);
        if ((await client.Code(ledger, BlockTag.Latest, cancellationToken)).Length == 0)
        {
            throw new InvalidOperationException($"There is no contract at {ledger} on chain {chainId}.");
        }

        var reader = new LedgerReader(client, ledger);
        app.Services.GetRequiredService<ChainIdentity>().Set(
            chainId, ledger, await reader.P256Verifier(BlockTag.Latest, cancellationToken), await reader.PasskeyVerifier(BlockTag.Latest, cancellationToken));
    }

    // Services of one machine start in any order.
    private static async Task Patiently(Func<Task> step, string dependency, ILogger logger, CancellationToken cancellationToken)
    {
        var deadline = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception away) when (away is NpgsqlException or EthereumException && DateTimeOffset.UtcNow < deadline)
            {
                LogWaiting(logger, dependency, away.Message);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Serving ledger {Ledger} on chain {ChainId}; sender {Sender}, registrar {Registrar}")]
    private static partial void LogPrepared(ILogger logger, ulong chainId, Address ledger, Address sender, Address registrar);

    [LoggerMessage(2, LogLevel.Warning, "Waiting for {Dependency}: {Problem}")]
    private static partial void LogWaiting(ILogger logger, string dependency, string problem);
}
