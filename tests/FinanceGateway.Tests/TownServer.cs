using FinanceChain.EmbeddedEngines;
using FinanceChain.Tests;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>One database server for all fresh towns, a database for each: making a server takes seconds, and none of these tests stops it.</summary>
[SetUpFixture]
internal sealed class TownServer
{
    private static EmbeddedPostgres? _postgres;
    private static int _databases;

    public static async Task<string> NewDatabase(CancellationToken cancellationToken)
    {
        EmbeddedEngineGate.Require();
        _postgres ??= await EmbeddedPostgres.StartTemporary(cancellationToken);
        return await _postgres.CreateDatabase($"town_{++_databases}", cancellationToken);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }
}
