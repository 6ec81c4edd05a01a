using FinanceChain.FinanceGateway.Portal.Overviews;
using FinanceChain.FinanceGateway.Reports;
using FinanceChain.LedgerContract;

namespace FinanceChain.Portal.Tests;

[TestFixture]
internal sealed class MonthChartTests
{
    [Test]
    public void Of_NoMonths_IsNothing() => Assert.That(MonthChart.Of(Report()), Is.Null);

    [TestCase(1u, 1u)]
    [TestCase(7u, 8u)]
    [TestCase(999u, 1_000u)]
    [TestCase(1_001u, 1_500u)]
    [TestCase(2_600_000u, 3_000_000u)]
    [TestCase(4_000_000_000u, 4_000_000_000u)]
    public void Scale_ForTheHighestBar_EndsAtARoundNumberAboveIt(uint highest, uint top)
    {
        var chart = MonthChart.Of(Report(Row("2024-01", highest)))!;

        Assert.That(chart.Scale[^1], Is.EqualTo(new ScaleLine(new FenSum(top), MonthChart.PlotHeight)));
        Assert.That(chart.Scale, Has.Count.InRange(2, 6));
        Assert.That(chart.Columns[0].LentHeight, Is.InRange(1, MonthChart.PlotHeight));
    }

    [Test]
    public void Columns_BetweenFirstAndLast_AreEveryMonthWithItsBalance()
    {
        var chart = MonthChart.Of(Report(Row("2023-11", 500), Row("2024-02", 300)))!;

        Assert.That(chart.Columns.Select(column => column.Row.Key), Is.EqualTo(new[] { "2023-11", "2023-12", "2024-01", "2024-02" }));
        Assert.That(chart.Columns[1].Row.OutstandingFen, Is.EqualTo(new FenSum(500)));
        Assert.That(chart.Columns[1].LentHeight, Is.Zero);
    }

    [Test]
    public void Columns_OfManyYears_AreTheLatest()
    {
        var chart = MonthChart.Of(Report(Row("2000-01", 500), Row("2024-02", 300)))!;

        Assert.That(chart.Columns, Has.Count.EqualTo(MonthChart.MaxMonths));
        Assert.That(chart.Columns[^1].Row.Key, Is.EqualTo("2024-02"));
        Assert.That(chart.Columns[^1].Centre + chart.BarWidth, Is.LessThanOrEqualTo(MonthChart.PlotRight));
    }

    [Test]
    public void Column_OfOneFenBesideBillions_IsStillSeen()
    {
        var chart = MonthChart.Of(Report(Row("2024-01", 1), Row("2024-02", 4_000_000_000)))!;

        Assert.That(chart.Columns[0].LentHeight, Is.EqualTo(1));
    }

    private static LendingRow Row(string key, ulong fen) =>
        LendingRow.Quiet(key, new FenSum(fen)) with { Loans = 1, LentFen = new FenSum(fen) };

    private static Lending Report(params LendingRow[] rows) => new("month", 1, null, null, null, rows, FenSum.Zero, null, null);
}
