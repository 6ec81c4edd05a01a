namespace FinanceChain.CreditTraining.Additive;

/// <summary>Weighted least-squares fit of a monotone sequence (pool adjacent violators).</summary>
public static class Isotonic
{
    /// <summary>The nearest sequence that never falls (<paramref name="sign"/> 1) or never rises (−1). Entries without weight follow their left neighbour.</summary>
    public static double[] Fit(IReadOnlyList<double> values, IReadOnlyList<double> weights, int sign)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(weights);
        if (Enumerable.Range(1, Math.Max(0, values.Count - 1)).All(i => sign * (values[i] - values[i - 1]) >= 0))
        {
            return [.. values];
        }

        var blocks = new List<(double Value, double Weight, int Count)>();
        for (int i = 0; i < values.Count; i++)
        {
            (double Value, double Weight, int Count) block = (sign * values[i], Math.Max(weights[i], 1e-9), 1);
            while (blocks.Count > 0 && blocks[^1].Value > block.Value)
            {
                (double value, double weight, int count) = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                block = (((value * weight) + (block.Value * block.Weight)) / (weight + block.Weight), weight + block.Weight, count + block.Count);
            }

            blocks.Add(block);
        }

        return [.. blocks.SelectMany(block => Enumerable.Repeat(sign * block.Value, block.Count))];
    }
}
