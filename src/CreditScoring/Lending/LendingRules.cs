using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Limits;
using FinanceChain.CreditScoring.Obligations;

namespace FinanceChain.CreditScoring.Lending;

/// <summary>What a bank sets for its lending beside the model. Governed and dated like the model, and bound into every decision by its hash.</summary>
/// <param name="WorstGrade">Name of the worst grade that is approved without a person's override.</param>
/// <param name="BaseRateBps">Annual rate of the best grade, basis points.</param>
/// <param name="SpreadsBps">What each grade of the master scale adds to it, best first; never falling.</param>
public sealed record LendingRules(LimitPolicy Limit, ObligationParameters Obligations, string WorstGrade, int BaseRateBps, IReadOnlyList<int> SpreadsBps)
{
    /// <summary>A JSON object with every number of the rules.</summary>
    public JsonObject ToNode() => new()
    {
        ["advanceRateBps"] = Limit.AdvanceRateBps,
        ["salesMultiplePercent"] = Limit.SalesMultiplePercent,
        ["lossGivenDefaultBps"] = Limit.LossGivenDefaultBps,
        ["expectedLossBudgetFen"] = Limit.ExpectedLossBudgetFen.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["capFen"] = Limit.CapFen.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["assetCorrelationBps"] = Obligations.AssetCorrelationBps,
        ["dilutionBps"] = Obligations.DilutionBps,
        ["worstGrade"] = WorstGrade,
        ["baseRateBps"] = BaseRateBps,
        ["spreadsBps"] = new JsonArray([.. SpreadsBps.Select(spread => (JsonNode)spread)]),
    };

    /// <summary>SHA-256 of the canonical JSON.</summary>
    public string Hash() => CanonicalJson.Hash(ToNode());

    /// <exception cref="FormatException">A member is absent or of another kind.</exception>
    public static LendingRules Parse(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        try
        {
            return new LendingRules(
                new LimitPolicy((int)node["advanceRateBps"]!, (int)node["salesMultiplePercent"]!, (int)node["lossGivenDefaultBps"]!, Fen(node["expectedLossBudgetFen"]), Fen(node["capFen"])),
                new ObligationParameters((int)node["assetCorrelationBps"]!, (int)node["dilutionBps"]!),
                (string)node["worstGrade"]!,
                (int)node["baseRateBps"]!,
                [.. node["spreadsBps"]!.AsArray().Select(spread => (int)spread!)]);
        }
        catch (Exception fault) when (fault is InvalidOperationException or NullReferenceException or ArgumentNullException or OverflowException)
        {
            throw new FormatException($"Not lending rules: {fault.Message}", fault);
        }
    }

    private static ulong Fen(JsonNode? node) => ulong.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);
}
