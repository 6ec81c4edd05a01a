using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.Tests;

namespace FinanceChain.Cli.Tests.Platform;

public sealed class IndexedRowsTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Rebuild_ThatTheIndexerRefuses_SaysWhyAndNotHowItEnded(CancellationToken cancellationToken)
    {
        EmbeddedEngineGate.Require();
        await using EmbeddedChain chain = await EmbeddedChain.StartTemporary(cancellationToken);
        await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartTemporary(cancellationToken);
        string database = await postgres.CreateDatabase("rows", cancellationToken);
        Address nobody = Secp256k1Key.Create().Address;

        CommandException? refusal = await Assert.ThrowsAsync<CommandException>(
            () => IndexedRows.Rebuild(chain.Endpoint, database, nobody, 0, _ => { }, cancellationToken));

        Assert.That(refusal?.Message, Does.Contain("the old rows stand").And.Contain("The indexer stops").And.Contain($"{nobody}"));
    }
}
