using System.Globalization;
using FinanceChain.CreditScoring.Models;

namespace FinanceChain.CreditScoring.Reasons;

/// <summary>Puts the losses of a score into words. The losses are exact: they are differences of the very points that make up the score.</summary>
public sealed class ReasonWriter(PointsScorer scorer)
{
    private readonly PointsModel _model = (scorer ?? throw new ArgumentNullException(nameof(scorer))).Model;

    /// <summary>The reasons of a row, largest loss first.</summary>
    public IReadOnlyList<Reason> Reasons(ReadOnlySpan<double> row)
    {
        int[] bins = new int[_model.Features.Count];
        CreditScore score = scorer.Evaluate(row, bins);
        var reasons = new List<Reason>();
        for (int i = 0; i < TopLosses.Count; i++)
        {
            TermLoss loss = score.Losses[i];
            if (loss.Loss > 0)
            {
                reasons.Add(loss.Term < _model.Features.Count
                    ? OfFeature(_model.Features[loss.Term], bins[loss.Term], loss.Loss)
                    : OfPair(_model.Pairs[loss.Term - _model.Features.Count], bins, loss.Loss));
            }
        }

        return reasons;
    }

    /// <summary>Points of every term, in order: features, then pairs. With the base they sum to the score exactly.</summary>
    public int[] Contributions(ReadOnlySpan<double> row)
    {
        int[] bins = new int[_model.Features.Count];
        scorer.Evaluate(row, bins);
        return
        [
            .. _model.Features.Select((feature, i) => feature.Points[bins[i]]),
            .. _model.Pairs.Select(pair => pair.At(bins[pair.First], bins[pair.Second])),
        ];
    }

    /// <summary>The nearest change of one numeric feature that lifts the grade, fewest bins first, then most points, then order of features; null when no single one does.</summary>
    public NearestChange? NearestChange(ReadOnlySpan<double> row)
    {
        int[] bins = new int[_model.Features.Count];
        CreditScore score = scorer.Evaluate(row, bins);
        (int Steps, int Gain, int Feature, int Bin)? best = null;
        for (int index = 0; index < _model.Features.Count; index++)
        {
            ModelFeature feature = _model.Features[index];
            int from = bins[index];
            if (feature.Kind != FeatureKind.Numeric || from >= feature.RegularBins)
            {
                continue;
            }

            for (int bin = 0; bin < feature.RegularBins; bin++)
            {
                int steps = Math.Abs(bin - from), gain = GainOf(index, bin, bins);
                if (gain > 0 && GradeAt(score.Points + gain) < score.GradeIndex
                    && (best is not { } held || steps < held.Steps || (steps == held.Steps && gain > held.Gain)))
                {
                    best = (steps, gain, index, bin);
                }
            }
        }

        return best is { } found ? Sentence(found.Feature, bins[found.Feature], found.Bin, score.Points + found.Gain) : null;
    }

    private int GradeAt(int points) => MasterScale.IndexOf(_model.Grades, _model.Pd.Conservative[_model.Pd.IndexOf(points)]);

    private int GainOf(int feature, int bin, int[] bins)
    {
        int from = bins[feature];
        int gain = _model.Features[feature].Points[bin] - _model.Features[feature].Points[from];
        foreach (PairTable pair in _model.Pairs)
        {
            if (pair.First == feature)
            {
                gain += pair.At(bin, bins[pair.Second]) - pair.At(from, bins[pair.Second]);
            }
            else if (pair.Second == feature)
            {
                gain += pair.At(bins[pair.First], bin) - pair.At(bins[pair.First], from);
            }
        }

        return gain;
    }

    private NearestChange Sentence(int index, int from, int to, int points)
    {
        ModelFeature feature = _model.Features[index];
        string now = Range(feature, from), then = Range(feature, to), grade = _model.Grades[GradeAt(points)].Name;
        return new NearestChange(
            feature.Name, now, then, grade, $"若“{feature.Name}”由{now}变为{then}，等级可升至{grade}。", $"With '{feature.Name}' in {then} instead of {now} the grade would be {grade}.");
    }

    private static Reason OfFeature(ModelFeature feature, int bin, int loss)
    {
        if (bin == feature.MissingBin)
        {
            return new Reason($"UNKNOWN:{feature.Name}", loss, $"“{feature.Name}”缺失或未知，较中性水平少{loss}分。", $"'{feature.Name}' is not known: {loss} points below neutral.");
        }

        string range = Range(feature, bin);
        string side = feature.Kind == FeatureKind.Categorical || bin >= feature.RegularBins ? "LEVEL" : SideOf(feature, bin);
        (string word, string english) = side switch
        {
            "HIGH" => ("偏高", "is high"),
            "LOW" => ("偏低", "is low"),
            "RANGE" => ("处于不利区间", "is in an unfavourable range"),
            _ => ("所属类别不利", "is in an unfavourable class"),
        };
        return new Reason($"{side}:{feature.Name}", loss, $"“{feature.Name}”{word}（{range}），较中性水平少{loss}分。", $"'{feature.Name}' {english} ({range}): {loss} points below neutral.");
    }

    private Reason OfPair(PairTable pair, int[] bins, int loss)
    {
        ModelFeature first = _model.Features[pair.First], second = _model.Features[pair.Second];
        string one = Range(first, bins[pair.First]), two = Range(second, bins[pair.Second]);
        return new Reason(
            $"PAIR:{first.Name}*{second.Name}",
            loss,
            $"“{first.Name}”（{one}）与“{second.Name}”（{two}）的组合不利，较中性水平少{loss}分。",
            $"'{first.Name}' ({one}) together with '{second.Name}' ({two}): {loss} points below neutral.");
    }

    // Where better points lie: above, then the value is low; below, then it is high; on both sides, then it is the range itself that costs.
    private static string SideOf(ModelFeature feature, int bin)
    {
        int here = feature.Points[bin];
        bool above = feature.Points.Take(feature.RegularBins).Skip(bin + 1).Any(points => points > here), below = feature.Points.Take(bin).Any(points => points > here);
        return (above, below) switch
        {
            (true, false) => "LOW",
            (false, true) => "HIGH",
            _ => "RANGE",
        };
    }

    private static string Range(ModelFeature feature, int bin)
    {
        if (bin == feature.MissingBin)
        {
            return "?";
        }

        if (bin >= feature.RegularBins)
        {
            return Text(feature.Specials[bin - feature.RegularBins]);
        }

        if (feature.Kind == FeatureKind.Categorical)
        {
            return string.Join(" | ", feature.Levels.Where((_, level) => feature.LevelBins[level] == bin));
        }

        string low = bin == 0 ? "(−∞" : "[" + Text(feature.Edges[bin - 1]);
        string high = bin == feature.Edges.Count ? "+∞" : Text(feature.Edges[bin]);
        return $"{low}, {high})";
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
