using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditScoring.Obligations;

/// <summary>Parameters of the loss of a financed receivable; governed, dated, not constants of the code.</summary>
/// <param name="AssetCorrelationBps">Correlation of borrower and obligor with the one factor, squared loading, in basis points (0–9,900). Both sit in one cluster, so it is above Basel's.</param>
/// <param name="DilutionBps">Chance that the obligor rightly pays less (returns, disputes, set-off), in basis points.</param>
public sealed record ObligationParameters(int AssetCorrelationBps, int DilutionBps)
{
    public static ObligationParameters Standard { get; } = new(2_400, 200);
}

/// <summary>
/// Probability that a financed receivable is not repaid. With recourse both must fail: the obligor at maturity and then the borrower. Without recourse the obligor's
/// failure is enough, and so is dilution, for which the borrower no longer answers. The borrower never helps a loan without recourse.
/// </summary>
public static class TwoObligations
{
    private const int Slices = 400;
    private const double Bound = 8;

    /// <summary>Joint PD of a loan with recourse, in parts per billion, rounded up: P(both default) in a one-factor Gaussian model.</summary>
    public static int WithRecoursePpb(int borrowerPpb, int obligorPpb, ObligationParameters parameters)
    {
        Require(borrowerPpb, obligorPpb, parameters);
        int least = Math.Min(borrowerPpb, obligorPpb);
        if (least == 0 || Math.Max(borrowerPpb, obligorPpb) == PdTable.One)
        {
            return least;
        }

        double rho = parameters.AssetCorrelationBps / 10_000.0, load = Math.Sqrt(rho), rest = Math.Sqrt(1 - rho);
        double a = PortableMath.NormalQuantile(borrowerPpb / (double)PdTable.One), b = PortableMath.NormalQuantile(obligorPpb / (double)PdTable.One);

        // Simpson's rule over the factor; the step of 0.04 leaves an error far below one part per billion.
        double step = 2 * Bound / Slices, sum = 0;
        for (int i = 0; i <= Slices; i++)
        {
            double z = -Bound + (i * step);
            double weight = i is 0 or Slices ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * PortableMath.NormalDensity(z) * PortableMath.NormalCdf((a - (load * z)) / rest) * PortableMath.NormalCdf((b - (load * z)) / rest);
        }

        return Math.Clamp((int)Math.Ceiling(sum * step / 3 * PdTable.One), 0, least);
    }

    /// <summary>PD of a loan without recourse, in parts per billion: the obligor's plus dilution, at most certainty.</summary>
    public static int WithoutRecoursePpb(int obligorPpb, ObligationParameters parameters)
    {
        Require(obligorPpb, obligorPpb, parameters);
        return (int)Math.Min(PdTable.One, obligorPpb + ((long)parameters.DilutionBps * (PdTable.One / 10_000)));
    }

    /// <summary>PD up to a maturity, from the 12-month PD with a constant hazard: 1 − (1 − PD)^(days/365), rounded up.</summary>
    /// <param name="days">0 to 3,650.</param>
    public static int ToMaturityPpb(int pdPpb, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, 3_650);
        ArgumentOutOfRangeException.ThrowIfNegative(pdPpb);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pdPpb, PdTable.One);
        if (pdPpb == PdTable.One || days == 0)
        {
            return days == 0 ? 0 : PdTable.One;
        }

        double survival = PortableMath.Exp(days / 365.0 * PortableMath.Log(1 - (pdPpb / (double)PdTable.One)));
        return (int)Math.Clamp(Math.Ceiling((1 - survival) * PdTable.One), 0, PdTable.One);
    }

    private static void Require(int first, int second, ObligationParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(first, second));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(first, second), PdTable.One);
        if (parameters.AssetCorrelationBps is < 0 or > 9_900 || parameters.DilutionBps is < 0 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(nameof(parameters), parameters, "Correlation is 0–9,900 and dilution 0–10,000 basis points.");
        }
    }
}
