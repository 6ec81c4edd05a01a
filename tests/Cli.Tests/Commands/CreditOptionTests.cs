using System.Text.Json.Nodes;

namespace FinanceChain.Cli.Tests.Commands;

/// <summary>Options of the credit commands that hand a file from one command to the next or bring facts in from outside.</summary>
public sealed class CreditOptionTests
{
    private const string Sales = "enterprise,date,counterparty,amount,status\nE1,2024-02-01,B1,100,\nE1,2024-05-01,B2,300,\n";
    private const string Purchases = "enterprise,date,counterparty,amount,status\nE1,2024-03-01,S1,50,\n";
    private const string Programme = "enterprise,name,value,source,known_on\nE1,patents,7,patent register,2024-01-31\nE1,patents,9,patent register,2025-06-30\n";
    private const string Related = """[{ "enterprise": "E1", "related": "B2", "source": "company register", "known_on": "2024-03-01" }]""";

    [TestCase("2024-12-31", "7", "0.75")]
    [TestCase("2025-12-31", "9", "0.75")]
    [TestCase("2024-02-28", "7", "")]
    [CancelAfter(60_000)]
    public async Task Features_ProgrammeAndRelated_AreWhatWasKnownOnTheDay(string day, string patents, string related, CancellationToken cancellation)
    {
        using CreditProcess credit = WithInvoices();

        CreditAnswer answer = await credit.Run($"features --sales sales.csv --purchases purchases.csv --programme programme.csv --related related.json --as-of {day} --out out.csv", cancellation);

        Assert.That(answer.ExitCode, Is.Zero, answer.Wrong);
        string[][] table = credit.Table("out.csv");
        Assert.Multiple(() =>
        {
            Assert.That(table[1][Array.IndexOf(table[0], "patents")], Is.EqualTo(patents));
            Assert.That(table[1][Array.IndexOf(table[0], "related_sales_share")], Is.EqualTo(related));
            Assert.That(table[1][Array.IndexOf(table[0], "quality_marks")], Is.Empty);
            Assert.That(answer.Said.Contains("AfterAsOf", StringComparison.Ordinal), Is.EqualTo(patents == "7"));
        });
    }

    [Test, CancelAfter(60_000)]
    public async Task Features_WithoutThem_HasNoSuchColumns(CancellationToken cancellation)
    {
        using CreditProcess credit = WithInvoices();

        CreditAnswer answer = await credit.Run("features --sales sales.csv --purchases purchases.csv --as-of 2024-12-31 --out out.csv", cancellation);

        Assert.That(answer.ExitCode, Is.Zero, answer.Wrong);
        Assert.That(credit.Table("out.csv")[0], Has.None.EqualTo("patents").And.None.EqualTo("related_sales_share"));
    }

    [TestCase("programme", "enterprise,name,value,source,known_on\nE1,patent,7,register,2024-01-31\n", "patent")]
    [TestCase("related", "enterprise,related\nE1,B2\n", "source")]
    [CancelAfter(60_000)]
    public async Task Features_FactsThatCannotBeRead_AreRefusedByName(string option, string text, string expected, CancellationToken cancellation)
    {
        using CreditProcess credit = WithInvoices();
        credit.Write("facts.csv", text);

        CreditAnswer answer = await credit.Run($"features --sales sales.csv --purchases purchases.csv --{option} facts.csv --as-of 2024-12-31 --out out.csv", cancellation);

        Assert.That(answer.ExitCode, Is.Not.Zero);
        Assert.That(answer.Wrong, Does.Contain("facts.csv").And.Contain(expected).And.Contain("FieldAbsent"));
    }

    [Test, CancelAfter(300_000)]
    public async Task Monitor_Out_IsWhatScoreObeys(CancellationToken cancellation)
    {
        using var credit = new CreditProcess();
        credit.Write("data.csv", CreditProcess.Cases(600));
        credit.Write("crisis.csv", CreditProcess.Cases(600, debtAdded: 0.7));
        credit.Write("schema.json", CreditProcess.Schema);
        await Succeed(credit, "train --data data.csv --schema schema.json --seed 1 --out model.json", cancellation);
        await Succeed(credit, "train --data data.csv --schema schema.json --seed 2 --out other.json", cancellation);

        CreditAnswer calm = await credit.Run("monitor --model model.json --data data.csv --out calm.json", cancellation);
        CreditAnswer red = await credit.Run("monitor --model model.json --data crisis.csv --out red.json", cancellation);
        credit.Write("painted.json", credit.Read("red.json").Replace("\"ScorecardOnly\"", "\"Champion\"", StringComparison.Ordinal));
        string[] used = new string[4];
        foreach ((string words, int place) in new[] { ("--monitoring calm.json", 0), ("--monitoring red.json", 1), ("--monitoring painted.json", 2), ("--scorecard", 3) })
        {
            await Succeed(credit, $"score --model model.json --data crisis.csv --out scores.csv {words}", cancellation);
            used[place] = credit.Read("scores.csv");
        }

        CreditAnswer ofAnother = await credit.Run("score --model other.json --data crisis.csv --out scores.csv --monitoring red.json", cancellation);
        Assert.Multiple(() =>
        {
            Assert.That((calm.ExitCode, red.ExitCode), Is.EqualTo((0, 4)), calm.Said + red.Said);
            Assert.That((string?)JsonNode.Parse(credit.Read("calm.json"))!["active"], Is.EqualTo("Champion"));
            Assert.That((string?)JsonNode.Parse(credit.Read("red.json"))!["active"], Is.EqualTo("ScorecardOnly"));
            Assert.That(used[0], Does.Contain(",champion,").And.Not.Contain(",scorecard,"));
            Assert.That(used[1], Does.Contain(",scorecard,").And.EqualTo(used[3]));
            Assert.That(used[2], Is.EqualTo(used[3]), "the figures decide, not the word");
            Assert.That(ofAnother.ExitCode, Is.Not.Zero);
            Assert.That(ofAnother.Wrong, Does.Contain("is of model"));
        });
    }

    private static CreditProcess WithInvoices()
    {
        var credit = new CreditProcess();
        credit.Write("sales.csv", Sales);
        credit.Write("purchases.csv", Purchases);
        credit.Write("programme.csv", Programme);
        credit.Write("related.json", Related);
        return credit;
    }

    private static async Task Succeed(CreditProcess credit, string line, CancellationToken cancellation)
    {
        CreditAnswer answer = await credit.Run(line, cancellation);
        Assert.That(answer.ExitCode, Is.Zero, line + ": " + answer.Wrong);
    }
}
