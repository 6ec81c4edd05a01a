using System.CommandLine;
using System.Text.Json.Nodes;
using FinanceChain.Cli.Credit;
using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Scenario;
using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Lending;
using FinanceChain.CreditScoring.Models;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Commands.Credit;

internal static class ReplayCommand
{
    private const string DatabaseName = "financechain";
    private const short FirstLedger = 1;

    public static Command Create()
    {
        var model = new Option<FileInfo?>("--model") { Description = "Model file. [default: the model that ships]" };
        var decisions = new Option<FileInfo?>("--decisions") { Description = "Decision log of 'credit score --decisions' or of a bank's desk. [default: that of the scenario in --data]" };
        var ledger = new Option<bool>("--ledger") { Description = "Also find each loan decision's digest on the running ledger, and the model's activation by the bank's two signers." };
        Option<string?> data = SharedOptions.Data();
        var command = new Command("replay", "Make every logged decision again from its stored inputs and compare it bit for bit. Exit code 1 when one differs.")
        {
            model, decisions, ledger, data,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            CreditModelFile file = parsed.GetValue(model) is { } named ? await CreditFiles.Model(named, cancellation) : DefaultModel.File;
            var folder = new DataFolder(parsed.GetValue(data));
            FileInfo log = parsed.GetValue(decisions) ?? new FileInfo(Path.Combine(folder.Scenario, YongkangScenario.DecisionsFile));
            if (!log.Exists)
            {
                throw new CommandException($"There is no decision log {log.FullName}: name one with --decisions, or play the scenario first.");
            }

            LedgerRecords? records = parsed.GetValue(ledger) ? await Records(folder, cancellation) : null;
            return await Replay(file, log, records, cancellation) ? 0 : 1;
        });
        return command;
    }

    private static async Task<bool> Replay(CreditModelFile file, FileInfo log, LedgerRecords? records, CancellationToken cancellation)
    {
        var loans = new LoanReplay(file);
        DecisionDesk[] desks = [new(file), new(file, ActiveModel.ScorecardOnly)];
        var digests = new List<string>();
        int line = 0, different = 0;
        await foreach (string text in File.ReadLinesAsync(log.FullName, cancellation))
        {
            line++;
            JsonObject logged = Line(text, line);
            bool isLoan = (string?)logged["kind"] == "loan";
            Replayed again = isLoan ? Told(line, () => loans.Replay(text)) : OfCase(logged, line, desks);
            if (again.Difference is { } difference)
            {
                different++;
                Console.Out.WriteLine($"{again.Reference}: {difference}");
            }

            if (isLoan)
            {
                digests.Add(again.Digest);
            }
        }

        Console.Out.WriteLine($"{line - different} decisions reproduced bit for bit, {different} not");
        return different == 0 && (records is null || StandOnLedger(digests, records, desks[0].ModelHash));
    }

    // Every decision's digest was signed into exactly one loan, by a bank whose signers had made this model active, and no loan stands without one.
    private static bool StandOnLedger(List<string> digests, LedgerRecords records, string model)
    {
        var logged = digests.Select(digest => Hash256.FromBytes(LoanDecision.BytesOf(digest))).ToHashSet();
        RecordedLoan[] unknown = [.. records.Loans.Where(loan => !logged.Contains(loan.DecisionDigest))];
        RecordedLoan[] inactive = [.. records.Loans.Where(loan => records.ActiveFor(loan.Bank, loan.OpenedOn)?.ModelHash != model)];
        int missing = logged.Except(records.Loans.Select(loan => loan.DecisionDigest)).Count();
        foreach (RecordedLoan loan in unknown.Take(10))
        {
            Console.Out.WriteLine($"loan {loan.Loan}: its digest {loan.DecisionDigest} is in no line of the log");
        }

        foreach (RecordedLoan loan in inactive.Take(10))
        {
            Console.Out.WriteLine($"loan {loan.Loan}: bank {loan.Bank} had not made {model} active on {loan.OpenedOn:yyyy-MM-dd}");
        }

        Console.Out.WriteLine($"{records.Loans.Count - unknown.Length} of {records.Loans.Count} loans on the ledger carry a digest of the log, {missing} decisions are on no loan; "
            + $"{records.Loans.Count - inactive.Length} were opened while two signers of the bank had made the model active");
        return unknown.Length == 0 && inactive.Length == 0 && missing == 0;
    }

    private static Task<LedgerRecords> Records(DataFolder folder, CancellationToken cancellation)
    {
        string database = Engines.ForeignPostgres
            ?? EmbeddedPostgres.Attach(folder.Postgres)?.ConnectionStringTo(DatabaseName)
            ?? throw new CommandException("The platform does not run: start it with 'up', or leave --ledger out.");
        return LedgerRecords.Read(database, FirstLedger, DateTimeOffset.MaxValue, cancellation);
    }

    private static Replayed OfCase(JsonObject logged, int line, DecisionDesk[] desks)
    {
        string digest = (string?)logged["digest"] ?? "", reference = $"line {line}";
        if ((string?)logged["model"] != desks[0].ModelHash)
        {
            return new Replayed(reference, digest, $"decided by model {logged["model"]}, this one is {desks[0].ModelHash}");
        }

        var facts = logged["inputs"] is JsonObject inputs
            ? inputs.ToDictionary(item => item.Key, item => (string?)item.Value)
            : throw new CommandException($"line {line} of the decision log has no 'inputs'.");
        string salt = (string?)logged["salt"] ?? "";
        return new Replayed(reference, digest, desks.Any(desk => desk.Decide(facts, salt).Decision?.Digest() == digest) ? null : $"digest {digest} cannot be reproduced");
    }

    private static Replayed Told(int line, Func<Replayed> replay)
    {
        try
        {
            return replay();
        }
        catch (FormatException fault)
        {
            throw new CommandException($"line {line} of the decision log: {fault.Message}", fault);
        }
    }

    private static JsonObject Line(string text, int line)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new CommandException($"line {line} of the decision log is not a JSON object.");
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new CommandException($"line {line} of the decision log is not JSON: {fault.Message}", fault);
        }
    }
}
