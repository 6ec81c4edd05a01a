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
        var decisions = new Option<FileInfo?>("--decisions") { Description = "With it, the decisions of this log that people overrode are counted." };
        var output = new Option<FileInfo?>("--out") { Description = "Also write the report as JSON: 'credit score --monitoring' falls back by it." };
        var command = new Command("monitor", "Compare recent cases with the training data. Exit code 0 green, 3 amber, 4 red: on red the scorecard stands in for the champion.")
        {
            model, data, schema, decisions, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            CreditModelFile file = await CreditFiles.Model(parsed.GetRequiredValue(model), cancellation);
            FileInfo dataFile = parsed.GetRequiredValue(data);
            (CsvTable table, _) = await CreditFiles.Table(dataFile, cancellation);
            double[]? labels = parsed.GetValue(schema) is { } schemaFile
                ? DataOf(dataFile, table, await CreditFiles.Schema(schemaFile, cancellation)).Labels
                : null;
            OverrideCount? overrides = parsed.GetValue(decisions) is { } log ? await CreditFiles.Overrides(log, cancellation) : null;
            MonitoringReport report = CreditFiles.Told(dataFile, () => MonitoringReport.Of(file, table, labels, overrides));
            if (parsed.GetValue(output) is { } written)
            {
                await File.WriteAllTextAsync(written.FullName, Fallback.Json(report, file.Hash()), cancellation);
            }

            Console.Out.Write(report.Text);
            return report.Light switch { Light.Green => 0, Light.Amber => 3, _ => 4 };
        });
        return command;
    }

    private static DataSet DataOf(FileInfo file, CsvTable table, DataSchema schema) => CreditFiles.Told(file, () => DataSet.From(table, schema));
}
