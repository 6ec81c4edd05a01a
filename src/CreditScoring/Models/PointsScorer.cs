using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FinanceChain.CreditScoring.Models;

/// <summary>
/// Scores rows with a proved model: table look-ups and integer sums, no allocation, no rounding. Thread-safe.
/// A row holds one number a feature: the value, NaN where it is missing, the index of the level where the feature is categorical.
/// </summary>
public sealed class PointsScorer
{
    // Edges and points of all features, one after the other: they fit into the nearest cache and are found without a detour.
    private readonly double[] _edges;
    private readonly int[] _points;
    private readonly CompiledFeature[] _features;
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
        double[][] edges = [.. model.Features.Select(feature => Padded(feature.Edges))];
        _edges = [.. edges.SelectMany(padded => padded)];
        _points = [.. model.Features.SelectMany(feature => feature.Points)];
        _features =
        [
            .. model.Features.Select((feature, i) => new CompiledFeature(
                feature.Kind == FeatureKind.Numeric && feature.Specials.Count == 0,
                edges.Take(i).Sum(padded => padded.Length),
                edges.Take(i + 1).Sum(padded => padded.Length),
                model.Features.Take(i).Sum(earlier => earlier.Points.Count),
                feature.MissingBin,
                feature.NeutralPoints)),
        ];
        _pairs = [.. model.Pairs.Select(pair => new CompiledPair(pair))];
        _best = [.. model.Pd.Best];
        _conservative = [.. model.Pd.Conservative];
        _gradeOf = [.. model.Pd.Conservative.Select(pd => (byte)MasterScale.IndexOf(model.Grades, pd))];
    }

    public PointsModel Model { get; }

    /// <summary>Scores one row.</summary>
    public CreditScore Evaluate(ReadOnlySpan<double> row)
    {
        Span<int> bins = stackalloc int[_features.Length];
        return Evaluate(row, bins);
    }

    /// <summary>Scores one row and leaves the bin of each feature in <paramref name="bins"/>.</summary>
    public CreditScore Evaluate(ReadOnlySpan<double> row, Span<int> bins)
    {
        if (row.Length != _features.Length || bins.Length < _features.Length)
        {
            throw new ArgumentException($"A row of {row.Length} values for a model of {_features.Length} features.", nameof(row));
        }

        int score = Model.BasePoints;
        var losses = default(TopLosses);
        int threshold = 0;
        for (int feature = 0; feature < row.Length; feature++)
        {
            ref readonly CompiledFeature compiled = ref _features[feature];
            int bin = compiled.Plain ? BinOf(compiled, row[feature]) : Model.Features[feature].BinOf(row[feature]);
            bins[feature] = bin;
            int points = _points[compiled.FirstPoints + bin];
            score += points;
            int loss = compiled.Neutral - points;
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

    // The bin is the number of edges not above the value. Counting them all four at a time beats a search, whose branches nobody can predict.
    private int BinOf(in CompiledFeature feature, double value)
    {
        // Padding makes every feature's share of the edges a whole number of vectors, so no load leaves the array.
        ref double edges = ref MemoryMarshal.GetArrayDataReference(_edges);
        var wanted = Vector256.Create(value);
        Vector256<long> count = Vector256<long>.Zero;
        for (int i = feature.FirstEdge; i < feature.EndOfEdges; i += Vector256<double>.Count)
        {
            count -= Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref edges, (nuint)i), wanted).AsInt64();
        }

        return double.IsNaN(value) ? feature.Missing : (int)Vector256.Sum(count);
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

    private readonly record struct CompiledFeature(bool Plain, int FirstEdge, int EndOfEdges, int FirstPoints, int Missing, int Neutral);

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
