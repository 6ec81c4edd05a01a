using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Scorecards;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>How much boosted model and scorecard count in the champion. None is negative.</summary>
/// <param name="Share">Share of the boosted model, 0 to 1, as cross-validation weighed it.</param>
public sealed record Blend(double Share, double Intercept, double BoostedWeight, double CardWeight)
{
    /// <summary>Shares that are weighed by cross-validation inside the training data.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>A share of two models whose log-odds are brought to one scale first, each by its own line.</summary>
    public static Blend Of(double share, Calibrator boosted, Calibrator card)
    {
        ArgumentNullException.ThrowIfNull(boosted);
        ArgumentNullException.ThrowIfNull(card);
        return new Blend(share, (share * boosted.C) + ((1 - share) * card.C), share * boosted.A, (1 - share) * card.A);
    }

    public double Margin(double boosted, double card) => Intercept + (BoostedWeight * boosted) + (CardWeight * card);
}

/// <summary>
/// The champion: a weighted sum of the boosted model and the scorecard. Both are additive over the same features and directions, so their sum is one too: with few
/// rows the calm scorecard carries it, with many the boosted model.
/// </summary>
public sealed class Champion(BoostedModel boosted, BinnedScorecard card, Blend blend) : ICompilableModel
{
    public double[] Margins(DataSet data) => [.. boosted.Margins(data).Zip(card.Margins(data), blend.Margin)];

    public PointsModel Compile(string name, PdScale scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        AdditivePart sum = boosted.Part.Plus(blend.Intercept, blend.BoostedWeight, card.Part, blend.CardWeight);
        byte[][] codes = [.. sum.Bins.Select(bin => bin.Codes(bin.Column.Values))];
        ModelFeature[] features = [.. sum.Bins.Select((bin, i) => FeatureCompiler.Compile(bin, boosted.Directions[i], sum.Effects[i], codes[i]))];
        PairTable[] pairs = [.. sum.Pairs.Select(pair => Compile(pair, codes)).OfType<PairTable>()];
        int basePoints = PdScale.Round(PdScale.ScoreOf(sum.Intercept));
        return new PointsModel(
            name, basePoints, PdScale.PointsToDoubleOdds, features, pairs, scale.Table(basePoints, features, pairs), MasterScale.Standard);
    }

    private static PairTable? Compile(PairEffect pair, byte[][] codes)
    {
        int rows = pair.Values.GetLength(0), columns = pair.Values.GetLength(1);
        int[] points = new int[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                points[(i * columns) + j] = PdScale.Round(PdScale.PointsOf(pair.Values[i, j]));
            }
        }

        if (points.All(value => value == 0))
        {
            return null;
        }

        long[] counts = new long[points.Length];
        for (int row = 0; row < codes[pair.First].Length; row++)
        {
            int i = pair.FirstGroups[codes[pair.First][row]], j = pair.SecondGroups[codes[pair.Second][row]];
            if ((i | j) >= 0)
            {
                counts[(i * columns) + j]++;
            }
        }

        int neutral = FeatureCompiler.Neutral(points, counts, points.Length);
        return new PairTable(
            pair.First, pair.Second, [.. pair.FirstGroups.Select(g => (int)g)], [.. pair.SecondGroups.Select(g => (int)g)], columns, points, Math.Min(0, neutral), neutral);
    }
}
