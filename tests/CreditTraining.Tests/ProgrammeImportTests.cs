using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditTraining;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.Tests.CreditTraining;

public sealed class ProgrammeImportTests
{
    private const string Csv = "enterprise,name,value,source,known_on\nE1,patents,7,patent register,2025-01-31\nE1,quality_marks,2,\"one-stop quality platform\",2025-02-01\n";

    private const string Json = """
        [
          { "enterprise": "E1", "name": "patents", "value": 7, "source": "patent register", "known_on": "2025-01-31" },
          { "enterprise": "E1", "name": "quality_marks", "value": "2", "source": "one-stop quality platform", "known_on": "2025-02-01" }
        ]
        """;

    [Test]
    public void Facts_CsvAndJson_SayTheSame()
    {
        IReadOnlyList<(string Enterprise, DatedFact Fact)> facts = ProgrammeImport.Facts(Csv);
        Assert.Multiple(() =>
        {
            Assert.That(facts, Is.EqualTo(new[]
            {
                ("E1", new DatedFact("patents", 7, "patent register", new DateOnly(2025, 1, 31))),
                ("E1", new DatedFact("quality_marks", 2, "one-stop quality platform", new DateOnly(2025, 2, 1))),
            }));
            Assert.That(ProgrammeImport.Facts(Json), Is.EqualTo(facts));
        });
    }

    [Test]
    public void Relations_Csv_AreRead() => Assert.That(
        ProgrammeImport.Relations("enterprise,related,source,known_on\nE1,B7,company register,2025-01-31\n"),
        Is.EqualTo(new[] { ("E1", new RelatedParty("B7", "company register", new DateOnly(2025, 1, 31))) }));

    [TestCase("enterprise,name,value,source\nE1,patents,7,x\n", "known_on", "FieldAbsent")]
    [TestCase("enterprise,name,value,source,known_on\nE1,patent,7,x,2025-01-31\n", "row 1", "FieldAbsent")]
    [TestCase("enterprise,name,value,source,known_on\nE1,patents,many,x,2025-01-31\n", "row 1", "NotANumber")]
    [TestCase("enterprise,name,value,source,known_on\nE1,patents,,x,2025-01-31\n", "value", "NotANumber")]
    [TestCase("enterprise,name,value,source,known_on\nE1,patents,7,,2025-01-31\n", "source", "FieldAbsent")]
    [TestCase("enterprise,name,value,source,known_on\nE1,patents,7,x,31.1.2025\n", "known_on", "NotANumber")]
    [TestCase("[{ \"enterprise\": \"E1\" }]", "name", "FieldAbsent")]
    [TestCase("[7]", "enterprise", "FieldAbsent")]
    [TestCase("[", "JSON", "JSON")]
    public void Facts_Wrong_NamesFieldAndRule(string text, string first, string second) =>
        Assert.That(() => ProgrammeImport.Facts(text), Throws.TypeOf<TrainingException>().With.Message.Contains(first).And.Message.Contains(second));
}
