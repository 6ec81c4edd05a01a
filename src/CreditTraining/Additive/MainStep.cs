namespace FinanceChain.CreditTraining.Additive;

/// <summary>One boosting step on one feature: up to four leaves over its ordered bins, and a leaf of its own for each special bin and for missing.</summary>
internal sealed class MainStep(BoostingOptions options)
{
    private const int MaximumLeaves = 4;

    private readonly int[] _leafEnd = new int[MaximumLeaves];
    private double[] _gradientBefore = new double[257];
    private double[] _curvatureBefore = new double[257];
    private int[] _rowsBefore = new int[257];

    /// <summary>Finds the step: <paramref name="values"/> gets the change of each bin, before the learning rate and before any direction is imposed.</summary>
    public void Find(double[] gradient, double[] curvature, int[] rows, int regular, int total, double[] values)
    {
        Accumulate(gradient, curvature, rows, regular);
        int leaves = Split(regular), bin = 0;
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            int from = bin, end = _leafEnd[leaf];
            double value = -(_gradientBefore[end] - _gradientBefore[from]) / (_curvatureBefore[end] - _curvatureBefore[from] + options.Ridge);
            for (; bin < end; bin++)
            {
                values[bin] = value;
            }
        }

        for (; bin < total; bin++)
        {
            values[bin] = rows[bin] >= options.MinimumLeafRows ? -gradient[bin] / (curvature[bin] + options.Ridge) : 0;
        }
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
}
