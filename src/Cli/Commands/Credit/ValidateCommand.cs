using System.CommandLine;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Cli.Commands.Credit;

internal static class ValidateCommand
{
    public static Command Create()
    {
        Option<FileInfo> data = CreditFiles.Required("--data", "CSV with outcomes.");
        Option<FileInfo> schema = CreditFiles.Required("--schema", "Its schema.");
        var model = new Option<FileInfo?>("--model") { Description = "Judge this model on the data. Without it the whole method is judged by nested cross-validation." };
        Option<ulong> seed = CreditFiles.Seed();
        var folds = new Option<int>("--folds") { Description = "Outer folds.", DefaultValueFactory = _ => 10 };
        var command = new Command("validate", "Measure a model on data that it has not seen, or the method by nested cross-validation.") { data, schema, model, seed, folds };
        command.SetAction(async (parsed, cancellation) =>
        {
            FileInfo dataFile = parsed.GetRequiredValue(data);
            DataSchema meaning = await CreditFiles.Schema(parsed.GetRequiredValue(schema), cancellation);
            (CsvTable table, _) = await CreditFiles.Table(dataFile, cancellation);
            DataSet set = CreditFiles.Told(dataFile, () => DataSet.From(table, meaning));
            if (parsed.GetValue(model) is { } modelFile)
            {
                CreditModelFile file = await CreditFiles.Model(modelFile, cancellation);
                foreach (ModelReport report in ModelReport.Of(file, table, set))
                {
                    Console.Out.WriteLine(report.Text);
                }

                return 0;
            }

            int outer = parsed.GetValue(folds);
            if (outer is < 2 or > 100)
            {
                throw new CommandException("--folds lies between 2 and 100.");
            }

            IReadOnlyList<OuterResult> results = CreditFiles.Told(
                dataFile, () => NestedValidation.Run(set, meaning, parsed.GetValue(seed), outer, fold => Console.Error.WriteLine($"outer fold {fold} of {outer}")));
            foreach (OuterResult result in results)
            {
                Console.Out.WriteLine($"{result.Model,-10} mean AUC {result.MeanAuc:F4} (sd {result.AucDeviation:F4}) over {outer} outer folds; pooled: {result.Pooled}");
            }

            return 0;
        });
        return command;
    }
}
