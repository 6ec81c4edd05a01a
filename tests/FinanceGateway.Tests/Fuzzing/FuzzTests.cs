using System.Diagnostics;
using System.Globalization;

namespace FinanceChain.FinanceGateway.Tests.Fuzzing;

/// <summary>
/// Mutated inputs for each parser of what strangers send: nothing but the typed refusal, and no accepted value that encodes differently. A few seconds here;
/// <c>FINANCECHAIN_FUZZ_SECONDS</c> for each target, and another seed in <c>FINANCECHAIN_FUZZ_SEED</c>, by <c>benchmarks/fuzz</c>.
/// </summary>
[TestFixture]
internal sealed class FuzzTests
{
    private const int Inputs = 4000;
    private const int Seed = 20261124;

    private static readonly IReadOnlyList<FuzzTarget> Targets = FuzzTarget.All;

    [TestCaseSource(nameof(Targets))]
    public void Parser_OfMutatedInput_RefusesByItsOwnRefusal_OrKeepsTheValue(FuzzTarget target)
    {
        var seed = Number("FINANCECHAIN_FUZZ_SEED") ?? Seed;
        var mutator = new Mutator(seed, Corpus(target));
        var seconds = Number("FINANCECHAIN_FUZZ_SECONDS");
        var clock = Stopwatch.StartNew();
        var (inputs, accepted) = (0, 0);
        while (seconds is { } limit ? clock.Elapsed.TotalSeconds < limit : inputs < Inputs / target.Weight)
        {
            inputs++;
            accepted += Try(target, mutator.Next()) ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{target.Name}: {inputs} inputs from seed {seed}, {accepted} accepted, {inputs - accepted} refused");
    }

    /// <summary>The corpus itself is right: a target that refuses everything would prove nothing.</summary>
    [TestCaseSource(nameof(Targets))]
    public void Parser_OfItsCorpus_Accepts(FuzzTarget target)
    {
        foreach (var input in Corpus(target))
        {
            Assert.That(Try(target, input), Is.True);
        }
    }

    private static bool Try(FuzzTarget target, byte[] input)
    {
        try
        {
            if (target.Parse(input) is { } result)
            {
                Assert.That(result.Encoded, Is.EqualTo(result.Expected), $"{target.Name} accepted {Convert.ToHexString(input)}");
                return true;
            }

            return target.Name == "revert-data";
        }
        catch (Exception refusal) when (target.Refusals.Contains(refusal.GetType()))
        {
            return false;
        }
        catch (Exception fault) when (fault is not AssertionException)
        {
            throw new InvalidOperationException($"{target.Name} failed on {Convert.ToHexString(input)}", fault);
        }
    }

    private static List<byte[]> Corpus(FuzzTarget target)
    {
        var folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fuzzing", "Corpus", target.Name);
        var inputs = Directory.GetFiles(folder).Order(StringComparer.Ordinal)
            .Select(file => file.EndsWith(".hex", StringComparison.Ordinal) ? Convert.FromHexString(File.ReadAllText(file).Trim()) : File.ReadAllBytes(file))
            .ToList();
        Assert.That(inputs, Is.Not.Empty, $"The corpus of {target.Name} is empty.");
        return inputs;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
