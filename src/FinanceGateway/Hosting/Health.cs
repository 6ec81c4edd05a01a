using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Submission;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway;

/// <summary>What stands behind the readiness of this gateway. Each part is asked, not remembered.</summary>
/// <param name="Indexer">The indexer is near enough to the head of the chain.</param>
/// <param name="Senders">At least one sender can pay.</param>
/// <param name="Degraded">Ready, but a sender is short of money.</param>
/// <param name="Engine">starting, standby (another gateway submits), running, or interrupted.</param>
internal sealed record HealthAnswer(
    bool Ready, bool Degraded, bool Database, bool Chain, bool Ledger, bool Indexer, bool Senders, string Engine, ulong ChainId, string LedgerAddress);

/// <summary>GET /health/live: the process answers. GET /health/ready: it can serve: 200, else 503 with what is missing.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Ok(new { live = true })).ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).ExcludeFromDescription();
    }

    private static async Task<IResult> Ready(
        NpgsqlDataSource database, EthereumClient client, ChainIdentity chain, ChainWatch watch, EngineState engine, SenderWatch senders,
        IOptions<GatewayOptions> options, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var databaseAnswers = Succeeds(AskDatabase(database, limit.Token));
        var chainAnswers = Succeeds(AskChain(watch, limit.Token));
        var ledgerAnswers = Succeeds(AskLedger(client, chain, limit.Token));
        var indexerFollows = Succeeds(AskIndexer(database, client, options.Value, limit.Token));
        await Task.WhenAll(databaseAnswers, chainAnswers, ledgerAnswers, indexerFollows);
        var ready = databaseAnswers.Result && chainAnswers.Result && ledgerAnswers.Result && indexerFollows.Result && senders.CanPay
            && engine.Phase is (EnginePhase.Running or EnginePhase.Standby);
        var answer = new HealthAnswer(
            ready, ready && senders.Short.Count > 0, databaseAnswers.Result, chainAnswers.Result, ledgerAnswers.Result, indexerFollows.Result,
            senders.CanPay, engine.Phase.ToString().ToLowerInvariant(), chain.ChainId, chain.Ledger.ToString());
        return Results.Json(answer, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> Succeeds(Task<bool> question)
    {
        try
        {
            return await question;
        }
        catch (Exception problem) when (problem is NpgsqlException or EthereumException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> AskDatabase(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select count(*) from gateway.sender");
        return await command.ExecuteScalarAsync(cancellationToken) is long;
    }

    private static async Task<bool> AskChain(ChainWatch watch, CancellationToken cancellationToken)
    {
        await watch.Require(cancellationToken);
        return true;
    }

    private static async Task<bool> AskLedger(EthereumClient client, ChainIdentity chain, CancellationToken cancellationToken) =>
        (await client.Code(chain.Ledger, BlockTag.Latest, cancellationToken)).Length > 0;

    // An indexer that never began has no checkpoint, and before that no table: both are no answer, and so not ready.
    private static async Task<bool> AskIndexer(
        NpgsqlDataSource database, EthereumClient client, GatewayOptions options, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select block_number from ledger.checkpoint where ledger_id = $1");
        command.Parameters.Add(new() { Value = options.LedgerId });
        var head = await client.BlockNumber(cancellationToken);
        return await command.ExecuteScalarAsync(cancellationToken) is long indexed && checked((long)head) - indexed <= options.IndexerMaxLagBlocks;
    }
}
