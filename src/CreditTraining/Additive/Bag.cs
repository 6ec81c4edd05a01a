using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Additive;

/// <summary>One bag: boosts main effects and pairs on its own sample of rows. Not thread-safe; bags run side by side.</summary>
internal sealed class Bag
{
    private readonly BinnedTable _table;
    private readonly sbyte[] _directions;
    private readonly BoostingOptions _options;
    private readonly StableRandom _random;
    private readonly int[] _rows;
    private readonly double[] _margin;
    // Of the sample, in its order.
    private readonly double[] _gradient;
    private readonly double[] _curvature;
    private readonly double[][] _mains;
    private readonly double[][] _weights;
    private readonly PairEffect[] _pairs;
    private readonly MainStep _mainStep;
    private readonly PairStep _pairStep;
    private readonly double[] _g = new double[256];
    private readonly double[] _h = new double[256];
    private readonly int[] _n = new int[256];
    private double _intercept;

    public Bag(BinnedTable table, sbyte[] directions, PairEffect[] emptyPairs, BoostingOptions options, StableRandom random, int[] rows)
    {
        _table = table;
        _directions = directions;
        _options = options;
        _random = random;
        _rows = rows;
        _margin = new double[table.Rows];
        _gradient = new double[table.Rows];
        _curvature = new double[table.Rows];
        _mains = [.. table.Total.Select(count => new double[count])];
        _weights = [.. table.Total.Select(count => new double[count])];
        _pairs = [.. emptyPairs.Select(pair => pair with { Values = new double[pair.Values.GetLength(0), pair.Values.GetLength(1)] })];
        _mainStep = new MainStep(options);
        _pairStep = new PairStep(options);
        for (int feature = 0; feature < table.Features; feature++)
        {
            foreach (int row in rows)
            {
                _weights[feature][table.Codes[feature][row]]++;
            }
        }
    }

    public AdditiveEffects Fit()
    {
        double defaults = _rows.Sum(row => _table.Labels[row]);
        _intercept = PortableMath.Log((defaults + 0.5) / (_rows.Length - defaults + 0.5));
        Array.Fill(_margin, _intercept);
        int sample = Math.Max(2, (int)(_rows.Length * _options.RowShare));
        for (int round = 0; round < _options.Rounds; round++)
        {
            Draw(sample);
            if (_pairs.Length > 0 && _random.Fraction() < _options.PairShare)
            {
                StepPair(sample);
            }
            else
            {
                StepMain(sample);
            }
        }

        return new AdditiveEffects(_intercept, _mains, _pairs);
    }

    // The first rows of the array become the sample of this step.
    private void Draw(int sample)
    {
        for (int i = 0; i < sample; i++)
        {
            int j = i + _random.Below(_rows.Length - i);
            (_rows[i], _rows[j]) = (_rows[j], _rows[i]);
            int row = _rows[i];
            double p = PortableMath.Logistic(_margin[row]);
            _gradient[i] = p - _table.Labels[row];
            _curvature[i] = p * (1 - p);
        }
    }

    private void StepMain(int sample)
    {
        int candidates = Math.Max(1, (int)Math.Ceiling(_table.Features * _options.FeatureShare));
        double best = 0;
        int chosen = -1;
        double[] after = new double[256], trial = new double[256];
        for (int c = 0; c < candidates; c++)
        {
            int feature = _random.Below(_table.Features);
            Histogram(_table.Codes[feature], sample, _table.Total[feature]);
            _mainStep.Find(_g, _h, _n, _table.Regular[feature], _table.Total[feature], trial);
            Take(feature, trial);
            double gain = Gain(_mains[feature], trial);
            if (gain > best)
            {
                best = gain;
                chosen = feature;
                (after, trial) = (trial, after);
            }
        }

        if (chosen >= 0)
        {
            Apply(chosen, after);
        }
    }

    private void Histogram(byte[] codes, int sample, int total)
    {
        Array.Clear(_g, 0, total);
        Array.Clear(_h, 0, total);
        Array.Clear(_n, 0, total);
        int[] rows = _rows, n = _n;
        double[] g = _g, h = _h, gradient = _gradient, curvature = _curvature;
        for (int i = 0; i < sample; i++)
        {
            int bin = codes[rows[i]];
            g[bin] += gradient[i];
            h[bin] += curvature[i];
            n[bin]++;
        }
    }

