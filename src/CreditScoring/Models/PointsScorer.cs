using System.Runtime.Intrinsics;

namespace FinanceChain.CreditScoring.Models;

/// <summary>
/// Scores rows with a proved model: table look-ups and integer sums, no allocation, no rounding. Thread-safe.
/// A row holds one number a feature: the value, NaN where it is missing, the index of the level where the feature is categorical.
/// </summary>
public sealed class PointsScorer
{
    private readonly int[][] _points;
    private readonly double[][] _edges;
    private readonly bool[] _plain;
    private readonly int[] _neutral;
    private readonly CompiledPair[] _pairs;
    private readonly byte[] _gradeOf;
    private readonly int[] _best;
    private readonly int[] _conservative;

    /// <exception cref="ArgumentException">The model breaks its own promises; the message names the first term.</exception>
    public PointsScorer(PointsModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (ModelProof.FailuresOf(model) is [var failure, ..])
        {
            throw new ArgumentException($"The model '{model.Name}' cannot be used: {failure.Term}: {failure.What}.", nameof(model));
        }

        Model = model;
        _points = [.. model.Features.Select(feature => feature.Points.ToArray())];
        _edges = [.. model.Features.Select(feature => Padded(feature.Edges))];
        _plain = [.. model.Features.Select(feature => feature.Kind == FeatureKind.Numeric && feature.Specials.Count == 0)];
        _neutral = [.. model.Features.Select(feature => feature.NeutralPoints)];
        _pairs = [.. model.Pairs.Select(pair => new CompiledPair(pair))];
        _best = [.. model.Pd.Best];
        _conservative = [.. model.Pd.Conservative];
        _gradeOf = [.. model.Pd.Conservative.Select(pd => (byte)MasterScale.IndexOf(model.Grades, pd))];
    }

    public PointsModel Model { get; }

    /// <summary>Scores one row.</summary>
    public CreditScore Evaluate(ReadOnlySpan<double> row)
    {
        Span<int> bins = stackalloc int[_points.Length];
        return Evaluate(row, bins);
    }

    /// <summary>Scores one row and leaves the bin of each feature in <paramref name="bins"/>.</summary>
    public CreditScore Evaluate(ReadOnlySpan<double> row, Span<int> bins)
    {
        if (row.Length != _points.Length || bins.Length < _points.Length)
        {
            throw new ArgumentException($"A row of {row.Length} values for a model of {_points.Length} features.", nameof(row));
        }

        int score = Model.BasePoints;
        var losses = default(TopLosses);
        int threshold = 0;
        for (int feature = 0; feature < row.Length; feature++)
        {
            int bin = BinOf(feature, row[feature]);
            bins[feature] = bin;
            int points = _points[feature][bin];
            score += points;
            int loss = _neutral[feature] - points;
            if (loss > threshold)
            {
                threshold = Insert(ref losses, feature, loss);
            }
        }

        for (int i = 0; i < _pairs.Length; i++)
        {
            ref readonly CompiledPair pair = ref _pairs[i];
            int points = pair.At(bins[pair.First], bins[pair.Second]);
            score += points;
            int loss = pair.Neutral - points;
            if (loss > threshold)
            {
                threshold = Insert(ref losses, row.Length + i, loss);
            }
        }

        int entry = Math.Clamp(score - Model.Pd.FirstScore, 0, _best.Length - 1);
        return new CreditScore(score, _best[entry], _conservative[entry], _gradeOf[entry], losses);
    }

    private int BinOf(int feature, double value)
    {
        if (!_plain[feature])
        {
            return Model.Features[feature].BinOf(value);
        }

        if (double.IsNaN(value))
        {
            return _points[feature].Length - 1;
        }

        // The bin is the number of edges not above the value. Counting them all four at a time beats a search, whose branches nobody can predict.
        ReadOnlySpan<double> edges = _edges[feature];
        var wanted = Vector256.Create(value);
        Vector256<long> count = Vector256<long>.Zero;
        for (int i = 0; i < edges.Length; i += Vector256<double>.Count)
        {
            count -= Vector256.LessThanOrEqual(Vector256.Create(edges.Slice(i, Vector256<double>.Count)), wanted).AsInt64();
        }

        return (int)Vector256.Sum(count);
    }

    // Keeps the list sorted; an equal loss stays behind the earlier term. Returns the loss that a newcomer must exceed.
    private static int Insert(ref TopLosses losses, int term, int loss)
    {
        int place = TopLosses.Count - 1;
        while (place > 0 && losses[place - 1].Loss < loss)
        {
            losses[place] = losses[place - 1];
            place--;
        }

        losses[place] = new TermLoss(term, loss);
        return losses[TopLosses.Count - 1].Loss;
    }

    // Filled up to whole vectors with edges that no value reaches.
    private static double[] Padded(IReadOnlyList<double> edges)
    {
        int lanes = Vector256<double>.Count;
        double[] padded = new double[(edges.Count + lanes - 1) / lanes * lanes];
        Array.Fill(padded, double.PositiveInfinity);
        for (int i = 0; i < edges.Count; i++)
        {
            padded[i] = edges[i];
        }

        return padded;
    }

    private readonly struct CompiledPair(PairTable pair)
    {
        private readonly sbyte[] _firstGroups = [.. pair.FirstGroups.Select(group => (sbyte)group)];
        private readonly sbyte[] _secondGroups = [.. pair.SecondGroups.Select(group => (sbyte)group)];
        private readonly int[] _points = [.. pair.Points];
        private readonly int _columns = pair.Columns;
        private readonly int _unknown = pair.UnknownPoints;

        public int First { get; } = pair.First;

        public int Second { get; } = pair.Second;

        public int Neutral { get; } = pair.NeutralPoints;

        public int At(int firstBin, int secondBin)
        {
            int row = _firstGroups[firstBin], column = _secondGroups[secondBin];
            return (row | column) < 0 ? _unknown : _points[(row * _columns) + column];
        }
    }
}
