using System.Globalization;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Binning;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>A direction and where it comes from.</summary>
public readonly record struct FoundDirection(Direction Direction, string Reason)
{
    /// <summary>1, −1 or 0.</summary>
    public sbyte Sign => Direction switch { Direction.RiskRises => 1, Direction.RiskFalls => -1, _ => 0 };
}

/// <summary>
/// Gives every feature its direction: the schema's, or one found in the training rows. For <c>auto</c> an unconstrained pilot is fitted and the effect of the feature,
/// all others given, is compared with its nearest monotone shape. Where that holds most of the effect's variance the direction is imposed, else no claim is made: a
/// direction that the data contradict would be no protection but a bias.
/// </summary>
internal static class DirectionFinder
{
    /// <summary>Signs that the schema declares; 0 for the others.</summary>
    public static sbyte[] Declared(FeatureBinning[] bins) => [.. bins.Select(bin => new FoundDirection(bin.Column.Spec.Direction ?? Direction.Any, "").Sign)];

    /// <param name="pilot">A model in which only what the schema declares is constrained.</param>
    /// <param name="share">Share of the effect's variance that the monotone shape must hold; above 1 no direction is taken.</param>
    public static FoundDirection[] Find(FeatureBinning[] bins, BinnedTable table, AdditiveEffects pilot, double share) =>
    [
        .. bins.Select((bin, feature) => bin.Column.Spec.Direction is { } direction
            ? new FoundDirection(direction, "declared in the schema")
            : bin.Column.Kind == FeatureKind.Categorical
                ? new FoundDirection(Direction.Any, "auto: levels have no order")
                : share > 1
                    ? new FoundDirection(Direction.Any, "auto: cross-validation speaks against taking any direction")
                    : Judge(pilot.Mains[feature], table.Codes[feature], table.Regular[feature], share)),
    ];

    private static FoundDirection Judge(double[] effect, byte[] codes, int regular, double share)
    {
        double[] weights = new double[regular];
        foreach (byte code in codes)
        {
            if (code < regular)
            {
                weights[code]++;
            }
        }

        double[] shape = effect[..regular];
        double total = Variance(shape, weights);
        if (total < 1e-12)
        {
            return new FoundDirection(Direction.Any, "auto: no effect in the training data");
        }

        double up = Variance(Isotonic.Fit(shape, weights, 1), weights) / total, down = Variance(Isotonic.Fit(shape, weights, -1), weights) / total;
        double best = Math.Max(up, down);
        string percent = (100 * best).ToString("F0", CultureInfo.InvariantCulture);
        if (best < share)
        {
            return new FoundDirection(Direction.Any, $"auto: not monotone, a monotone shape holds only {percent} % of the effect's variance (other features given)");
        }

        return up >= down
            ? new FoundDirection(Direction.RiskRises, $"auto: risk rises, the monotone shape holds {percent} % of the effect's variance (other features given)")
            : new FoundDirection(Direction.RiskFalls, $"auto: risk falls, the monotone shape holds {percent} % of the effect's variance (other features given)");
    }

    private static double Variance(double[] values, double[] weights)
    {
        double total = weights.Sum(), mean = 0, sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            mean += weights[i] * values[i] / total;
        }

        for (int i = 0; i < values.Length; i++)
        {
            sum += weights[i] * (values[i] - mean) * (values[i] - mean) / total;
        }

        return total > 0 ? sum : 0;
    }
}
