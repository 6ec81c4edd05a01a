using System.Globalization;
using FinanceChain.CreditTraining.Binning;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Scorecards;

namespace FinanceChain.Tests.CreditTraining;

/// <summary>Conformance with the reference scorecard of the German credit data, given its bins.</summary>
public sealed class WeightOfEvidenceTests
{
    private const double Tolerance = 1e-6;

    [Test]
    public void Of_ReferenceBins_WoeAndInformationEqual()
    {
        var bins = CsvTable.Parse(SharedData.Read("german/reference/woebin_tree.csv"));
        foreach (IGrouping<string, string[]> variable in Rows(bins).GroupBy(row => row[0]))
        {
            BinCount[] counts = [.. variable.Select(row => new BinCount(Value(bins, row, "good"), Value(bins, row, "bad")))];
            double[] woe = WeightOfEvidence.Of(counts), information = WeightOfEvidence.InformationOf(counts);
            Assert.Multiple(() =>
            {
                Assert.That(woe, Is.EqualTo(variable.Select(row => Value(bins, row, "woe"))).Within(Tolerance), variable.Key);
                Assert.That(information, Is.EqualTo(variable.Select(row => Value(bins, row, "bin_iv"))).Within(Tolerance), variable.Key);
                Assert.That(information.Sum(), Is.EqualTo(Value(bins, variable.First(), "total_iv")).Within(Tolerance), variable.Key);
            });
        }
    }

    [Test]
    public void InformationOf_RawValues_EqualsTheReference()
    {
        var data = CsvTable.Parse(SharedData.Read("german/germancredit.csv"));
        var reference = CsvTable.Parse(SharedData.Read("german/reference/iv.csv"));
        foreach (string[] row in reference.Rows)
        {
            int column = data.Column(row[0])!.Value, label = data.Column("creditability")!.Value;
            BinCount[] counts = [.. data.Rows.GroupBy(item => item[column]).Select(group => new BinCount(group.Count(item => item[label] == "good"), group.Count(item => item[label] == "bad")))];
            Assert.That(WeightOfEvidence.InformationOf(counts).Sum(), Is.EqualTo(double.Parse(row[1], CultureInfo.InvariantCulture)).Within(Tolerance), row[0]);
        }
    }

    [Test]
    public void PointsScale_ReferenceCoefficients_PointsEqual()
    {
        var bins = CsvTable.Parse(SharedData.Read("german/reference/woebin_tree.csv"));
        var card = CsvTable.Parse(SharedData.Read("german/reference/card_tree.csv"));
        var coefficients = CsvTable.Parse(SharedData.Read("german/reference/coef_tree.csv")).Rows.ToDictionary(row => row[0], row => double.Parse(row[1], CultureInfo.InvariantCulture));
        var scale = new PointsScale(600, 1.0 / 19, 50);
        Dictionary<string, double> woe = Rows(bins).ToDictionary(row => row[0] + row[1], row => Value(bins, row, "woe"));

        Assert.Multiple(() =>
        {
            Assert.That(scale.BasePoints(coefficients["const"]), Is.EqualTo(Value(card, card.Rows[0], "points")).Within(Tolerance));
            foreach (string[] row in card.Rows.Skip(1))
            {
                Assert.That(scale.BinPoints(coefficients[row[0] + "_woe"], woe[row[0] + row[1]]), Is.EqualTo(Value(card, row, "points")).Within(Tolerance), $"{row[0]} {row[1]}");
            }
        });
    }

    [Test]
    public void LogisticRegression_ReferenceWoe_CoefficientsNear()
    {
        var data = CsvTable.Parse(SharedData.Read("german/germancredit.csv"));
        var bins = CsvTable.Parse(SharedData.Read("german/reference/woebin_tree.csv"));
        var reference = CsvTable.Parse(SharedData.Read("german/reference/coef_tree.csv"));
        string[] names = [.. reference.Rows.Skip(1).Select(row => row[0][..^4])];
        ILookup<string, string[]> byName = Rows(bins).ToLookup(row => row[0]);
        double[][] columns = [.. names.Select(name => data.Rows.Select(row => WoeOf(bins, byName[name], row[data.Column(name)!.Value])).ToArray())];
        double[] labels = [.. data.Rows.Select(row => row[data.Column("creditability")!.Value] == "bad" ? 1.0 : 0)];

        double[] beta = LogisticRegression.Fit(columns, labels, 0);

        // The reference's solver stopped a step early (its figures are those of L-BFGS at a tolerance of 1e-4): ours is nearer to the maximum, and within 2e-4 of it.
        double[] theirs = [.. reference.Rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))];
        Assert.Multiple(() =>
        {
            Assert.That(beta, Is.EqualTo(theirs).Within(2e-4));
            Assert.That(Gradient(columns, labels, beta).Max(Math.Abs), Is.LessThan(1e-6), "the slope at our solution");
            Assert.That(Gradient(columns, labels, theirs).Max(Math.Abs), Is.GreaterThan(1e-3), "and at theirs");
        });
    }

    private static double[] Gradient(double[][] columns, double[] labels, double[] beta)
    {
        double[] residual = [.. labels.Select((label, row) => label - (1 / (1 + Math.Exp(-(beta[0] + columns.Select((column, i) => beta[i + 1] * column[row]).Sum())))))];
        return [residual.Sum(), .. columns.Select(column => column.Zip(residual, (x, r) => x * r).Sum())];
    }

    private static double WoeOf(CsvTable bins, IEnumerable<string[]> rows, string value)
    {
        string[] found = rows.First(row => row[1].StartsWith('[') && double.TryParse(value, CultureInfo.InvariantCulture, out double number)
            ? number < Bound(row[1].Split(',')[1].TrimEnd(')')) && number >= Bound(row[1].Split(',')[0].TrimStart('['))
            : row[1].Split("%,%").Contains(value));
        return Value(bins, found, "woe");
    }

    private static double Bound(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static IEnumerable<string[]> Rows(CsvTable table) => table.Rows;

    private static double Value(CsvTable table, string[] row, string column) => double.Parse(row[table.Column(column)!.Value], CultureInfo.InvariantCulture);
}
