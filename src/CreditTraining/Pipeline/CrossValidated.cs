using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>A model chosen by cross-validation, fitted on all rows, with its out-of-fold margins and the calibrator learnt from them.</summary>
public sealed record CrossValidated<TModel>(TModel Model, string Choice, double[] OutOfFold, Calibrator Calibrator)
    where TModel : IFittedModel;

/// <summary>Chooses settings inside the training data: every margin that is judged comes from a model that has not seen its row.</summary>
internal static class Selection
{
    public const int InnerFolds = 5;

    /// <summary>Champion and scorecard for a data set.</summary>
    public static (CrossValidated<Champion> Champion, CrossValidated<Scorecards.WoeScorecard> Scorecard) Choose(DataSet data, ulong seed)
    {
        int[] folds = Folds.Of(data, InnerFolds, seed);
        (DataSet Train, DataSet Test, int[] Rows)[] splits =
        [
            .. Enumerable.Range(0, InnerFolds).Select(fold =>
            {
                (int[] train, int[] test) = Folds.Split(folds, fold);
                return (data.Pick(train), data.Pick(test), test);
            }),
        ];
        IReadOnlyList<ChampionOptions> candidates = ChampionOptions.Candidates;
        var fitted = new Champion[candidates.Count * InnerFolds];
        Parallel.For(0, fitted.Length, task =>
            fitted[task] = Champion.Fit(splits[task % InnerFolds].Train, candidates[task / InnerFolds], seed + (ulong)task));
        double[][] margins = [.. candidates.Select((_, c) => Gather(data.Rows, splits, fold => fitted[(c * InnerFolds) + fold]))];
        int best = Best(margins, data.Labels);
        Champion champion = Champion.Fit(data, candidates[best], seed);

        IReadOnlyList<double> ridges = Scorecards.WoeScorecard.Ridges;
        var cards = new Scorecards.WoeScorecard[ridges.Count * InnerFolds];
        Parallel.For(0, cards.Length, task => cards[task] = Scorecards.WoeScorecard.Fit(
            splits[task % InnerFolds].Train, fitted[(best * InnerFolds) + (task % InnerFolds)].Directions, ridges[task / InnerFolds]));
        double[][] cardMargins = [.. ridges.Select((_, r) => Gather(data.Rows, splits, fold => cards[(r * InnerFolds) + fold]))];
        int bestRidge = Best(cardMargins, data.Labels);
        var card = Scorecards.WoeScorecard.Fit(data, champion.Directions, ridges[bestRidge]);
        return (
            new CrossValidated<Champion>(champion, candidates[best].Name, margins[best], Calibrator.Fit(margins[best], data.Labels)),
            new CrossValidated<Scorecards.WoeScorecard>(card, $"ridge {ridges[bestRidge]}", cardMargins[bestRidge], Calibrator.Fit(cardMargins[bestRidge], data.Labels)));
    }

    // The least log-loss after calibration; a tie goes to the plainer one.
    private static int Best(double[][] margins, double[] labels)
    {
        double[] losses = [.. margins.Select(m => Metrics.LogLoss([.. m.Select(Calibrator.Fit(m, labels).Pd)], labels))];
        return Array.IndexOf(losses, losses.Min());
    }

    private static double[] Gather(int rows, (DataSet Train, DataSet Test, int[] Rows)[] splits, Func<int, IFittedModel> model)
    {
        double[] margins = new double[rows];
        for (int fold = 0; fold < splits.Length; fold++)
        {
            double[] test = model(fold).Margins(splits[fold].Test);
            for (int i = 0; i < test.Length; i++)
            {
                margins[splits[fold].Rows[i]] = test[i];
            }
        }

        return margins;
    }
}
