using System.CommandLine;

namespace FinanceChain.Cli.Commands;

internal static class SharedOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "Folder of chain, database, keys and logs. [default: .financechain in the checkout]",
        HelpName = "DIR",
    };
}
