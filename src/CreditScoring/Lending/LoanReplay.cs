using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Models;

namespace FinanceChain.CreditScoring.Lending;

/// <summary>A logged decision that was made again.</summary>
/// <param name="Reference">What the log calls it.</param>
/// <param name="Digest">As logged.</param>
/// <param name="Difference">Null when it came out the same to the last bit; else what did not.</param>
public sealed record Replayed(string Reference, string Digest, string? Difference);

/// <summary>Makes logged loan decisions again, from their stored inputs alone.</summary>
public sealed class LoanReplay(CreditModelFile file)
{
    private readonly Dictionary<(string Rules, ActiveModel Active), LoanDesk> _desks = [];
    private readonly string _hash = file.Hash();

    /// <summary>Replays one line of a log.</summary>
    /// <exception cref="FormatException">It is not a line of a loan log.</exception>
    public Replayed Replay(string line)
    {
        JsonObject logged = Members(line);
        string reference = Text(logged, "reference"), digest = Text(logged, "digest"), model = Text(logged, "model"), salt = Text(logged, "salt");
        if (model != _hash)
        {
            return new Replayed(reference, digest, $"decided by model {model}, this one is {_hash}");
        }

        var rules = LendingRules.Parse(logged["rules"] ?? throw new FormatException("The line has no 'rules'."));
        var request = CreditRequest.Parse(logged["request"] ?? throw new FormatException("The line has no 'request'."));
        string difference = "";
        foreach (ActiveModel active in Enum.GetValues<ActiveModel>())
        {
            // Whether the model was active is a question to the ledger, not to the inputs.
            LoanAnswer answer = Desk(rules, active).Decide(request, new ModelActivation(_hash, request.DecisionDay, request.DecisionDay), salt);
            if (answer.Decision is not { } again)
            {
                return new Replayed(reference, digest, $"refused: {answer.Refusals[0]}");
            }

            LoanDecision whole = again with { Override = OverrideOf(logged["override"]) };
            if (whole.Digest() == digest && whole.ToLogLine(reference) == line)
            {
                return new Replayed(reference, digest, null);
            }

            difference = difference.Length > 0 ? difference : $"came out as {CanonicalJson.Write(whole.Output())}, digest {whole.Digest()}";
        }

        return new Replayed(reference, digest, difference);
    }

    private LoanDesk Desk(LendingRules rules, ActiveModel active)
    {
        (string, ActiveModel) key = (rules.Hash(), active);
        if (!_desks.TryGetValue(key, out LoanDesk? desk))
        {
            desk = new LoanDesk(file, rules, active);
            _desks.Add(key, desk);
        }

        return desk;
    }

    private static CreditOverride? OverrideOf(JsonNode? node) => node is JsonObject person
        ? new CreditOverride(Enum.Parse<LoanOutcome>(Text(person, "outcome")), Text(person, "reason"), Text(person, "decidedBy"))
        : null;

    private static JsonObject Members(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? throw new FormatException("The line is not a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"The line is not JSON: {fault.Message}", fault);
        }
    }

    private static string Text(JsonObject node, string member) =>
        node[member] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new FormatException($"The line has no text '{member}'.");
}
