using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Binning;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>The boosted part of the champion: bins, directions, pairs and a bagged monotone additive model.</summary>
public sealed class BoostedModel : IFittedModel
{
    private readonly FeatureBinning[] _bins;
    private readonly FoundDirection[] _directions;
    private readonly AdditiveEffects _effects;

    private BoostedModel(FeatureBinning[] bins, FoundDirection[] directions, AdditiveEffects effects) =>
        (_bins, _directions, _effects) = (bins, directions, effects);

    /// <summary>Directions by feature, for the scorecard, which keeps the same ones.</summary>
    public IReadOnlyList<FoundDirection> Directions => _directions;

    internal AdditivePart Part => new(_bins, _effects.Intercept, _effects.Mains, _effects.Pairs);

    /// <summary>Fits on the rows of a data set. Depends on the seed alone.</summary>
    public static BoostedModel Fit(DataSet data, ChampionOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        FeatureBinning[] bins = [.. data.Columns.Select(column => FeatureBinning.Of(column, data.Labels, options.Bins, options.Boosting.MinimumLeafRows))];
        var table = new BinnedTable(
            [.. bins.Select((bin, i) => bin.Codes(data.Columns[i].Values))], [.. bins.Select(bin => bin.Regular)], [.. bins.Select(bin => bin.Total)], data.Labels);
        AdditiveEffects pilot = AdditiveTrainer.Pilot(table, DirectionFinder.Declared(bins), options.Boosting, seed);
        FoundDirection[] directions = DirectionFinder.Find(bins, table, pilot, options.MonotoneShare);
        AdditiveEffects effects = AdditiveTrainer.Fit(table, [.. directions.Select(direction => direction.Sign)], pilot, options.Boosting, seed);
        return new BoostedModel(bins, directions, effects);
    }

    public double[] Margins(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        byte[][] codes = [.. _bins.Select((bin, i) => bin.Codes(Levels.Mapped(bin.Column, data.Columns[i])))];
        return [.. Enumerable.Range(0, data.Rows).Select(row => _effects.Margin(codes, row))];
    }
}
