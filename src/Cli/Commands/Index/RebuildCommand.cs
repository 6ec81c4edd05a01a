using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
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
            var start = new ProcessStartInfo("dotnet", [Service.ProgramFile("LedgerIndexer"), "--LedgerIndexer:Rebuild=true", "--LedgerIndexer:EndAfterRebuild=true"]);
            start.Environment["LedgerIndexer__Postgres"] = local.Postgres;
            start.Environment["LedgerIndexer__ChainUrl"] = local.Chain.ToString();
            start.Environment["LedgerIndexer__LedgerAddress"] = local.Address.ToString();
            start.Environment["LedgerIndexer__DeployBlock"] = local.DeployBlock.ToString(CultureInfo.InvariantCulture);
            using Process process = Process.Start(start) ?? throw new CommandException("The indexer could not be started.");
            try
            {
                await process.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return process.ExitCode == 0 ? 0 : throw new CommandException($"The indexer ended with {process.ExitCode}; its last lines say why. The old rows stand.");
        });
        return command;
    }
}
