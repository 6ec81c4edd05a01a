using FinanceChain.CreditTraining.Additive;

namespace FinanceChain.CreditTraining.Data;

/// <summary>Fixed folds: stratified by outcome, drawn from the seed alone, equal rows always together.</summary>
public static class Folds
{
    /// <summary>Fold of each row.</summary>
    public static int[] Of(DataSet data, int folds, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var random = StableRandom.For(seed, 7_000_000);
        int[] fold = new int[data.Rows];
        ILookup<int, int> rows = Enumerable.Range(0, data.Rows).ToLookup(row => data.Groups[row]);
        foreach (double label in new double[] { 1, 0 })
        {
            // A group belongs to the outcome of its worst row.
            int[][] groups = [.. rows.Select(group => group.ToArray()).Where(group => group.Max(row => data.Labels[row]) == label)];
            int[] order = [.. Enumerable.Range(0, groups.Length)];
            random.Shuffle(order);
            int[] sizes = new int[folds];
            foreach (int group in order)
            {
                int smallest = Array.IndexOf(sizes, sizes.Min());
                sizes[smallest] += groups[group].Length;
                foreach (int row in groups[group])
                {
                    fold[row] = smallest;
                }
            }
        }

        return fold;
    }

    /// <summary>Rows of one fold, and all others.</summary>
    public static (int[] Train, int[] Test) Split(int[] folds, int fold) =>
        ([.. Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold)], [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] == fold)]);
}
