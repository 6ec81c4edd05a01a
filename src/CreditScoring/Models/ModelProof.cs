namespace FinanceChain.CreditScoring.Models;

/// <summary>One place where a model breaks its promise.</summary>
/// <param name="Term">The feature, or the pair as <c>first × second</c>.</param>
public sealed record ProofFailure(string Term, string What);

/// <summary>
/// Looks at every bin of every term. Because the score is a sum, a model whose every term keeps a direction keeps it for every input: this is a proof over all
/// inputs, not a sample. A model with failures is never scored with.
/// </summary>
public static class ModelProof
{
    public static IReadOnlyList<ProofFailure> FailuresOf(PointsModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var failures = new List<ProofFailure>();
        foreach (ModelFeature feature in model.Features)
        {
            Shape(feature, failures);
            for (int bin = 1; bin < feature.RegularBins; bin++)
            {
                if (Breaks(feature.Direction, feature.Points[bin - 1], feature.Points[bin]))
                {
                    failures.Add(new ProofFailure(feature.Name, $"bin {bin} goes against the direction: {feature.Points[bin - 1]} points, then {feature.Points[bin]}"));
                }
            }

            for (int bin = feature.RegularBins; bin < feature.Points.Count; bin++)
            {
                if (feature.Points[bin] > feature.NeutralPoints)
                {
                    failures.Add(new ProofFailure(feature.Name, $"an unknown value gets {feature.Points[bin]} points, above the neutral {feature.NeutralPoints}"));
                }
            }
        }

        foreach (PairTable pair in model.Pairs)
        {
            Check(model, pair, failures);
        }

        CheckPd(model.Pd, failures);
        return failures;
    }

    private static void Shape(ModelFeature feature, List<ProofFailure> failures)
    {
        for (int edge = 0; edge < feature.Edges.Count; edge++)
        {
            if (!double.IsFinite(feature.Edges[edge]) || (edge > 0 && feature.Edges[edge] <= feature.Edges[edge - 1]))
            {
                failures.Add(new ProofFailure(feature.Name, $"edge {edge} does not rise"));
            }
        }

        int regular = feature.Kind == FeatureKind.Numeric ? feature.Edges.Count + 1 : feature.LevelBins.DefaultIfEmpty(-1).Max() + 1;
        if (feature.RegularBins != regular || feature.Levels.Count != feature.LevelBins.Count || feature.LevelBins.Any(bin => bin < 0))
        {
            failures.Add(new ProofFailure(feature.Name, $"{feature.Points.Count} points do not fit {regular} bins, {feature.Specials.Count} special and one missing"));
        }
    }

    private static void Check(PointsModel model, PairTable pair, List<ProofFailure> failures)
    {
        ModelFeature first = model.Features[pair.First], second = model.Features[pair.Second];
        string name = $"{first.Name} × {second.Name}";
        if (pair.UnknownPoints > pair.NeutralPoints)
        {
            failures.Add(new ProofFailure(name, $"an unknown value gets {pair.UnknownPoints} points, above the neutral {pair.NeutralPoints}"));
        }

        if (!Groups(first, pair.FirstGroups, pair.Rows) || !Groups(second, pair.SecondGroups, pair.Columns))
        {
            failures.Add(new ProofFailure(name, "groups do not follow the order of the bins"));
            return;
        }

        for (int row = 0; row < pair.Rows; row++)
        {
            for (int column = 0; column < pair.Columns; column++)
            {
                int here = pair.Points[(row * pair.Columns) + column];
                if ((row > 0 && Breaks(first.Direction, pair.Points[((row - 1) * pair.Columns) + column], here))
                    || (column > 0 && Breaks(second.Direction, pair.Points[(row * pair.Columns) + column - 1], here)))
                {
                    failures.Add(new ProofFailure(name, $"cell {row},{column} goes against the direction"));
                }
            }
        }
    }

    // Known bins lie in rising groups; special and missing bins in none.
    private static bool Groups(ModelFeature feature, IReadOnlyList<int> groups, int count)
    {
        if (groups.Count != feature.Points.Count)
        {
            return false;
        }

        for (int bin = 0; bin < groups.Count; bin++)
        {
            bool known = bin < feature.RegularBins;
            if (known != groups[bin] >= 0 || groups[bin] >= count || (known && bin > 0 && groups[bin] < groups[bin - 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static void CheckPd(PdTable pd, List<ProofFailure> failures)
    {
        for (int i = 0; i < pd.Best.Count; i++)
        {
            if (pd.Best[i] is < 0 or > PdTable.One || pd.Conservative[i] < pd.Best[i] || pd.Conservative[i] > PdTable.One
                || (i > 0 && (pd.Best[i] > pd.Best[i - 1] || pd.Conservative[i] > pd.Conservative[i - 1])))
            {
                failures.Add(new ProofFailure("pd", $"entry {i} rises with the score, or lies below the best estimate"));
            }
        }
    }

    // Points are the negative of risk.
    private static bool Breaks(Direction direction, int before, int after) => direction switch
    {
        Direction.RiskRises => after > before,
        Direction.RiskFalls => after < before,
        _ => false,
    };
}
