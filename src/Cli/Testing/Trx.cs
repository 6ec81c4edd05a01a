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
        XElement counters = XDocument.Load(path).Descendants(Team + "Counters").Single();
        int passed = Number("passed");
        int executed = Number("executed");
        return new TestCounts(passed, executed - passed, Number("total") - executed);

        int Number(string name) => int.Parse(counters.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }
}
