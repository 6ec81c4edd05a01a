using System.CommandLine;
using FinanceChain.CreditTraining.Synthetic;

namespace FinanceChain.Cli.Commands.Credit;

internal static class SyntheticCommand
{
    public static Command Create()
    {
        var enterprises = new Option<int>("--enterprises") { Description = "How many.", DefaultValueFactory = _ => 3_000 };
        Option<ulong> seed = CreditFiles.Seed();
        Option<FileInfo> output = CreditFiles.Required("--out", "CSV to write; its schema ships as src/CreditTraining/Synthetic/cluster.schema.json.");
        var command = new Command("synthetic", "Make the synthetic enterprises on which the default model is trained.") { enterprises, seed, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            int count = parsed.GetValue(enterprises);
            if (count is < 10 or > 100_000)
            {
                throw new CommandException("--enterprises lies between 10 and 100,000.");
            }

            await File.WriteAllTextAsync(parsed.GetRequiredValue(output).FullName, SyntheticCluster.Csv(count, parsed.GetValue(seed)), cancellation);
            Console.Out.WriteLine($"{count} synthetic enterprises");
            return 0;
        });
        return command;
    }
}
