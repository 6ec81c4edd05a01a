using System.Diagnostics;
using System.Globalization;
using System.Text;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Tests.Commands;

/// <summary>Training in processes of their own that really have one processor or two.</summary>
public sealed class CreditThreadTests
{
    private const int Rows = 900;
    private static readonly string Program = Path.Combine(Checkout.Root, "src", "Cli", "bin", "Release", "net10.0", "financechain.dll");

    [Test, CancelAfter(300_000)]
    public async Task Train_OneProcessorTwoAndAgain_SameModel(CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("financechain-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "data.csv"), Data(), cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "schema.json"), """{ "label": "bad", "features": { "debt": "riskRises", "cash": "auto", "noise": "auto" } }""", cancellation);
        string[] models = new string[3];
        foreach ((int processors, int place) in new[] { (1, 0), (2, 1), (2, 2) })
        {
            models[place] = await Train(folder, processors, $"model-{place}.json", cancellation);
        }

        Directory.Delete(folder, recursive: true);
        Assert.That(models[0], Has.Length.GreaterThan(1_000));
        Assert.That(models.Select(model => CanonicalJson.HashOf(Encoding.UTF8.GetBytes(model))), Is.All.EqualTo(CanonicalJson.HashOf(Encoding.UTF8.GetBytes(models[0]))));
    }

    private static async Task<string> Train(string folder, int processors, string file, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in new[] { Program, "credit", "train", "--data", "data.csv", "--schema", "schema.json", "--seed", "7", "--out", file })
        {
            start.ArgumentList.Add(word);
        }

        // The runtime then believes that the machine has so many processors, and gives parallel loops and their pool so many threads.
        start.Environment["DOTNET_PROCESSOR_COUNT"] = processors.ToString("X", CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync(cancellation), wrong = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.That(process.ExitCode, Is.Zero, wrong);
        Assert.That(said, Does.Contain($"on {processors} processors"));
        return await File.ReadAllTextAsync(Path.Combine(folder, file), cancellation);
    }

    private static string Data()
    {
        var text = new StringBuilder("debt,cash,noise,bad\n");
        ulong state = 5;
        double Fraction()
        {
            state = (state * 6364136223846793005UL) + 1442695040888963407UL;
            return (state >> 33) / (double)(1UL << 31);
        }

        for (int row = 0; row < Rows; row++)
        {
            double debt = Fraction(), cash = Fraction(), noise = Fraction();
            bool bad = Fraction() < 1 / (1 + Math.Exp(3 - (3 * debt) + (2 * cash)));
            text.Append(CultureInfo.InvariantCulture, $"{debt:F4},{cash:F4},{noise:F4},{(bad ? 1 : 0)}\n");
        }

        return text.ToString();
    }
}
