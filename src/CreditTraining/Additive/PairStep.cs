namespace FinanceChain.CreditTraining.Additive;

/// <summary>One boosting step on a pair: each of the two is cut once, and the four quadrants get values that keep both directions.</summary>
internal sealed class PairStep(BoostingOptions options)
{
    public const int MaximumGroups = 16;

    private readonly double[,] _gradient = new double[MaximumGroups + 1, MaximumGroups + 1];
    private readonly double[,] _curvature = new double[MaximumGroups + 1, MaximumGroups + 1];
    private readonly int[,] _rows = new int[MaximumGroups + 1, MaximumGroups + 1];
    private readonly double[] _g = new double[4];
    private readonly double[] _h = new double[4];
    private readonly double[] _v = new double[4];

    public int CutFirst { get; private set; }

    public int CutSecond { get; private set; }

    /// <summary>Values of the quadrants: low-low, low-high, high-low, high-high.</summary>
    public double[] Values { get; } = new double[4];

    /// <summary>Finds the best cuts of a two-way histogram. Returns the gain, 0 when there is none.</summary>
    public double Find(double[] gradient, double[] curvature, int[] rows, int first, int second, sbyte firstDirection, sbyte secondDirection)
    {
        Accumulate(gradient, curvature, rows, first, second);
        double best = 0;
        for (int i = 1; i < first; i++)
        {
            for (int j = 1; j < second; j++)
            {
                if (!Quadrants(i, j, first, second))
                {
                    continue;
                }

                double gain = Gain(firstDirection, secondDirection);
                if (gain > best)
                {
                    best = gain;
                    CutFirst = i;
                    CutSecond = j;
                    _v.CopyTo(Values, 0);
                }
            }
        }

        return best;
    }

    private void Accumulate(double[] gradient, double[] curvature, int[] rows, int first, int second)
    {
        for (int i = 0; i < first; i++)
        {
            double g = 0, h = 0;
            int n = 0;
            for (int j = 0; j < second; j++)
            {
                int at = (i * MaximumGroups) + j;
                g += gradient[at];
                h += curvature[at];
                n += rows[at];
                _gradient[i + 1, j + 1] = _gradient[i, j + 1] + g;
                _curvature[i + 1, j + 1] = _curvature[i, j + 1] + h;
                _rows[i + 1, j + 1] = _rows[i, j + 1] + n;
            }
        }
    }

    private bool Quadrants(int i, int j, int first, int second)
    {
        int n00 = _rows[i, j], n0 = _rows[i, second], n1 = _rows[first, j], n = _rows[first, second];
        int least = options.MinimumLeafRows;
        if (n00 < least || n0 - n00 < least || n1 - n00 < least || n - n0 - n1 + n00 < least)
        {
            return false;
        }

        Spread(_gradient, _g, i, j, first, second);
        Spread(_curvature, _h, i, j, first, second);
        return true;
    }

    private static void Spread(double[,] sums, double[] into, int i, int j, int first, int second)
    {
        into[0] = sums[i, j];
        into[1] = sums[i, second] - into[0];
        into[2] = sums[first, j] - into[0];
        into[3] = sums[first, second] - into[0] - into[1] - into[2];
    }

    private double Gain(sbyte firstDirection, sbyte secondDirection)
    {
        for (int q = 0; q < 4; q++)
        {
            _v[q] = -_g[q] / (_h[q] + options.Ridge);
        }

        if ((firstDirection != 0 || secondDirection != 0) && !Project(firstDirection, secondDirection))
        {
            return 0;
        }

        double gain = 0;
        for (int q = 0; q < 4; q++)
        {
            gain -= (_g[q] * _v[q]) + (0.5 * (_h[q] + options.Ridge) * _v[q] * _v[q]);
        }

        return gain;
    }

    // Pooling one edge can break another; a few rounds settle it or the cut is given up.
    private bool Project(sbyte firstDirection, sbyte secondDirection)
    {
        for (int round = 0; round < 4; round++)
        {
            bool sound = PoolEdge(0, 2, firstDirection) & PoolEdge(1, 3, firstDirection) & PoolEdge(0, 1, secondDirection) & PoolEdge(2, 3, secondDirection);
            if (sound)
            {
                return true;
            }
        }

        return false;
    }

    private bool PoolEdge(int low, int high, sbyte direction)
    {
        if ((_v[high] - _v[low]) * direction >= 0)
        {
            return true;
        }

        double a = _h[low] + options.Ridge, b = _h[high] + options.Ridge;
        double mean = ((a * _v[low]) + (b * _v[high])) / (a + b);
        _v[low] = mean;
        _v[high] = mean;
        return false;
    }
}
