using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Binning;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;

namespace FinanceChain.CreditTraining.Scorecards;

/// <summary>
/// The scorecard: at most twenty bins of at least 5 % of the rows, and a ridge logistic regression on two things that each bin says: its weight of evidence, monotone
/// by maximum likelihood (neighbours that go against it are pooled), and the normal score of its rank, which carries what pooling would flatten. It is a points card
/// like any other, but not a pure WOE card. The points of a constrained feature are brought to its direction.
/// </summary>
public sealed class BinnedScorecard : ICompilableModel
{
    private const int MostBins = 20;
    // A few dozen rows rank better in finer bins than their weights of evidence bear; the prior and pooling calm those.
    private const int LeastRows = 3;
    private const double Prior = 10;

    private readonly FeatureBinning[] _bins;
    private readonly IReadOnlyList<FoundDirection> _directions;
    private readonly double[][] _effects;
    private readonly byte[][] _codes;
    private readonly double _intercept;

    private BinnedScorecard(FeatureBinning[] bins, IReadOnlyList<FoundDirection> directions, double[][] effects, byte[][] codes, double intercept) =>
        (_bins, _directions, _effects, _codes, _intercept) = (bins, directions, effects, codes, intercept);

    public static BinnedScorecard Fit(DataSet data, IReadOnlyList<FoundDirection> directions, CardOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(options);
        int least = Math.Max(LeastRows, (int)Math.Ceiling(data.Rows * 0.05));
        FeatureBinning[] bins = [.. data.Columns.Select(column => FeatureBinning.Of(column, data.Labels, MostBins, Least(column, least)))];
        byte[][] codes = [.. bins.Select((bin, i) => bin.Codes(data.Columns[i].Values))];
        BinShape[] shapes = [.. bins.Select((bin, i) => BinShape.Of(bin, codes[i], data.Labels, Prior, directions[i].Sign))];
        int[] evidence = [.. Enumerable.Range(0, bins.Length).Where(i => !options.RanksOnly || bins[i].Column.Kind == FeatureKind.Categorical)];
        int[] ranked = [.. Enumerable.Range(0, bins.Length).Where(i => bins[i].Column.Kind == FeatureKind.Numeric)];
        double[][] columns = [.. evidence.Select(i => Spread(codes[i], shapes[i].Woe)), .. ranked.Select(i => Spread(codes[i], shapes[i].RankScore))];
        double[] beta = LogisticRegression.Fit(columns, data.Labels, options.Ridge, options.HoldSigns ? [.. columns.Select(_ => true)] : null);
        double[] woe = new double[bins.Length], score = new double[bins.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            if (i < evidence.Length)
            {
                woe[evidence[i]] = beta[i + 1];
            }
            else
            {
                score[ranked[i - evidence.Length]] = beta[i + 1];
            }
        }

        double[][] effects = [.. shapes.Select((shape, i) => Effect(shape, woe[i], score[i], directions[i], bins[i].Regular))];
        return new BinnedScorecard(bins, directions, effects, codes, beta[0]);
    }

    /// <summary>
    /// The weighted mean of cards that were fitted on the same rows, each brought to one scale of log-odds by its line. The cards share bins and directions, and no
    /// weight is negative, so the mean is a card that keeps every promise of theirs.
    /// </summary>
    public static BinnedScorecard Mean(IReadOnlyList<(BinnedScorecard Card, double Weight, Calibrator Line)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        BinnedScorecard first = parts[0].Card;
        double[][] effects = [.. first._effects.Select((effect, f) => effect.Select((_, bin) => parts.Sum(part => part.Weight * part.Line.A * part.Card._effects[f][bin])).ToArray())];
        double intercept = parts.Sum(part => part.Weight * part.Line.Line(part.Card._intercept));
        return new BinnedScorecard(first._bins, first._directions, effects, first._codes, intercept);
    }

    internal AdditivePart Part => new(_bins, _intercept, _effects, []);

    public double[] Margins(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        double[] margins = new double[data.Rows];
        Array.Fill(margins, _intercept);
        for (int feature = 0; feature < _bins.Length; feature++)
        {
            byte[] codes = _bins[feature].Codes(Levels.Mapped(_bins[feature].Column, data.Columns[feature]));
            for (int row = 0; row < margins.Length; row++)
            {
                margins[row] += _effects[feature][codes[row]];
            }
        }

        return margins;
    }

