using System.CommandLine;

namespace FinanceChain.Cli.Commands.Index;

internal static class IndexCommand
{
    public static Command Create() => new("index", "The projection of the ledger in the database.") { RebuildCommand.Create() };
}