    /// <summary>
    /// Turns a step into the effect after it. The effect as a whole is monotone, not every step of it: steps that could never be taken back would add up the noise
    /// of all samples.
    /// </summary>
    private void Take(int feature, double[] values)
    {
        double[] effect = _mains[feature], weights = _weights[feature];
        int regular = _table.Regular[feature], sign = _directions[feature];
        for (int bin = 0; bin < effect.Length; bin++)
        {
            values[bin] = effect[bin] + (_options.LearningRate * values[bin]);
        }

        if (sign != 0)
        {
            Isotonic.Fit(values[..regular], weights[..regular], sign).CopyTo(values, 0);
        }

        HoldUnknownAtNeutral(values, weights, regular, effect.Length);
    }

    // Missing and special values must never look safer than the average of the known ones, at any step, so that other features can make up for it.
    private static void HoldUnknownAtNeutral(double[] values, double[] weights, int regular, int total)
    {
        double sum = 0, weight = 0;
        for (int bin = 0; bin < regular; bin++)
        {
            sum += weights[bin] * values[bin];
            weight += weights[bin];
        }

        double neutral = weight > 0 ? sum / weight : 0;
        for (int bin = regular; bin < total; bin++)
        {
            values[bin] = Math.Max(values[bin], neutral);
        }
    }

    private double Gain(double[] before, double[] after)
    {
        double gain = 0;
        for (int bin = 0; bin < before.Length; bin++)
        {
            gain += GainOf(bin, after[bin] - before[bin]);
        }

        return gain;
    }

    private double GainOf(int cell, double change) => -(_g[cell] * change) - (0.5 * _h[cell] * change * change);

    private void Apply(int feature, double[] after)
    {
        double[] effect = _mains[feature];
        byte[] codes = _table.Codes[feature];
        for (int row = 0; row < _margin.Length; row++)
        {
            _margin[row] += after[codes[row]] - effect[codes[row]];
        }

        Array.Copy(after, effect, effect.Length);
    }

    private void StepPair(int sample)
    {
        int candidates = Math.Max(1, (int)Math.Ceiling(_pairs.Length * _options.FeatureShare));
        double best = 0;
        PairEffect? chosen = null;
        double[,] after = new double[PairStep.MaximumGroups, PairStep.MaximumGroups], trial = new double[PairStep.MaximumGroups, PairStep.MaximumGroups];
        for (int c = 0; c < candidates; c++)
        {
            PairEffect pair = _pairs[_random.Below(_pairs.Length)];
            Histogram(pair, sample);
            double found = _pairStep.Find(_g, _h, _n, pair.Values.GetLength(0), pair.Values.GetLength(1));
            _pairStep.Take(pair.Values, trial, _directions[pair.First], _directions[pair.Second]);
            double gain = found > 0 ? Gain(pair.Values, trial) : 0;
            if (gain > best)
            {
                best = gain;
                chosen = pair;
                (after, trial) = (trial, after);
            }
        }

        if (chosen is not null)
        {
            Apply(chosen, after);
        }
    }

    private double Gain(double[,] before, double[,] after)
    {
        double gain = 0;
        for (int i = 0; i < before.GetLength(0); i++)
        {
            for (int j = 0; j < before.GetLength(1); j++)
            {
                gain += GainOf((i * PairStep.MaximumGroups) + j, after[i, j] - before[i, j]);
            }
        }

        return gain;
    }

    private void Histogram(PairEffect pair, int sample)
    {
        Array.Clear(_g);
        Array.Clear(_h);
        Array.Clear(_n);
        byte[] firstCodes = _table.Codes[pair.First], secondCodes = _table.Codes[pair.Second];
        int[] rows = _rows, n = _n;
        double[] g = _g, h = _h, gradient = _gradient, curvature = _curvature;
        for (int i = 0; i < sample; i++)
        {
            int row = rows[i];
            int a = pair.FirstGroups[firstCodes[row]], b = pair.SecondGroups[secondCodes[row]];
            if ((a | b) >= 0)
            {
                int cell = (a * PairStep.MaximumGroups) + b;
                g[cell] += gradient[i];
                h[cell] += curvature[i];
                n[cell]++;
            }
        }
    }

    private void Apply(PairEffect pair, double[,] after)
    {
        byte[] firstCodes = _table.Codes[pair.First], secondCodes = _table.Codes[pair.Second];
        for (int row = 0; row < _margin.Length; row++)
        {
            int a = pair.FirstGroups[firstCodes[row]], b = pair.SecondGroups[secondCodes[row]];
            if ((a | b) >= 0)
            {
                _margin[row] += after[a, b] - pair.Values[a, b];
            }
        }

        for (int i = 0; i < pair.Values.GetLength(0); i++)
        {
            for (int j = 0; j < pair.Values.GetLength(1); j++)
            {
                pair.Values[i, j] = after[i, j];
            }
        }
    }
}
