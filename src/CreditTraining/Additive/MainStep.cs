namespace FinanceChain.CreditTraining.Additive;

/// <summary>
/// One boosting step on one feature: up to four leaves over its ordered bins, values that keep the feature's direction, and a leaf of its own for each
/// special bin and for missing.
/// </summary>
internal sealed class MainStep(BoostingOptions options)
{
    private const int MaximumLeaves = 4;

    private readonly double[] _leafValue = new double[MaximumLeaves];
    private readonly double[] _leafWeight = new double[MaximumLeaves];
    private readonly int[] _leafEnd = new int[MaximumLeaves];
    private double[] _gradientBefore = new double[257];
    private double[] _curvatureBefore = new double[257];
    private int[] _rowsBefore = new int[257];

    /// <summary>Finds the step. <paramref name="values"/> gets the change of each bin, before the learning rate. Returns the gain, 0 when there is none.</summary>
    public double Find(double[] gradient, double[] curvature, int[] rows, int regular, int total, sbyte direction, double[] values)
    {
        Accumulate(gradient, curvature, rows, regular);
        int leaves = Split(regular);
        for (int leaf = 0, from = 0; leaf < leaves; from = _leafEnd[leaf++])
        {
            double g = _gradientBefore[_leafEnd[leaf]] - _gradientBefore[from];
            double h = _curvatureBefore[_leafEnd[leaf]] - _curvatureBefore[from] + options.Ridge;
            _leafValue[leaf] = -g / h;
            _leafWeight[leaf] = h;
        }

        Pool(leaves, direction);
        double gain = 0;
        int bin = 0;
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            int from = bin;
            double v = _leafValue[leaf];
            for (; bin < _leafEnd[leaf]; bin++)
            {
                values[bin] = v;
            }

            double g = _gradientBefore[bin] - _gradientBefore[from], h = _curvatureBefore[bin] - _curvatureBefore[from] + options.Ridge;
            gain -= (g * v) + (0.5 * h * v * v);
        }

        for (; bin < total; bin++)
        {
            double v = rows[bin] >= options.MinimumLeafRows ? -gradient[bin] / (curvature[bin] + options.Ridge) : 0;
            values[bin] = v;
            gain -= (gradient[bin] * v) + (0.5 * (curvature[bin] + options.Ridge) * v * v);
        }

        return gain;
    }

    private void Accumulate(double[] gradient, double[] curvature, int[] rows, int regular)
    {
        for (int bin = 0; bin < regular; bin++)
        {
            _gradientBefore[bin + 1] = _gradientBefore[bin] + gradient[bin];
            _curvatureBefore[bin + 1] = _curvatureBefore[bin] + curvature[bin];
            _rowsBefore[bin + 1] = _rowsBefore[bin] + rows[bin];
        }
    }

    // Greedy: the best cut of all, then the best cut within each half.
    private int Split(int regular)
    {
        int middle = BestCut(0, regular);
        if (middle < 0)
        {
            _leafEnd[0] = regular;
            return 1;
        }

        int leaves = 0;
        int left = BestCut(0, middle), right = BestCut(middle, regular);
        if (left > 0)
        {
            _leafEnd[leaves++] = left;
        }

        _leafEnd[leaves++] = middle;
        if (right > 0)
        {
            _leafEnd[leaves++] = right;
        }

        _leafEnd[leaves++] = regular;
        return leaves;
    }

    private int BestCut(int from, int to)
    {
        double g = _gradientBefore[to] - _gradientBefore[from], h = _curvatureBefore[to] - _curvatureBefore[from];
        double best = (g * g / (h + options.Ridge)) + 1e-9;
        int cut = -1;
        for (int at = from + 1; at < to; at++)
        {
            if (_rowsBefore[at] - _rowsBefore[from] < options.MinimumLeafRows)
            {
                continue;
            }

            if (_rowsBefore[to] - _rowsBefore[at] < options.MinimumLeafRows)
            {
                break;
            }

            double gl = _gradientBefore[at] - _gradientBefore[from], hl = _curvatureBefore[at] - _curvatureBefore[from];
            double score = (gl * gl / (hl + options.Ridge)) + ((g - gl) * (g - gl) / (h - hl + options.Ridge));
            if (score > best)
            {
                best = score;
                cut = at;
            }
        }

        return cut;
    }

    // Pools neighbouring leaves that go against the direction into their weighted mean, until none does.
    private void Pool(int leaves, sbyte direction)
    {
        if (direction == 0)
        {
            return;
        }

        for (int pass = 0; pass < leaves; pass++)
        {
            for (int leaf = 1; leaf < leaves; leaf++)
            {
                if ((_leafValue[leaf] - _leafValue[leaf - 1]) * direction < 0)
                {
                    int from = leaf - 1;
                    while (from > 0 && _leafValue[from - 1] == _leafValue[from])
                    {
                        from--;
                    }

                    double weight = 0, sum = 0;
                    for (int i = from; i <= leaf; i++)
                    {
                        weight += _leafWeight[i];
                        sum += _leafWeight[i] * _leafValue[i];
                    }

                    for (int i = from; i <= leaf; i++)
                    {
                        _leafValue[i] = sum / weight;
                    }
                }
            }
        }
    }
}
