using System.CommandLine;
using System.Diagnostics;
using FinanceChain.CreditTraining.Cards;
using FinanceChain.CreditTraining.Challenger;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;

namespace FinanceChain.Cli.Commands.Credit;

internal static class TrainCommand
{
    public static Command Create()
    {
        Option<FileInfo> data = CreditFiles.Required("--data", "CSV with a header; one row a case.");
        Option<FileInfo> schema = CreditFiles.Required("--schema", "JSON that says what the columns mean (src/CreditTraining/README.md).");
        Option<ulong> seed = CreditFiles.Seed();
        Option<FileInfo> output = CreditFiles.Required("--out", "Model file to write; its card is written beside it.");
        var challenger = new Option<bool>("--challenger") { Description = "Also fit the LightGBM challenger and write it beside the model; no decision is taken with it." };
        var command = new Command("train", "Train champion and scorecard and write them as one model file.") { data, schema, seed, output, challenger };
        command.SetAction(async (parsed, cancellation) =>
        {
            FileInfo dataFile = parsed.GetRequiredValue(data), outFile = parsed.GetRequiredValue(output);
            var watch = Stopwatch.StartNew();
            DataSchema meaning = await CreditFiles.Schema(parsed.GetRequiredValue(schema), cancellation);
            (CsvTable table, string hash) = await CreditFiles.Table(dataFile, cancellation);
            DataSet set = CreditFiles.Told(dataFile, () => DataSet.From(table, meaning));
            TrainedModel trained = CreditFiles.Told(dataFile, () => CreditTrainer.Train(set, meaning, parsed.GetValue(seed), hash));
            await File.WriteAllTextAsync(outFile.FullName, trained.File.ToCanonicalJson(), cancellation);
            string card = Path.ChangeExtension(outFile.FullName, null) + ".card";
            await File.WriteAllTextAsync(card + ".json", ModelCard.Json(trained), cancellation);
            await File.WriteAllTextAsync(card + ".md", ModelCard.Page(trained), cancellation);
            if (parsed.GetValue(challenger))
            {
                await WriteChallenger(set, trained, parsed.GetValue(seed), Path.ChangeExtension(outFile.FullName, null) + ".challenger.txt", cancellation);
            }

            Console.Out.WriteLine($"rows       {set.Rows}, defaults {set.Defaults}");
            Console.Out.WriteLine($"champion   {trained.Champion} (out of fold)");
            Console.Out.WriteLine($"scorecard  {trained.Scorecard} (out of fold)");
            Console.Out.WriteLine($"model      {trained.File.Hash()}");
            Console.Out.WriteLine($"written    {outFile.Name}, {Path.GetFileName(card)}.json, {Path.GetFileName(card)}.md in {watch.Elapsed.TotalSeconds:F1} s on {Environment.ProcessorCount} processors");
            return 0;
        });
        return command;
    }

    private static async Task WriteChallenger(DataSet data, TrainedModel trained, ulong seed, string file, CancellationToken cancellation)
    {
        if (!LightGbmChallenger.Available)
        {
            throw new CommandException("The challenger needs LightGBM's native library, and that needs OpenMP: install libgomp1, or leave --challenger out.");
        }

        FoundDirection[] directions = [.. trained.File.Champion.Features.Select(feature => new FoundDirection(feature.Direction, feature.DirectionReason))];
        using var challenger = LightGbmChallenger.Fit(data, directions, seed);
        await File.WriteAllTextAsync(file, challenger.Text(), cancellation);
        Console.Out.WriteLine($"challenger {Path.GetFileName(file)} (shadow only)");
    }
}
