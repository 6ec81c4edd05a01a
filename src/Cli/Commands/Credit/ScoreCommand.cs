using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Cli.Commands.Credit;

internal static class ScoreCommand
{
    private const string Header = "id,pd,points,grade,pd_conservative,model,reason_1,reason_2,reason_3,reason_4,change,refusal";

    public static Command Create()
    {
        Option<FileInfo> model = CreditFiles.Required("--model", "Model file.");
        Option<FileInfo> data = CreditFiles.Required("--data", "CSV with the features of the model; other columns are ignored.");
        Option<FileInfo> output = CreditFiles.Required("--out", "CSV to write.");
        var decisions = new Option<FileInfo?>("--decisions") { Description = "Also write a decision log that 'credit replay' can check." };
        var fallback = new Option<bool>("--scorecard") { Description = "Score with the scorecard only." };
        var monitoring = new Option<FileInfo?>("--monitoring") { Description = "Report of 'credit monitor --out': where it is red the scorecard stands in by itself." };
        var command = new Command("score", "Score every row. Exit code 1 when rows were refused; they are written with the rule that they broke.")
        {
            model, data, output, decisions, fallback, monitoring,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            CreditModelFile file = await CreditFiles.Model(parsed.GetRequiredValue(model), cancellation);
            (CsvTable table, _) = await CreditFiles.Table(parsed.GetRequiredValue(data), cancellation);
            ActiveModel active = parsed.GetValue(fallback) ? ActiveModel.ScorecardOnly : ActiveModel.Champion;
            if (parsed.GetValue(monitoring) is { } report)
            {
                string judged = await File.ReadAllTextAsync(report.FullName, cancellation);
                FallbackDecision after = CreditFiles.Told(report, () => Fallback.Read(judged, file.Hash()));
                active = after.Active == ActiveModel.ScorecardOnly ? after.Active : active;
                Console.Error.WriteLine($"monitoring: {after.Active}, {after.Reason}");
            }

            var desk = new DecisionDesk(file, active);
            if (desk.Fields.FirstOrDefault(field => table.Column(field) is null) is { } absent)
            {
                throw new CommandException($"{parsed.GetRequiredValue(data).Name}: field '{absent}' breaks the rule FieldAbsent: the model needs this column.");
            }

            var text = new StringBuilder(Header).Append('\n');
            var log = new StringBuilder();
            int refused = Score(file, table, desk, text, parsed.GetValue(decisions) is null ? null : log);
            await File.WriteAllTextAsync(parsed.GetRequiredValue(output).FullName, text.ToString(), cancellation);
            if (parsed.GetValue(decisions) is { } logFile)
            {
                await File.WriteAllTextAsync(logFile.FullName, log.ToString(), cancellation);
            }

            Console.Out.WriteLine($"{table.Rows.Count - refused} scored, {refused} refused, model {desk.ModelHash}");
            return refused == 0 ? 0 : 1;
        });
        return command;
    }

    private static int Score(CreditModelFile file, CsvTable table, DecisionDesk desk, StringBuilder text, StringBuilder? log)
    {
        int? id = file.IdColumn.Length > 0 ? table.Column(file.IdColumn) : table.Column("id");
        (string Name, int At)[] columns = [.. desk.Fields.Select(field => (field, table.Column(field)!.Value))];
        var facts = new Dictionary<string, string?>();
        int refused = 0;
        for (int row = 0; row < table.Rows.Count; row++)
        {
            string[] fields = table.Rows[row];
            foreach ((string name, int at) in columns)
            {
                facts[name] = fields[at];
            }

            string salt = log is null ? "" : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            DecisionResult result = desk.Decide(facts, salt);
            string identity = id is { } column ? fields[column] : (row + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            text.Append(CsvTable.Quote(identity)).Append(',');
            if (result.Decision is { } decision)
            {
                log?.Append(decision.ToLogLine()).Append('\n');
                text.Append(Decision.Fraction(decision.PdPpb)).Append(',').Append(decision.Points).Append(',').Append(decision.Grade).Append(',')
                    .Append(Decision.Fraction(decision.ConservativePdPpb)).Append(',').Append(decision.ModelUsed);
                for (int i = 0; i < 4; i++)
                {
                    text.Append(',').Append(i < decision.Reasons.Count ? CsvTable.Quote(decision.Reasons[i].English) : "");
                }

                text.Append(',').Append(CsvTable.Quote(decision.NearestChange?.English ?? "")).Append(",\n");
            }
            else
            {
                refused++;
                text.Append(",,,,,,,,,,").Append(CsvTable.Quote((result.Refusals[0] with { Row = row + 1 }).ToString())).Append('\n');
            }
        }

        return refused;
    }
}
