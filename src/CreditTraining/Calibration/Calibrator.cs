using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Calibration;

/// <summary>
/// Turns log-odds of a model into calibrated log-odds: c + a·ln p − b·ln(1−p), the beta calibration of Kull et al. (2017); with a = b it is Platt's.
/// Both a and b are at least zero, so the order of scores stays.
/// </summary>
/// <param name="Shift">Added last, to reach the central tendency.</param>
public sealed record Calibrator(string Kind, double A, double B, double C, double Shift)
{
    public double Calibrated(double margin)
    {
        // ln p and ln(1−p) straight from the margin, without cancellation.
        double lnP = -Softplus(-margin), lnQ = -Softplus(margin);
        return C + (A * lnP) - (B * lnQ) + Shift;
    }

    /// <summary>Of a Platt calibrator, where a equals b: the line itself, without the shift.</summary>
    public double Line(double margin) => C + (A * margin);

    public double Pd(double margin) => PortableMath.Logistic(Calibrated(margin));

    /// <summary>Fits both on margins that were predicted out of fold; beta is taken only where it gains more than its one parameter costs (AIC).</summary>
    public static Calibrator Fit(double[] margins, double[] labels)
    {
        ArgumentNullException.ThrowIfNull(margins);
        Calibrator simple = Platt(margins, labels);
        double[] beta = LogisticRegression.Fit([[.. margins.Select(m => -Softplus(-m))], [.. margins.Select(Softplus)]], labels, 1e-6);
        if (beta[1] <= 0 || beta[2] <= 0)
        {
            return simple;
        }

        var rich = new Calibrator("beta", beta[1], beta[2], beta[0], 0);
        return Likelihood(rich, margins, labels) - Likelihood(simple, margins, labels) > 1 ? rich : simple;
    }

    /// <summary>Platt's: one line through the log-odds.</summary>
    public static Calibrator Platt(double[] margins, double[] labels)
    {
        ArgumentNullException.ThrowIfNull(margins);
        ArgumentNullException.ThrowIfNull(labels);
        double[] line = LogisticRegression.Fit([margins], labels, 1e-6);
        return new Calibrator("Platt", Math.Max(0, line[1]), Math.Max(0, line[1]), line[0], 0);
    }

    /// <summary>The same, shifted so that the mean PD over these margins is the central tendency.</summary>
    public Calibrator To(double centralTendency, double[] margins)
    {
        ArgumentNullException.ThrowIfNull(margins);
        double low = -20, high = 20;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (margins.Average((this with { Shift = middle }).Pd) < centralTendency)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return this with { Shift = (low + high) / 2 };
    }

    private static double Likelihood(Calibrator calibrator, double[] margins, double[] labels)
    {
        double sum = 0;
        for (int i = 0; i < margins.Length; i++)
        {
            double z = calibrator.Calibrated(margins[i]);
            sum -= labels[i] > 0 ? Softplus(-z) : Softplus(z);
        }

        return sum;
    }

    private static double Softplus(double x) => x > 0 ? x + PortableMath.Log(1 + PortableMath.Exp(-x)) : PortableMath.Log(1 + PortableMath.Exp(x));
}
