using System.Text;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// What the cluster's public programmes say of the cast: quality marks, patents, digital workshops and the like, each with its source and the day since which it is
/// known. They are as made up as the cast, and come in the form in which a bank would import real ones (src/CreditTraining/README.md).
/// </summary>
internal static class StoryProgrammes
{
    private const string Resource = "yongkang-programmes.csv";
    private static readonly Lazy<ILookup<int, DatedFact>> Loaded = new(Load);

    /// <summary>Facts by the place of the member in the cast. Whoever decides leaves out those of a later day.</summary>
    public static ILookup<int, DatedFact> Facts => Loaded.Value;

    private static ILookup<int, DatedFact> Load()
    {
        using Stream stream = typeof(StoryProgrammes).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The program was built without {Resource}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Dictionary<string, int> places = YongkangCast.Members.ToDictionary(member => member.Uscc.ToString(), member => member.Index);
        return ProgrammeImport.Facts(reader.ReadToEnd()).ToLookup(item => places[item.Enterprise], item => item.Fact);
    }
}
