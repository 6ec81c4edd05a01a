using System.Globalization;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Reasons;

namespace FinanceChain.CreditScoring.Decisions;

/// <summary>
/// A decision that can be replayed: the model by its hash, the inputs by a salted commitment, the output in integers. Its digest is what a bank signs; the salt keeps
/// the inputs from being guessed from it.
/// </summary>
/// <param name="ModelHash">Hash of the model file.</param>
/// <param name="ModelUsed"><c>champion</c> or <c>scorecard</c>.</param>
/// <param name="PdPpb">12-month probability of default, best estimate, parts per billion.</param>
/// <param name="Inputs">The facts as they were given, empty where missing.</param>
/// <param name="Salt">At least 16 random bytes, in hexadecimal; kept with the decision, never published.</param>
public sealed record Decision(
    string ModelHash,
    string ModelUsed,
    int Points,
    int PdPpb,
    int ConservativePdPpb,
    string Grade,
    IReadOnlyList<Reason> Reasons,
    NearestChange? NearestChange,
    IReadOnlyDictionary<string, string> Inputs,
    string Salt)
{
    /// <summary>SHA-256 of the canonical JSON of salt and inputs.</summary>
    public string InputCommitment() => CanonicalJson.Hash(new JsonObject { ["inputs"] = Members(Inputs), ["salt"] = Salt });

    /// <summary>The digest that goes into the approval.</summary>
    public string Digest() => CanonicalJson.Hash(new JsonObject
    {
        ["model"] = ModelHash,
        ["input"] = InputCommitment(),
        ["output"] = Output(),
    });

    /// <summary>What came out, as it enters the digest.</summary>
    public JsonObject Output() => new()
    {
        ["used"] = ModelUsed,
        ["points"] = Points,
        ["pd"] = PdPpb,
        ["conservativePd"] = ConservativePdPpb,
        ["grade"] = Grade,
        ["reasons"] = new JsonArray([.. Reasons.Select(reason => (JsonNode)new JsonObject { ["code"] = reason.Code, ["points"] = reason.PointsLost })]),
    };

    /// <summary>One line of a decision log: enough to replay the decision.</summary>
    public string ToLogLine() => CanonicalJson.Write(new JsonObject
    {
        ["model"] = ModelHash,
        ["salt"] = Salt,
        ["inputs"] = Members(Inputs),
        ["points"] = Points,
        ["grade"] = Grade,
        ["digest"] = Digest(),
    });

    /// <summary>A probability in parts per billion as a decimal fraction, exactly.</summary>
    public static string Fraction(int ppb) => (ppb / 1_000_000_000m).ToString("0.000000000", CultureInfo.InvariantCulture);

    private static JsonObject Members(IReadOnlyDictionary<string, string> items) =>
        new(items.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value)));
}
