using System.CommandLine;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Models;

namespace FinanceChain.Cli.Commands.Credit;

internal static class ReplayCommand
{
    public static Command Create()
    {
        Option<FileInfo> model = CreditFiles.Required("--model", "Model file.");
        Option<FileInfo> decisions = CreditFiles.Required("--decisions", "Decision log of 'credit score --decisions'.");
        var command = new Command("replay", "Make every logged decision again and compare its digest. Exit code 1 when one differs.") { model, decisions };
        command.SetAction(async (parsed, cancellation) =>
        {
            CreditModelFile file = await CreditFiles.Model(parsed.GetRequiredValue(model), cancellation);
            DecisionDesk[] desks = [new(file), new(file, ActiveModel.ScorecardOnly)];
            int line = 0, different = 0;
            await foreach (string text in File.ReadLinesAsync(parsed.GetRequiredValue(decisions).FullName, cancellation))
            {
                line++;
                JsonObject logged = Line(text, line);
                string? digest = (string?)logged["digest"];
                if ((string?)logged["model"] != desks[0].ModelHash)
                {
                    different++;
                    Console.Out.WriteLine($"line {line}: decided by model {logged["model"]}, this one is {desks[0].ModelHash}");
                    continue;
                }

                var facts = logged["inputs"]!.AsObject().ToDictionary(item => item.Key, item => (string?)item.Value);
                string salt = (string?)logged["salt"] ?? "";
                if (!desks.Any(desk => desk.Decide(facts, salt).Decision?.Digest() == digest))
                {
                    different++;
                    Console.Out.WriteLine($"line {line}: digest {digest} cannot be reproduced");
                }
            }

            Console.Out.WriteLine($"{line - different} decisions reproduced bit for bit, {different} not");
            return different == 0 ? 0 : 1;
        });
        return command;
    }

    private static JsonObject Line(string text, int line)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject item && item["inputs"] is JsonObject
                ? item
                : throw new CommandException($"line {line} of the decision log has no 'inputs'.");
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new CommandException($"line {line} of the decision log is not JSON: {fault.Message}", fault);
        }
    }
}
