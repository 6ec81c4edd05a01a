using System.CommandLine;
using FinanceChain.Cli.Platform;
using FinanceChain.Ethereum;
using FinanceChain.LedgerVerification;

namespace FinanceChain.Cli.Commands.Index;

/// <summary>The regulator's check: everything that reports are made of, derived from the chain once more.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var chain = new Option<Uri?>("--ledger") { Description = "Node whose chain decides, best your own. [default: the local one]", HelpName = "URL" };
        var address = new Option<string?>("--address") { Description = "The ledger's address. [default: that of the data folder]", HelpName = "0x.." };
        var deployBlock = new Option<long?>("--deploy-block") { Description = "The block of its deployment. [default: that of the data folder]" };
        var postgres = new Option<string?>("--postgres") { Description = "Connection string of the database to check. [default: the local one]" };
        var ledgerId = new Option<short>("--ledger-id") { Description = "Its number in that database.", DefaultValueFactory = _ => 1 };
        Option<string?> data = SharedOptions.Data();
        var command = new Command("verify", "Derive every table from the chain and compare it with the database, to the fen. Exit code 0: all is the same.")
        {
            chain, address, deployBlock, postgres, ledgerId, data,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var local = new LocalLedger(new DataFolder(parsed.GetValue(data)));
            var task = new VerificationTask(
                parsed.GetValue(chain) ?? local.Chain,
                parsed.GetValue(address) is { } named ? Parse(named) : local.Address,
                parsed.GetValue(deployBlock) ?? local.DeployBlock,
                parsed.GetValue(postgres) ?? local.Postgres,
                parsed.GetValue(ledgerId));
            try
            {
                VerificationReport report = await new LedgerVerifier(task).Verify(cancellation);
                Console.Out.WriteLine(Text(report));
                return report.IsGood ? 0 : 1;
            }
            catch (VerificationException fault)
            {
                throw new CommandException(fault.Message);
            }
        });
        return command;
    }

    private static Address Parse(string text) =>
        Address.TryParse(text, out Address address) ? address : throw new CommandException($"--address is 0x and 40 hex digits, not {text}.");

    private static string Text(VerificationReport report)
    {
        IEnumerable<string> tables = report.Rows.Select(item => $"  {item.Key,-16} {item.Value,9} rows");
        string contract = report.ContractAgrees switch
        {
            true => "The contract's own totals are those of these rows.",
            false => "DIFFERENCE: the contract's own totals are not those of these rows.",
            null => "The node no longer has the contract's state at this block: its own totals were not compared.",
        };
        string outcome = report.Difference is { } difference
            ? $"DIFFERENCE: {difference}"
            : "Every stored row is what the chain says, and none is missing.";
        return string.Join('\n', [$"Derived from the chain up to block {report.Block} ({report.BlockHash}):", .. tables, contract, outcome, $"SHA-256 of all derived rows: {report.Digest}"]);
    }
}
