using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Reading;
using FinanceChain.CreditScoring.Reasons;

namespace FinanceChain.CreditScoring.Decisions;

/// <summary>Either a decision, or why there is none.</summary>
public sealed record DecisionResult(Decision? Decision, IReadOnlyList<InputRefusal> Refusals);

/// <summary>Which model answers for full files.</summary>
public enum ActiveModel
{
    Champion = 1,

    /// <summary>The champion is withdrawn, for instance because monitoring turned red.</summary>
    ScorecardOnly,
}

/// <summary>The entry for the gateway: the facts of an application in, the decision with reasons and digest out. Thread-safe.</summary>
public sealed class DecisionDesk
{
    private readonly CreditModelFile _file;
    private readonly HashSet<string> _missingMarks;
    private readonly (PointsScorer Scorer, ReasonWriter Writer) _champion;
    private readonly (PointsScorer Scorer, ReasonWriter Writer) _scorecard;
    private readonly ActiveModel _active;

    public DecisionDesk(CreditModelFile file, ActiveModel active = ActiveModel.Champion)
    {
        _file = file ?? throw new ArgumentNullException(nameof(file));
        _active = active;
        _missingMarks = [.. file.MissingMarks, ""];
        _champion = Prepared(file.Champion);
        _scorecard = Prepared(file.Scorecard);
        ModelHash = file.Hash();
        Fields = [.. file.Champion.Features.Select(feature => feature.Name)];
    }

    public string ModelHash { get; }

    /// <summary>Names of the facts, in the order of the model.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Decides. A field that is absent from the facts is refused, one that is empty is missing; fields that the model does not know are ignored.</summary>
    /// <param name="salt">Hexadecimal, from a random source of the caller: this room has none.</param>
    public DecisionResult Decide(IReadOnlyDictionary<string, string?> facts, string salt)
    {
        ArgumentNullException.ThrowIfNull(facts);
        double[] row = new double[Fields.Count];
        var refusals = new List<InputRefusal>();
        var inputs = new Dictionary<string, string>();
        int known = 0;
        for (int i = 0; i < row.Length; i++)
        {
            ModelFeature feature = _file.Champion.Features[i];
            if (!facts.TryGetValue(feature.Name, out string? text))
            {
                refusals.Add(new InputRefusal(InputRule.FieldAbsent, feature.Name, ""));
                continue;
            }

            inputs[feature.Name] = text ?? "";
            if (ValueReader.Read(feature, text, _missingMarks, out row[i]) is { } refusal)
            {
                refusals.Add(refusal);
            }

            known += double.IsNaN(row[i]) ? 0 : 1;
        }

        if (refusals.Count > 0)
        {
            return new DecisionResult(null, refusals);
        }

        bool thin = known * 100 < row.Length * _file.ThinFilePercent;
        (PointsScorer scorer, ReasonWriter writer) = thin || _active == ActiveModel.ScorecardOnly ? _scorecard : _champion;
        CreditScore score = scorer.Evaluate(row);
        return new DecisionResult(
            new Decision(
                ModelHash,
                scorer.Model.Name,
                score.Points,
                score.PdPpb,
                score.ConservativePdPpb,
                scorer.Model.Grades[score.GradeIndex].Name,
                writer.Reasons(row),
                writer.NearestChange(row),
                inputs,
                salt),
            []);
    }

    private static (PointsScorer, ReasonWriter) Prepared(PointsModel model)
    {
        var scorer = new PointsScorer(model);
        return (scorer, new ReasonWriter(scorer));
    }
}
