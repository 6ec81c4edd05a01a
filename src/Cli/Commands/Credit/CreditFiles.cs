using System.CommandLine;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Cli.Commands.Credit;

/// <summary>Files that the credit commands read; what is wrong with one becomes a sentence.</summary>
internal static class CreditFiles
{
    public static Option<FileInfo> Required(string name, string description) => new(name) { Description = description, Required = true };

    public static Option<ulong> Seed() => new("--seed") { Description = "Number from which all chance is drawn.", DefaultValueFactory = _ => 1 };

    public static async Task<(CsvTable Table, string Hash)> Table(FileInfo file, CancellationToken cancellation)
    {
        byte[] bytes = await File.ReadAllBytesAsync(file.FullName, cancellation);
        return (Told(file, () => CsvTable.Parse(System.Text.Encoding.UTF8.GetString(bytes))), CanonicalJson.HashOf(bytes));
    }

    public static async Task<DataSchema> Schema(FileInfo file, CancellationToken cancellation)
    {
        string text = await File.ReadAllTextAsync(file.FullName, cancellation);
        return Told(file, () => DataSchema.Parse(text));
    }

    public static async Task<CreditModelFile> Model(FileInfo file, CancellationToken cancellation)
    {
        string text = await File.ReadAllTextAsync(file.FullName, cancellation);
        try
        {
            return CreditModelFile.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new CommandException($"{file.Name}: {fault.Message}", fault);
        }
    }

    /// <summary>Counts the loan decisions of a log and those that a person overrode.</summary>
    public static async Task<OverrideCount> Overrides(FileInfo log, CancellationToken cancellation)
    {
        int decisions = 0, overridden = 0;
        await foreach (string line in File.ReadLinesAsync(log.FullName, cancellation))
        {
            JsonObject? logged = Told(log, () => Line(line));
            if ((string?)logged?["kind"] == "loan")
            {
                decisions++;
                overridden += logged["override"] is JsonObject ? 1 : 0;
            }
        }

        return new OverrideCount(decisions, overridden);
    }

    private static JsonObject? Line(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new TrainingException($"a line of the decision log is not JSON: {fault.Message}", fault);
        }
    }

    /// <summary>Runs what may refuse the contents of a file.</summary>
    public static T Told<T>(FileInfo file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TrainingException fault)
        {
            throw new CommandException($"{file.Name}: {fault.Message}", fault);
        }
    }
}
