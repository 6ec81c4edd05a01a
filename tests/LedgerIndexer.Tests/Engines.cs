using FinanceChain.EmbeddedEngines;
using FinanceChain.Tests;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>One database server and one chain for all tests; each test has a database and a ledger of its own.</summary>
[SetUpFixture]
internal sealed class Engines
{
    private static int _databases;

    public static EmbeddedPostgres Postgres { get; private set; } = null!;

    public static EmbeddedChain Chain { get; private set; } = null!;

    public static Task<string> NewDatabase() =>
        Postgres.CreateDatabase($"indexer_{Interlocked.Increment(ref _databases)}", CancellationToken.None);

    [OneTimeSetUp]
    public async Task Start()
    {
        EmbeddedEngineGate.Require();
        Postgres = await EmbeddedPostgres.StartTemporary(CancellationToken.None);
        Chain = await EmbeddedChain.StartTemporary(CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Chain is not null)
        {
            await Chain.DisposeAsync();
        }

        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }
    }
}
