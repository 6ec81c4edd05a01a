namespace FinanceChain.CreditTraining.Additive;

/// <summary>A fitted additive model in log-odds of default, before it is compiled to points.</summary>
/// <param name="Intercept">Log-odds where every effect is zero.</param>
/// <param name="Mains">Effect of each bin, by feature.</param>
/// <param name="Pairs">Effects of pairs.</param>
public sealed record AdditiveEffects(double Intercept, double[][] Mains, PairEffect[] Pairs)
{
    /// <summary>Log-odds of one row.</summary>
    public double Margin(byte[][] codes, int row)
    {
        double sum = Intercept;
        for (int feature = 0; feature < Mains.Length; feature++)
        {
            sum += Mains[feature][codes[feature][row]];
        }

        foreach (PairEffect pair in Pairs)
        {
            sum += pair.At(codes[pair.First][row], codes[pair.Second][row]);
        }

        return sum;
    }
}

/// <summary>What two features do together, on a coarser grid than their own bins.</summary>
/// <param name="FirstGroups">Group of each bin of the first feature; −1 where the pair says nothing (missing, special).</param>
/// <param name="Values">Effect by group of the first × group of the second.</param>
public sealed record PairEffect(int First, int Second, sbyte[] FirstGroups, sbyte[] SecondGroups, double[,] Values)
{
    public double At(int firstBin, int secondBin)
    {
        int i = FirstGroups[firstBin], j = SecondGroups[secondBin];
        return i < 0 || j < 0 ? 0 : Values[i, j];
    }
}
