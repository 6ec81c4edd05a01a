using System.CommandLine;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Cli.Commands.Credit;

internal static class MonitorCommand
{
    public static Command Create()
    {
        Option<FileInfo> model = CreditFiles.Required("--model", "Model file.");
        Option<FileInfo> data = CreditFiles.Required("--data", "CSV of recent cases.");
        var schema = new Option<FileInfo?>("--schema") { Description = "With it, outcomes are read and calibration per grade is judged too." };
        var command = new Command("monitor", "Compare recent cases with the training data. Exit code 0 green, 3 amber, 4 red: red means, score with --scorecard.")
        {
            model, data, schema,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            CreditModelFile file = await CreditFiles.Model(parsed.GetRequiredValue(model), cancellation);
            FileInfo dataFile = parsed.GetRequiredValue(data);
            (CsvTable table, _) = await CreditFiles.Table(dataFile, cancellation);
            double[]? labels = parsed.GetValue(schema) is { } schemaFile
                ? DataOf(dataFile, table, await CreditFiles.Schema(schemaFile, cancellation)).Labels
                : null;
            MonitoringReport report = CreditFiles.Told(dataFile, () => MonitoringReport.Of(file, table, labels));
            Console.Out.Write(report.Text);
            return report.Light switch { Light.Green => 0, Light.Amber => 3, _ => 4 };
        });
        return command;
    }

    private static DataSet DataOf(FileInfo file, CsvTable table, DataSchema schema) => CreditFiles.Told(file, () => DataSet.From(table, schema));
}
