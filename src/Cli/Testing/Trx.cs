using System.Globalization;
using System.Xml.Linq;

namespace FinanceChain.Cli.Testing;

/// <summary>Visual Studio test results (TeamTest schema 2010): the counters of a run.</summary>
internal static class Trx
{
    private static readonly XNamespace Team = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>What neither passed nor was executed is skipped; what was executed and did not pass has failed.</summary>
    public static TestCounts Read(string path)
    {
        XDocument document = XDocument.Load(path);
        XElement counters = document.Descendants(Team + "Counters").Single();
        int passed = Number("passed");
        int executed = Number("executed");
        string failures = string.Join('\n', document.Descendants(Team + "UnitTestResult").Where(result => (string?)result.Attribute("outcome") == "Failed").Select(Describe));
        return new TestCounts(passed, executed - passed, Number("total") - executed) { Failures = failures.Length == 0 ? null : failures };

        int Number(string name) => int.Parse(counters.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    private static string Describe(XElement result)
    {
        string message = result.Descendants(Team + "Message").FirstOrDefault()?.Value ?? "";
        return $"{result.Attribute("testName")?.Value}: {string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";
    }
}