    public PointsModel Compile(string name, PdScale scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ModelFeature[] features = [.. _bins.Select((bin, i) => FeatureCompiler.Compile(bin, _directions[i], _effects[i], _codes[i]))];
        int basePoints = PdScale.Round(PdScale.ScoreOf(_intercept));
        return new PointsModel(name, basePoints, PdScale.PointsToDoubleOdds, features, [], scale.Table(basePoints, features, []), MasterScale.Standard);
    }

    // Twenty bins of exactly 5 % each need the last row of every bin; a little slack keeps them where values tie.
    private static int Least(DataColumn column, int least) =>
        Math.Max(LeastRows, Math.Min(least, column.Values.Count(value => !double.IsNaN(value)) / MostBins));

    private static double[] Effect(BinShape shape, double woe, double score, FoundDirection direction, int regular)
    {
        double[] effect = [.. shape.Woe.Select((value, bin) => (woe * value) + (score * shape.RankScore[bin]))];
        double[] known = effect[..regular];
        if (direction.Sign != 0)
        {
            known = Isotonic.Fit(known, shape.Weights[..regular], direction.Sign);
            known.CopyTo(effect, 0);
        }

        double rows = shape.Weights[..regular].Sum();
        double neutral = rows > 0 ? known.Zip(shape.Weights, (value, weight) => value * weight).Sum() / rows : 0;
        for (int bin = regular; bin < effect.Length; bin++)
        {
            effect[bin] = Math.Max(effect[bin], neutral);
        }

        return effect;
    }

    private static double[] Spread(byte[] codes, double[] values) => [.. codes.Select(code => values[code])];
}

/// <summary>What a bin says of risk before the regression. In both regressors more is riskier, as the direction says, or where there is none the bins themselves.</summary>
/// <param name="Woe">Smoothed towards zero by a few average rows; monotone over the known bins of a numeric feature.</param>
/// <param name="RankScore">Normal quantile of the bin's middle rank, mean zero; 0 for unknown values and for levels.</param>
internal sealed record BinShape(double[] Woe, double[] RankScore, double[] Weights)
{
    public static BinShape Of(FeatureBinning bins, byte[] codes, double[] labels, double prior, sbyte direction)
    {
        double[] rows = new double[bins.Total], bad = new double[bins.Total];
        for (int row = 0; row < codes.Length; row++)
        {
            rows[codes[row]]++;
            bad[codes[row]] += labels[row];
        }

        double mean = labels.Average();
        double[] rates = [.. rows.Select((count, bin) => (bad[bin] + (prior * mean)) / (count + prior))];
        bool falls = false;
        if (bins.Column.Kind == FeatureKind.Numeric)
        {
            double[] known = rates[..bins.Regular], weights = rows[..bins.Regular];
            double[] up = Isotonic.Fit(known, weights, 1), down = Isotonic.Fit(known, weights, -1);
            falls = direction < 0 || (direction == 0 && Misfit(known, down, weights) < Misfit(known, up, weights));
            (falls ? down : up).CopyTo(rates, 0);
        }

        double centre = PortableMath.Logit(mean);
        double[] woe = [.. rates.Select(rate => PortableMath.Logit(Math.Clamp(rate, 1e-4, 1 - 1e-4)) - centre)];
        double[] scores = Scores(bins, rows);
        return new BinShape(woe, falls ? [.. scores.Select(score => -score)] : scores, rows);
    }

    private static double Misfit(double[] values, double[] fit, double[] weights) => values.Select((value, i) => weights[i] * (value - fit[i]) * (value - fit[i])).Sum();

    private static double[] Scores(FeatureBinning bins, double[] rows)
    {
        double[] scores = new double[bins.Total];
        double known = rows.Take(bins.Regular).Sum(), before = 0, mean = 0;
        if (bins.Column.Kind == FeatureKind.Categorical || known == 0)
        {
            return scores;
        }

        for (int bin = 0; bin < bins.Regular; bin++)
        {
            scores[bin] = PortableMath.NormalQuantile(Math.Clamp((before + (rows[bin] / 2)) / known, 0.005, 0.995));
            mean += scores[bin] * rows[bin] / known;
            before += rows[bin];
        }

        for (int bin = 0; bin < bins.Regular; bin++)
        {
            scores[bin] -= mean;
        }

        return scores;
    }
}
