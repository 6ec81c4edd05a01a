using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Commands.Index;

/// <summary>The ledger of a data folder, for commands that can also be given another one. Each part is only looked for when it is asked for.</summary>
internal sealed class LocalLedger(DataFolder data)
{
    public Uri Chain => (Engines.ForeignChain is { } foreign ? new Uri(foreign) : null) ?? EmbeddedChain.Attach(data.Chain)?.Endpoint
        ?? throw new CommandException("No chain runs here: start the platform with 'financechain up', or name a node.");

    public string Postgres => Engines.ForeignPostgres ?? EmbeddedPostgres.Attach(data.Postgres)?.ConnectionStringTo(Engines.DatabaseName)
        ?? throw new CommandException("No database runs here: start the platform with 'financechain up', or name one with --postgres.");

    public Address Address => Deployment.Address;

    public long DeployBlock => (long)(Deployment.Block ?? 0);

    private LedgerDeployment Deployment => LedgerDeployment.Read(data.Ledger)
        ?? throw new CommandException("No ledger is deployed here: name one with --address and --deploy-block.");
}
