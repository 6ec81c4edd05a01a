using System.Globalization;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Scorecards;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>A model chosen by cross-validation, fitted on all rows, with its out-of-fold margins and the calibrator learnt from them.</summary>
public sealed record CrossValidated<TModel>(TModel Model, string Choice, double[] OutOfFold, Calibrator Calibrator)
    where TModel : IFittedModel;

/// <summary>
/// Chooses settings inside the training data: every margin that is judged comes from a model that has not seen its row. Few rows are split several times over, because
/// one split of a small file chooses by chance. Margins are arrays over splits × rows, one split after the other.
/// </summary>
internal sealed class Selection
{
    private sealed record Tried(ChampionOptions Options, BoostedModel[] Models, double[] Margins, double Loss);

    private sealed record WeighedForm(int Form, double Weight, Calibrator Line);

    private const int InnerFolds = 5;
    private const double LeastWeight = 0.01;
    // In log-likelihood: e to one. At twenty to one, folds of few rows kept directions that the rows outside them refuted.
    private const double Likelier = 1;

    private readonly DataSet _data;
    private readonly ulong _seed;
    private readonly (DataSet Train, DataSet Test, int[] Rows)[] _splits;
    private readonly int _repeats;
    private readonly double[] _labels;

    private Selection(DataSet data, ulong seed)
    {
        _data = data;
        _seed = seed;
        _repeats = data.Rows < 500 ? 6 : data.Rows < 2_500 ? 2 : 1;
        _splits = [.. Enumerable.Range(0, _repeats).SelectMany(repeat => Splits(data, seed + (1_000UL * (ulong)repeat)))];
        _labels = [.. Enumerable.Range(0, _repeats).SelectMany(_ => data.Labels)];
    }

    /// <summary>Champion and scorecard for a data set.</summary>
    public static (CrossValidated<Champion> Champion, CrossValidated<BinnedScorecard> Scorecard) Choose(DataSet data, ulong seed) => new Selection(data, seed).Choose();

    private static IEnumerable<(DataSet, DataSet, int[])> Splits(DataSet data, ulong seed)
    {
        int[] folds = Folds.Of(data, InnerFolds, seed);
        for (int fold = 0; fold < InnerFolds; fold++)
        {
            (int[] train, int[] test) = Folds.Split(folds, fold);
            yield return (data.Pick(train), data.Pick(test), test);
        }
    }

    private (CrossValidated<Champion> Champion, CrossValidated<BinnedScorecard> Scorecard) Choose()
    {
        Tried boosted = Boosted();

        IReadOnlyList<CardOptions> forms = CardOptions.Candidates;
        BinnedScorecard[][] cards = Fitted(forms.Count, (r, split) => BinnedScorecard.Fit(_splits[split].Train, boosted.Models[split].Directions, forms[r]));
        (double[] cardMargins, WeighedForm[] weighed) = Weighed([.. cards.Select(Gather)]);

        Calibrator boostedLine = Calibrator.Platt(boosted.Margins, _labels), cardLine = Calibrator.Platt(cardMargins, _labels);
        var blend = Blend.Of(Share(boosted.Margins, cardMargins, boostedLine, cardLine), boostedLine, cardLine);
        double[] blended = Blended(blend, boosted.Margins, cardMargins);

        BoostedModel whole = BoostedModel.Fit(_data, boosted.Options, _seed);
        var card = BinnedScorecard.Mean([.. weighed.Select(part => (BinnedScorecard.Fit(_data, whole.Directions, forms[part.Form]), part.Weight, part.Line))]);
        string choice = string.Create(CultureInfo.InvariantCulture, $"{boosted.Options.Name}; {100 * blend.Share:F0} % boosted, the rest scorecard");
        string cardChoice = string.Join("; ", weighed.Select(part => string.Create(CultureInfo.InvariantCulture, $"{100 * part.Weight:F0} % {forms[part.Form]}")));
        return (
            Crossed(new Champion(whole, card, blend), choice, blended),
            Crossed(card, cardChoice, cardMargins));
    }

