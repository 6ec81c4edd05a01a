namespace FinanceChain.CreditTraining.Additive;

/// <summary>Fits the monotone additive model: main effects first, then the pairs that help most, then all of it in several bags, averaged.</summary>
public static class AdditiveTrainer
{
    private const int PilotPart = 1_000_000;

    /// <summary>Fits main effects only, in few bags: from it directions are read and pairs are chosen.</summary>
    public static AdditiveEffects Pilot(BinnedTable table, sbyte[] directions, BoostingOptions options, ulong seed) =>
        Bagged(table, directions, [], options with { Rounds = options.Rounds / 2, Bags = 2 }, seed, PilotPart);

    /// <summary>Fits the model on top of what its pilot showed. The result depends on the seed alone, not on the number of threads.</summary>
    public static AdditiveEffects Fit(BinnedTable table, sbyte[] directions, AdditiveEffects pilot, BoostingOptions options, ulong seed) =>
        Bagged(table, directions, [.. PairSelection.Choose(table, pilot, options).Take(options.Pairs)], options, seed, 0);

    private static AdditiveEffects Bagged(BinnedTable table, sbyte[] directions, PairEffect[] pairs, BoostingOptions options, ulong seed, int firstPart)
    {
        var results = new AdditiveEffects[options.Bags];
        Parallel.For(0, options.Bags, bag =>
        {
            StableRandom random = StableRandom.For(seed, firstPart + bag);
            int[] rows = [.. Enumerable.Range(0, table.Rows)];
            random.Shuffle(rows);
            int kept = options.Bags == 1 ? rows.Length : Math.Max(1, rows.Length * 9 / 10);
            results[bag] = new Bag(table, directions, pairs, options, random, rows[..kept]).Fit();
        });
        return Mean(results);
    }

    private static AdditiveEffects Mean(AdditiveEffects[] bags)
    {
        AdditiveEffects sum = bags[0];
        foreach (AdditiveEffects bag in bags.Skip(1))
        {
            sum = sum with { Intercept = sum.Intercept + bag.Intercept };
            for (int feature = 0; feature < sum.Mains.Length; feature++)
            {
                for (int bin = 0; bin < sum.Mains[feature].Length; bin++)
                {
                    sum.Mains[feature][bin] += bag.Mains[feature][bin];
                }
            }

            for (int pair = 0; pair < sum.Pairs.Length; pair++)
            {
                double[,] into = sum.Pairs[pair].Values, from = bag.Pairs[pair].Values;
                for (int i = 0; i < into.GetLength(0); i++)
                {
                    for (int j = 0; j < into.GetLength(1); j++)
                    {
                        into[i, j] += from[i, j];
                    }
                }
            }
        }

        return Scaled(sum, 1.0 / bags.Length);
    }

    private static AdditiveEffects Scaled(AdditiveEffects effects, double factor)
    {
        foreach (double[] main in effects.Mains)
        {
            for (int bin = 0; bin < main.Length; bin++)
            {
                main[bin] *= factor;
            }
        }

        foreach (PairEffect pair in effects.Pairs)
        {
            for (int i = 0; i < pair.Values.GetLength(0); i++)
            {
                for (int j = 0; j < pair.Values.GetLength(1); j++)
                {
                    pair.Values[i, j] *= factor;
                }
            }
        }

        return effects with { Intercept = effects.Intercept * factor };
    }
}
