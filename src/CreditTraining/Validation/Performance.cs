using System.Globalization;
using FinanceChain.CreditTraining.Calibration;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>The figures by which a model is judged.</summary>
public sealed record Performance(double Auc, double Ks, double Brier, double LogLoss, double HosmerLemeshowP, double CalibrationError, double CalibrationErrorByWidth)
{
    /// <summary>Of probabilities.</summary>
    public static Performance Of(double[] pd, double[] labels) => new(
        Metrics.Auc(pd, labels),
        Metrics.Ks(pd, labels),
        Metrics.Brier(pd, labels),
        Metrics.LogLoss(pd, labels),
        Metrics.HosmerLemeshow(pd, labels).PValue,
        Metrics.CalibrationError(pd, labels),
        Metrics.CalibrationErrorByWidth(pd, labels));

    /// <summary>Of out-of-fold margins, each half calibrated by the other.</summary>
    public static Performance OutOfFold(double[] margins, double[] labels)
    {
        ArgumentNullException.ThrowIfNull(margins);
        ArgumentNullException.ThrowIfNull(labels);
        double[] pd = new double[margins.Length];
        for (int half = 0; half < 2; half++)
        {
            int[] learn = [.. Enumerable.Range(0, margins.Length).Where(row => row % 2 != half)];
            Calibrator calibrator = Calibrator.Fit([.. learn.Select(row => margins[row])], [.. learn.Select(row => labels[row])]);
            for (int row = half; row < margins.Length; row += 2)
            {
                pd[row] = calibrator.Pd(margins[row]);
            }
        }

        return Of(pd, labels);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"AUC {Auc:F4}, KS {Ks:F3}, Brier {Brier:F4}, log-loss {LogLoss:F4}, Hosmer-Lemeshow p {HosmerLemeshowP:F3}, calibration error {CalibrationError:F4} (groups of equal size), {CalibrationErrorByWidth:F4} (of equal width)");
}
