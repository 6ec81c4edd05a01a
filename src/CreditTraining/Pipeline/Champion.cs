using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Binning;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>The champion: bins, directions, pairs and a bagged monotone additive model.</summary>
public sealed class Champion : ICompilableModel
{
    private readonly FeatureBinning[] _bins;
    private readonly FoundDirection[] _directions;
    private readonly AdditiveEffects _effects;
    private readonly byte[][] _codes;

    private Champion(FeatureBinning[] bins, FoundDirection[] directions, AdditiveEffects effects, byte[][] codes) =>
        (_bins, _directions, _effects, _codes) = (bins, directions, effects, codes);

    /// <summary>Directions by feature, for the scorecard, which keeps the same ones.</summary>
    public IReadOnlyList<FoundDirection> Directions => _directions;

    /// <summary>Fits on the rows of a data set. Depends on the seed alone.</summary>
    public static Champion Fit(DataSet data, ChampionOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        FeatureBinning[] bins = [.. data.Columns.Select(column => FeatureBinning.Of(column, data.Labels, options.Bins, options.Boosting.MinimumLeafRows))];
        var table = new BinnedTable(
            [.. bins.Select((bin, i) => bin.Codes(data.Columns[i].Values))], [.. bins.Select(bin => bin.Regular)], [.. bins.Select(bin => bin.Total)], data.Labels);
        FoundDirection[] directions = DirectionFinder.Find(bins, table, options.Boosting, seed);
        AdditiveEffects effects = AdditiveTrainer.Fit(table, [.. directions.Select(direction => direction.Sign)], options.Boosting, seed);
        return new Champion(bins, directions, effects, table.Codes);
    }

    public double[] Margins(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        byte[][] codes = [.. _bins.Select((bin, i) => bin.Codes(Levels.Mapped(bin.Column, data.Columns[i])))];
        return [.. Enumerable.Range(0, data.Rows).Select(row => _effects.Margin(codes, row))];
    }

    public PointsModel Compile(string name, PdScale scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ModelFeature[] features = [.. _bins.Select((bin, i) => FeatureCompiler.Compile(bin, _directions[i], _effects.Mains[i], _codes[i]))];
        PairTable[] pairs = [.. _effects.Pairs.Select(Compile).OfType<PairTable>()];
        int basePoints = PdScale.Round(PdScale.ScoreOf(_effects.Intercept));
        return new PointsModel(
            name, basePoints, PdScale.PointsToDoubleOdds, features, pairs, scale.Table(basePoints, features, pairs), MasterScale.Standard);
    }

    private PairTable? Compile(PairEffect pair)
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
        for (int row = 0; row < _codes[pair.First].Length; row++)
        {
            int i = pair.FirstGroups[_codes[pair.First][row]], j = pair.SecondGroups[_codes[pair.Second][row]];
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
