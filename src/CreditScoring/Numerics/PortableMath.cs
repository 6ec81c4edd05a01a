namespace FinanceChain.CreditScoring.Numerics;

/// <summary>
/// Exponential, logarithm and the normal distribution from additions, multiplications and divisions alone. IEEE 754 fixes the result of those
/// to the last bit, which it does not for <see cref="Math.Exp"/>: two machines with different C libraries would train and score differently.
/// </summary>
public static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    // 1/k! for k = 13 down to 0: on |r| ≤ ln2/2 the first term left out is below 2^-56.
    private static readonly double[] InverseFactorials =
    [
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120,
        1.0 / 24, 1.0 / 6, 0.5, 1, 1,
    ];

    /// <summary>e to the power of <paramref name="x"/>, within 2 units in the last place; 0 below −708, infinity above 709.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return double.NaN;
        }

        if (x < -708)
        {
            return 0;
        }

        if (x > 709)
        {
            return double.PositiveInfinity;
        }

        double k = Math.Floor((x * InverseLn2) + 0.5);
        double r = x - (k * Ln2High) - (k * Ln2Low);
        double sum = InverseFactorials[0];
        for (int i = 1; i < InverseFactorials.Length; i++)
        {
            sum = (sum * r) + InverseFactorials[i];
        }

        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    /// <summary>Natural logarithm of a normal positive number; −infinity at zero, not a number below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            return double.NaN;
        }

        if (x == 0)
        {
            return double.NegativeInfinity;
        }

        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh s; s² ≤ 0.0295, so eleven terms reach the last bit.
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int k = 23; k >= 1; k -= 2)
        {
            sum = (sum * square) + (1.0 / k);
        }

        return (2 * s * sum) + (exponent * Ln2Low) + (exponent * Ln2High);
    }

    /// <summary>1 / (1 + e^−x).</summary>
    public static double Logistic(double x) => x >= 0 ? 1 / (1 + Exp(-x)) : 1 - (1 / (1 + Exp(x)));

    /// <summary>Logarithm of the odds of a probability strictly between 0 and 1.</summary>
    public static double Logit(double p) => Log(p / (1 - p));

    /// <summary>Density of the standard normal distribution.</summary>
    public static double NormalDensity(double x) => InverseSqrtTwoPi * Exp(-x * x / 2);

    /// <summary>Standard normal distribution function; Hart's algorithm 5666 as given by West (2005), about 15 digits.</summary>
    public static double NormalCdf(double x)
    {
        double z = Math.Abs(x);
        if (z > 37)
        {
            return x > 0 ? 1 : 0;
        }

        double tail = Exp(-z * z / 2);
        if (z < 7.07106781186547)
        {
            double above = (((((((((((3.52624965998911e-02 * z) + 0.700383064443688) * z) + 6.37396220353165) * z) + 33.912866078383) * z)
                + 112.079291497871) * z) + 221.213596169931) * z) + 220.206867912376;
            double below = (((((((((((((8.83883476483184e-02 * z) + 1.75566716318264) * z) + 16.064177579207) * z) + 86.7807322029461) * z)
                + 296.564248779674) * z) + 637.333633378831) * z) + 793.826512519948) * z) + 440.413735824752;
            tail = tail * above / below;
        }
        else
        {
            double fraction = z + (1 / (z + (2 / (z + (3 / (z + (4 / (z + 0.65))))))));
            tail = tail / fraction * InverseSqrtTwoPi;
        }

        return x > 0 ? 1 - tail : tail;
    }

    /// <summary>Inverse of <see cref="NormalCdf"/> by bisection to the last bit that matters; p strictly between 0 and 1.</summary>
    public static double NormalQuantile(double p)
    {
        double low = -38, high = 38;
        for (int i = 0; i < 64; i++)
        {
            double middle = (low + high) / 2;
            if (NormalCdf(middle) < p)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return (low + high) / 2;
    }
}
