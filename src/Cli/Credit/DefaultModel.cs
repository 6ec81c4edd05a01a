using System.Text;
using FinanceChain.CreditScoring.Models;

namespace FinanceChain.Cli.Credit;

/// <summary>The model that ships with the product (models/README.md): trained on synthetic enterprises and named for it. A bank trains its own.</summary>
internal static class DefaultModel
{
    private const string Resource = "synthetic-cluster.json";
    private static readonly Lazy<CreditModelFile> Loaded = new(Load);

    public static CreditModelFile File => Loaded.Value;

    private static CreditModelFile Load()
    {
        using Stream stream = typeof(DefaultModel).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The program was built without {Resource}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return CreditModelFile.Parse(reader.ReadToEnd());
    }
}
