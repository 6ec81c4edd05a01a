using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Scorecards;

/// <summary>The scale of a classical scorecard in whole points: <paramref name="Points"/> at <paramref name="Odds"/> of default, <paramref name="ToDouble"/> to double the odds.</summary>
public sealed record PointsScale(double Points, double Odds, double ToDouble)
{
    private double Factor => ToDouble / PortableMath.Log(2);

    /// <summary>Points that everybody gets.</summary>
    public double BasePoints(double intercept) => Math.Round(Points + (Factor * PortableMath.Log(Odds)) - (Factor * intercept), MidpointRounding.ToEven);

    /// <summary>Points of a bin: whole, halves to even, as the reference rounds.</summary>
    public double BinPoints(double coefficient, double woe) => Math.Round(-Factor * coefficient * woe, MidpointRounding.ToEven);
}
