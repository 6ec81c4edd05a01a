using System.Diagnostics;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>
/// The contract against a model of it that was written from its interfaces: 100,000 random operations in five runs, about a third of which
/// must be refused, in some 75 different ways. After each operation the event or the refusal agrees in all its values; after each batch every
/// record that was touched, the control totals and the rules; at the end every record. It takes half a minute of one core per run.
/// One run alone: <c>dotnet test --filter "Name~Seed_2"</c>; any other: <c>DIFFERENTIAL_SEED=6</c> in the environment.
/// </summary>
[TestFixture]
[CancelAfter(600_000)]
public sealed class LedgerDifferentialTests
{
    private const int OperationsPerSeed = 20_000;

    [TestCaseSource(nameof(Seeds))]
    public async Task Ledger_RandomOperations_AgreesWithTheModel(int seed, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var run = await DifferentialRun.Start(seed, cancellationToken);
        await run.Play(OperationsPerSeed, cancellationToken);
        TestContext.Out.WriteLine($"Seed {seed}: {run.Summary}\n{clock.Elapsed.TotalSeconds:F1} s");

        Assert.Multiple(() =>
        {
            Assert.That(run.Summary.RefusedShare, Is.InRange(0.25, 0.45));
            Assert.That(run.Summary.RefusalCodes.Count(), Is.AtLeast(72), "different refusals");
            Assert.That(run.Summary.AcceptedKinds, Is.EquivalentTo(Enum.GetNames<EventKind>().Except([nameof(OperationRefused)])));
        });
    }

    private static IEnumerable<TestCaseData> Seeds()
    {
        IEnumerable<int> seeds = int.TryParse(Environment.GetEnvironmentVariable("DIFFERENTIAL_SEED"), out var one) ? [one] : [1, 2, 3, 4, 5];
        return seeds.Select(seed => new TestCaseData(seed).SetArgDisplayNames($"Seed_{seed}"));
    }
}
