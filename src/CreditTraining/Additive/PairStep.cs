namespace FinanceChain.CreditTraining.Additive;

/// <summary>One boosting step on a pair: each of the two is cut once, the four quadrants get values, and the effect as a whole is kept monotone.</summary>
internal sealed class PairStep(BoostingOptions options)
{
    public const int MaximumGroups = 16;

    private readonly double[,] _gradient = new double[MaximumGroups + 1, MaximumGroups + 1];
    private readonly double[,] _curvature = new double[MaximumGroups + 1, MaximumGroups + 1];
    private readonly int[,] _rows = new int[MaximumGroups + 1, MaximumGroups + 1];
    private readonly double[] _above = new double[MaximumGroups * MaximumGroups];
    private readonly double[] _below = new double[MaximumGroups * MaximumGroups];
    private readonly double[] _g = new double[4];
    private readonly double[] _h = new double[4];
    private readonly double[] _v = new double[4];
    // Of the best cuts, by quadrant: low-low, low-high, high-low, high-high.
    private readonly double[] _values = new double[4];
    private int _cutFirst;
    private int _cutSecond;

    /// <summary>Finds the best cuts of a two-way histogram. Returns the gain, 0 when there is none.</summary>
    public double Find(double[] gradient, double[] curvature, int[] rows, int first, int second)
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

                double gain = Gain();
                if (gain > best)
                {
                    best = gain;
                    _cutFirst = i;
                    _cutSecond = j;
                    _v.CopyTo(_values, 0);
                }
            }
        }

        return best;
    }

    /// <summary>
    /// The effect after the step that was found, at the learning rate. Where it goes against a direction it is moved half way between the nearest monotone effect
    /// above it and the nearest below.
    /// </summary>
    public void Take(double[,] before, double[,] after, sbyte firstDirection, sbyte secondDirection)
    {
        int first = before.GetLength(0), second = before.GetLength(1);
        for (int i = 0; i < first; i++)
        {
            for (int j = 0; j < second; j++)
            {
                int at = (i * MaximumGroups) + j;
                _above[at] = before[i, j] + (options.LearningRate * _values[(i < _cutFirst ? 0 : 2) + (j < _cutSecond ? 0 : 1)]);
                _below[at] = _above[at];
            }
        }

        Bound(firstDirection, first, MaximumGroups, second, 1);
        Bound(secondDirection, second, 1, first, MaximumGroups);
        for (int i = 0; i < first; i++)
        {
            for (int j = 0; j < second; j++)
            {
                int at = (i * MaximumGroups) + j;
                after[i, j] = (_above[at] + _below[at]) / 2;
            }
        }
    }

    // The least monotone values above and the greatest below, along one of the two features.
    private void Bound(sbyte direction, int length, int stride, int lines, int lineStride)
    {
        int start = direction > 0 ? 0 : (length - 1) * stride, end = ((length - 1) * stride) - start, forward = direction * stride;
        for (int line = 0; direction != 0 && line < lines; line++)
        {
            int up = start + (line * lineStride), down = end + (line * lineStride);
            for (int step = 1; step < length; step++)
            {
                up += forward;
                down -= forward;
                _above[up] = Math.Max(_above[up], _above[up - forward]);
                _below[down] = Math.Min(_below[down], _below[down + forward]);
            }
        }
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

    private double Gain()
    {
        double gain = 0;
        for (int q = 0; q < 4; q++)
        {
            _v[q] = -_g[q] / (_h[q] + options.Ridge);
            gain -= 0.5 * _g[q] * _v[q];
        }

        return gain;
    }
}
