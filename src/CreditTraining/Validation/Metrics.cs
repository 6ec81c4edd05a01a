using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>Discrimination and calibration of scores against outcomes.</summary>
public static class Metrics
{
    /// <summary>Area under the ROC curve: the share of pairs in which the defaulter has the higher risk, ties counted half.</summary>
    public static double Auc(ReadOnlySpan<double> risk, ReadOnlySpan<double> labels)
    {
        double[] keys = risk.ToArray(), outcomes = labels.ToArray();
        Array.Sort(keys, outcomes);
        double ranks = 0, defaults = 0;
        for (int i = 0, j; i < keys.Length; i = j)
        {
            for (j = i; j < keys.Length && keys[j] == keys[i]; j++)
            {
            }

            double rank = (i + 1 + j) / 2.0;
            for (int k = i; k < j; k++)
            {
                ranks += outcomes[k] * rank;
                defaults += outcomes[k];
            }
        }

        double others = keys.Length - defaults;
        return defaults == 0 || others == 0 ? double.NaN : (ranks - (defaults * (defaults + 1) / 2)) / (defaults * others);
    }

    /// <summary>Greatest distance between the two distributions (Kolmogorov–Smirnov).</summary>
    public static double Ks(ReadOnlySpan<double> risk, ReadOnlySpan<double> labels)
    {
        double[] keys = risk.ToArray(), outcomes = labels.ToArray();
        Array.Sort(keys, outcomes);
        double defaults = outcomes.Sum(), others = keys.Length - defaults, bad = 0, good = 0, best = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            bad += outcomes[i];
            good += 1 - outcomes[i];
            if (i + 1 == keys.Length || keys[i + 1] != keys[i])
            {
                best = Math.Max(best, Math.Abs((bad / defaults) - (good / others)));
            }
        }

        return best;
    }

    /// <summary>Mean squared difference of probability and outcome.</summary>
    public static double Brier(ReadOnlySpan<double> pd, ReadOnlySpan<double> labels)
    {
        double sum = 0;
        for (int i = 0; i < pd.Length; i++)
        {
            sum += (pd[i] - labels[i]) * (pd[i] - labels[i]);
        }

        return sum / pd.Length;
    }

    /// <summary>Mean negative log-likelihood.</summary>
    public static double LogLoss(ReadOnlySpan<double> pd, ReadOnlySpan<double> labels)
    {
        double sum = 0;
        for (int i = 0; i < pd.Length; i++)
        {
            double p = Math.Clamp(labels[i] > 0 ? pd[i] : 1 - pd[i], 1e-9, 1);
            sum -= PortableMath.Log(p);
        }

        return sum / pd.Length;
    }

    /// <summary>Hosmer–Lemeshow over ten groups of equal size by risk: the statistic and its p-value with 10 degrees of freedom (scores not fitted on these rows).</summary>
    public static (double Statistic, double PValue) HosmerLemeshow(ReadOnlySpan<double> pd, ReadOnlySpan<double> labels)
    {
        double statistic = 0;
        foreach ((double expected, double observed, int count) in Deciles(pd, labels))
        {
            double variance = expected * (1 - (expected / count));
            statistic += variance > 0 ? (observed - expected) * (observed - expected) / variance : 0;
        }

        // Chi-square with 10 degrees of freedom has a closed tail: e^(−x/2) Σ (x/2)^k / k!, k < 5.
        double half = statistic / 2, term = 1, sum = 1;
        for (int k = 1; k < 5; k++)
        {
            term *= half / k;
            sum += term;
        }

        return (statistic, PortableMath.Exp(-half) * sum);
    }

    /// <summary>Expected calibration error over ten ranges of probability of equal width, weighted by their rows (Naeini et al. 2015).</summary>
    public static double CalibrationErrorByWidth(ReadOnlySpan<double> pd, ReadOnlySpan<double> labels)
    {
        double[] gap = new double[10];
        for (int i = 0; i < pd.Length; i++)
        {
            gap[Math.Min(9, (int)(pd[i] * 10))] += pd[i] - labels[i];
        }

        return gap.Sum(Math.Abs) / pd.Length;
    }

    /// <summary>Expected calibration error over ten groups of equal size, which is the stricter one where defaults are rare.</summary>
    public static double CalibrationError(ReadOnlySpan<double> pd, ReadOnlySpan<double> labels)
    {
        double sum = 0;
        foreach ((double expected, double observed, int _) in Deciles(pd, labels))
        {
            sum += Math.Abs(observed - expected);
        }

        return sum / pd.Length;
    }

    /// <summary>Population stability index of two distributions over the same bins; empty bins count as half a row.</summary>
    public static double Psi(IReadOnlyList<double> reference, IReadOnlyList<double> now)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(now);
        double before = reference.Sum(), after = now.Sum(), sum = 0;
        for (int i = 0; i < reference.Count; i++)
        {
            if (reference[i] > 0 || now[i] > 0)
            {
                double r = Math.Max(reference[i], 0.5) / before, n = Math.Max(now[i], 0.5) / after;
                sum += (n - r) * PortableMath.Log(n / r);
            }
        }

        return sum;
    }

    private static List<(double Expected, double Observed, int Count)> Deciles(ReadOnlySpan<double> pd, ReadOnlySpan<double> labels)
    {
        double[] keys = pd.ToArray(), outcomes = labels.ToArray();
        Array.Sort(keys, outcomes);
        var groups = new List<(double, double, int)>();
        for (int group = 0; group < 10; group++)
        {
            int from = (int)((long)keys.Length * group / 10), to = (int)((long)keys.Length * (group + 1) / 10);
            if (to > from)
            {
                groups.Add((keys[from..to].Sum(), outcomes[from..to].Sum(), to - from));
            }
        }

        return groups;
    }
}