    // The least log-loss after calibration; a tie goes to the plainer one. A direction is a promise, so something must speak for giving it up.
    private Tried Boosted()
    {
        Tried best = Try(ChampionOptions.For(_data.Rows)).MinBy(one => one.Loss)!;
        bool found = _data.Columns.Any(column => column.Spec.Direction is null && column.Kind == FeatureKind.Numeric);
        Tried? freer = found ? Try([.. best.Options.FreerFor(_data.Columns.Count)]).MinBy(one => one.Loss) : null;
        return freer is not null && GivesUp(_data.Rows, best.Loss, freer.Loss) ? freer : best;
    }

    /// <summary>Whether directions found by <c>auto</c> are given up, by log-losses of rows that were not seen, with them and without.</summary>
    internal static bool GivesUp(int rows, double with, double without) => rows * (with - without) > Likelier;

    private Tried[] Try(IReadOnlyList<ChampionOptions> candidates)
    {
        BoostedModel[][] models = Fitted(candidates.Count, (c, split) => BoostedModel.Fit(_splits[split].Train, candidates[c], _seed + (ulong)((c * _splits.Length) + split)));
        return [.. candidates.Zip(models, (options, fitted) => (Options: options, Models: fitted, Margins: Gather(fitted))).Select(one => new Tried(one.Options, one.Models, one.Margins, Loss(one.Margins)))];
    }

    // The mean of the cards instead of the best: thousands of rows decide for one form, a few dozen would pick it by chance.
    private (double[] Margins, WeighedForm[] Forms) Weighed(double[][] margins)
    {
        Calibrator[] lines = [.. margins.Select(one => Calibrator.Platt(one, _labels))];
        double[] weights = ByLikelihood([.. margins.Select(Loss)], [.. margins.Select(_ => 1.0)]);
        double kept = weights.Where(weight => weight >= LeastWeight).Sum();
        WeighedForm[] forms = [.. weights.Select((weight, form) => new WeighedForm(form, weight / kept, lines[form])).Where(form => weights[form.Form] >= LeastWeight)];
        return ([.. Enumerable.Range(0, _labels.Length).Select(i => forms.Sum(form => form.Weight * form.Line.Line(margins[form.Form][i])))], forms);
    }

    private CrossValidated<TModel> Crossed<TModel>(TModel model, string choice, double[] margins)
        where TModel : IFittedModel => new(model, choice, margins[.._data.Rows], Calibrator.Fit(margins, _labels));

    private TModel[][] Fitted<TModel>(int candidates, Func<int, int, TModel> fit)
    {
        TModel[][] fitted = [.. Enumerable.Range(0, candidates).Select(_ => new TModel[_splits.Length])];
        Parallel.For(0, candidates * _splits.Length, task => fitted[task / _splits.Length][task % _splits.Length] = fit(task / _splits.Length, task % _splits.Length));
        return fitted;
    }

    private double Loss(double[] margins) => Metrics.LogLoss([.. margins.Select(Calibrator.Fit(margins, _labels).Pd)], _labels);

    // Many rows decide for one share; few leave it to the prior, for which each share of the richer model is half as likely as the one before.
    private double Share(double[] boosted, double[] card, Calibrator boostedLine, Calibrator cardLine)
    {
        double[] losses = [.. Blend.Shares.Select(share => Loss(Blended(Blend.Of(share, boostedLine, cardLine), boosted, card)))];
        double[] weights = ByLikelihood(losses, [.. Blend.Shares.Select((_, place) => 1.0 / (1 << place))]);
        return Blend.Shares.Zip(weights, (share, weight) => share * weight).Sum();
    }

    // Each candidate counts by how likely it makes the rows that its models had not seen. Repeated splits hold the same rows again, so they add nothing to the likelihood.
    private double[] ByLikelihood(double[] losses, double[] prior)
    {
        double[] weights = [.. losses.Zip(prior, (loss, before) => before * PortableMath.Exp(_data.Rows * (losses.Min() - loss)))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double[] Blended(Blend blend, double[] boosted, double[] card) => [.. boosted.Zip(card, blend.Margin)];

    private double[] Gather<TModel>(TModel[] models)
        where TModel : IFittedModel
    {
        double[] margins = new double[_repeats * _data.Rows];
        for (int split = 0; split < _splits.Length; split++)
        {
            double[] test = models[split].Margins(_splits[split].Test);
            for (int i = 0; i < test.Length; i++)
            {
                margins[(split / InnerFolds * _data.Rows) + _splits[split].Rows[i]] = test[i];
            }
        }

        return margins;
    }
}
