using System.CommandLine;
using FinanceChain.Cli.Platform;

namespace FinanceChain.Cli.Commands.Index;

/// <summary>Runs the indexer once to project the ledger anew; its output is shown.</summary>
internal static class RebuildCommand
{
    public static Command Create()
    {
        Option<string?> data = SharedOptions.Data();
        var command = new Command("rebuild", "Project the ledger anew beside the rows that stand; they are replaced at once when the new ones are level. Nothing stops meanwhile.")
        {
            data,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var local = new LocalLedger(new DataFolder(parsed.GetValue(data)));
            await IndexedRows.Rebuild(local.Chain, local.Postgres, local.Address, local.DeployBlock, Console.Out.WriteLine, cancellation);
            return 0;
        });
        return command;
    }
}
