using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;

namespace FinanceChain.CreditScoring.Models;

/// <summary>
/// What a model file holds: the champion, the scorecard that takes thin files and stands in when the champion is withdrawn, and where they come from. The file is
/// canonical JSON, so its hash is the hash of its bytes and names the model everywhere.
/// </summary>
/// <param name="Title">What the model is and what it was trained on, in a few words.</param>
/// <param name="IdColumn">Column that names a row in data to score; empty when there is none.</param>
/// <param name="MissingMarks">Texts that mean that a value is missing.</param>
/// <param name="ThinFilePercent">A row with fewer known features than this share is scored by the scorecard.</param>
/// <param name="GradeShares">Parts per million of the training rows in each grade of the champion, out of fold.</param>
/// <param name="Provenance">Seed, hashes of data and schema, settings chosen, figures: strings only.</param>
public sealed record CreditModelFile(
    string Title,
    string IdColumn,
    IReadOnlyList<string> MissingMarks,
    int ThinFilePercent,
    PointsModel Champion,
    PointsModel Scorecard,
    IReadOnlyList<int> GradeShares,
    IReadOnlyDictionary<string, string> Provenance)
{
    public const string Format = "financechain-credit-model/1";

    /// <summary>The canonical text of the file.</summary>
    public string ToCanonicalJson() => CanonicalJson.Write(ToNode());

    /// <summary>The model hash.</summary>
    public string Hash() => CanonicalJson.Hash(ToNode());

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is not a model file, or a model in it breaks its promises.</exception>
    public static CreditModelFile Parse(string json)
    {
        try
        {
            JsonObject root = JsonNode.Parse(json)?.AsObject() ?? throw new FormatException("A model file is a JSON object.");
            if ((string?)root["format"] != Format)
            {
                throw new FormatException($"A model file starts with \"format\": \"{Format}\"; this one has '{root["format"]}'.");
            }

            var file = new CreditModelFile(
                (string)root["title"]!,
                (string)root["id"]!,
                Strings(root["missing"]),
                (int)root["thinFilePercent"]!,
                ModelOf(root["champion"]!),
                ModelOf(root["scorecard"]!),
                Integers(root["gradeShares"]),
                root["provenance"]!.AsObject().ToDictionary(item => item.Key, item => (string)item.Value!));
            foreach (PointsModel model in new[] { file.Champion, file.Scorecard })
            {
                if (ModelProof.FailuresOf(model) is [var failure, ..])
                {
                    throw new FormatException($"The {model.Name} breaks its promise: {failure.Term}: {failure.What}.");
                }
            }

            return file;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or IndexOutOfRangeException)
        {
            throw new FormatException($"Not a model file of the form {Format}: {fault.Message}", fault);
        }
    }

    private JsonObject ToNode() => new()
    {
        ["format"] = Format,
        ["title"] = Title,
        ["id"] = IdColumn,
        ["missing"] = Array(MissingMarks),
        ["thinFilePercent"] = ThinFilePercent,
        ["champion"] = NodeOf(Champion),
        ["scorecard"] = NodeOf(Scorecard),
        ["gradeShares"] = Array(GradeShares),
        ["provenance"] = new JsonObject(Provenance.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value))),
    };

    private static JsonObject NodeOf(PointsModel model) => new()
    {
        ["name"] = model.Name,
        ["basePoints"] = model.BasePoints,
        ["pointsToDoubleOdds"] = model.PointsToDoubleOdds,
        ["features"] = new JsonArray([.. model.Features.Select(NodeOf)]),
        ["pairs"] = new JsonArray([.. model.Pairs.Select(NodeOf)]),
        ["pd"] = new JsonObject { ["firstScore"] = model.Pd.FirstScore, ["best"] = Array(model.Pd.Best), ["conservative"] = Array(model.Pd.Conservative) },
        ["grades"] = new JsonArray([.. model.Grades.Select(grade => (JsonNode)new JsonObject { ["name"] = grade.Name, ["highestPd"] = grade.HighestPdPpb })]),
    };

    private static JsonNode NodeOf(ModelFeature feature) => new JsonObject
    {
        ["name"] = feature.Name,
        ["kind"] = feature.Kind.ToString(),
        ["direction"] = feature.Direction.ToString(),
        ["directionReason"] = feature.DirectionReason,
        ["minimum"] = feature.Minimum,
        ["maximum"] = feature.Maximum,
        ["edges"] = Array(feature.Edges),
        ["levels"] = Array(feature.Levels),
        ["levelBins"] = Array(feature.LevelBins),
        ["specials"] = Array(feature.Specials),
        ["points"] = Array(feature.Points),
        ["neutral"] = feature.NeutralPoints,
        ["shares"] = Array(feature.Shares),
    };

    private static JsonNode NodeOf(PairTable pair) => new JsonObject
    {
        ["first"] = pair.First,
        ["second"] = pair.Second,
        ["firstGroups"] = Array(pair.FirstGroups),
        ["secondGroups"] = Array(pair.SecondGroups),
        ["columns"] = pair.Columns,
        ["points"] = Array(pair.Points),
        ["unknown"] = pair.UnknownPoints,
        ["neutral"] = pair.NeutralPoints,
    };

    private static PointsModel ModelOf(JsonNode node) => new(
        (string)node["name"]!,
        (int)node["basePoints"]!,
        (int)node["pointsToDoubleOdds"]!,
        [.. node["features"]!.AsArray().Select(feature => FeatureOf(feature!))],
        [.. node["pairs"]!.AsArray().Select(pair => PairOf(pair!))],
        new PdTable((int)node["pd"]!["firstScore"]!, Integers(node["pd"]!["best"]), Integers(node["pd"]!["conservative"])),
        [.. node["grades"]!.AsArray().Select(grade => new RatingGrade((string)grade!["name"]!, (int)grade["highestPd"]!))]);

    private static ModelFeature FeatureOf(JsonNode node) => new(
        (string)node["name"]!,
        Enum.Parse<FeatureKind>((string)node["kind"]!),
        Enum.Parse<Direction>((string)node["direction"]!),
        (string)node["directionReason"]!,
        (double?)node["minimum"],
        (double?)node["maximum"],
        [.. node["edges"]!.AsArray().Select(edge => (double)edge!)],
        Strings(node["levels"]),
        Integers(node["levelBins"]),
        [.. node["specials"]!.AsArray().Select(special => (double)special!)],
        Integers(node["points"]),
        (int)node["neutral"]!,
        Integers(node["shares"]));

    private static PairTable PairOf(JsonNode node) => new(
        (int)node["first"]!,
        (int)node["second"]!,
        Integers(node["firstGroups"]),
        Integers(node["secondGroups"]),
        (int)node["columns"]!,
        Integers(node["points"]),
        (int)node["unknown"]!,
        (int)node["neutral"]!);

    private static int[] Integers(JsonNode? node) => [.. node!.AsArray().Select(item => (int)item!)];

    private static string[] Strings(JsonNode? node) => [.. node!.AsArray().Select(item => (string)item!)];

    private static JsonArray Array<T>(IEnumerable<T> items) => new([.. items.Select(item => (JsonNode?)JsonValue.Create(item))]);
}
