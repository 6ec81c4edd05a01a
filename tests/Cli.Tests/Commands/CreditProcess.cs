using System.Diagnostics;
using System.Globalization;
using System.Text;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Tests.Commands;

/// <summary>What a process answered.</summary>
internal sealed record CreditAnswer(int ExitCode, string Said, string Wrong);

/// <summary>The credit commands in processes of their own, as a bank would call them, in a folder that goes with the test.</summary>
internal sealed class CreditProcess : IDisposable
{
    public const string Schema = """{ "label": "bad", "id": "id", "features": { "debt": "riskRises", "cash": "auto", "noise": "auto" } }""";

    private static readonly string Program = Path.Combine(Checkout.Root, "src", "Cli", "bin", "Release", "net10.0", "financechain.dll");
    private readonly string _folder = Directory.CreateTempSubdirectory("financechain-test-").FullName;

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    public string Read(string file) => File.ReadAllText(Path.Combine(_folder, file));

    /// <summary>Rows of a CSV without quotes, the header first.</summary>
    public string[][] Table(string file) => [.. Read(file).TrimEnd('\n').Split('\n').Select(line => line.Split(','))];

    /// <param name="processors">So many the runtime then believes the machine to have, and gives parallel loops and their pool so many threads; null: those that there are.</param>
    public async Task<CreditAnswer> Run(string line, CancellationToken cancellation, int? processors = null)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Program, "credit", .. line.Split(' ')]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (processors is { } count)
        {
            start.Environment["DOTNET_PROCESSOR_COUNT"] = count.ToString("X", CultureInfo.InvariantCulture);
        }

        using Process process = Process.Start(start)!;
        Task<string> wrong = process.StandardError.ReadToEndAsync(cancellation);
        string said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CreditAnswer(process.ExitCode, said, await wrong);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Cases of a known law: risk rises with debt and falls with cash.</summary>
    /// <param name="debtAdded">Moves every debt, as a crisis would.</param>
    public static string Cases(int rows, double debtAdded = 0)
    {
        var text = new StringBuilder("id,debt,cash,noise,bad\n");
        ulong state = 5;
        double Fraction()
        {
            state = (state * 6364136223846793005UL) + 1442695040888963407UL;
            return (state >> 33) / (double)(1UL << 31);
        }

        for (int row = 0; row < rows; row++)
        {
            double debt = Fraction(), cash = Fraction(), noise = Fraction();
            bool bad = Fraction() < 1 / (1 + Math.Exp(3 - (3 * debt) + (2 * cash)));
            text.Append(CultureInfo.InvariantCulture, $"C{row},{debt + debtAdded:F4},{cash:F4},{noise:F4},{(bad ? 1 : 0)}\n");
        }

        return text.ToString();
    }
}
