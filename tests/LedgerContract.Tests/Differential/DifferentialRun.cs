using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract.Tests.Chain;
using FinanceChain.LedgerContract.Tests.Model;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>One seed: a chain, a ledger, a model, and batches until there were enough operations.</summary>
internal sealed class DifferentialRun : IAsyncDisposable
{
    // The fullest batch so far took 12 million gas of the 16.7 that a transaction may take; too many would be refused as BatchGasTooLow.
    private const int BatchSize = 200;
    private const int ReadsAtOnce = 16;

    private readonly TestLedger _ledger;
    private readonly LedgerModel _model;
    private readonly Workload _workload;
    private readonly Dice _dice;
    private readonly int _seed;
    private int _batches;

    private DifferentialRun(int seed, TestLedger ledger)
    {
        (_seed, _ledger, _dice) = (seed, ledger, new Dice(seed));
        HashSet<Address> verifiers = [ledger.Plan.P256Verifier, ledger.Plan.PasskeyVerifier];
        _model = new LedgerModel(ledger.Domain, verifiers, ledger.Foundation) { Now = (ulong)TestLedger.Genesis.ToUnixTimeSeconds() };
        _workload = new Workload(_model, new Keyring(ledger, _dice), _dice, ledger);
    }

    public RunSummary Summary { get; } = new();

    public static async Task<DifferentialRun> Start(int seed, CancellationToken cancellationToken)
    {
        // Nothing but the batches makes a block, or the clock would not stand where the model believes it.
        var hours = TimeSpan.FromHours(6);
        var options = new ChainOptions { Heartbeat = hours, StateInterval = hours, StatesKept = 1 };
        return new DifferentialRun(seed, await TestLedger.Deploy(options, cancellationToken));
    }

    /// <summary>The node runs a batch while the next one is drafted and signed.</summary>
    public async Task Play(int operations, CancellationToken cancellationToken)
    {
        var checking = Task.CompletedTask;
        while (Summary.Operations < operations)
        {
            MoveTime();
            var number = ++_batches;
            var time = _model.Now;
            var entries = Draft(Math.Min(BatchSize, operations - Summary.Operations));
            var reads = ExpectedRead.OfWritten(_model);
            await checking;
            checking = Task.Run(() => Check(number, time, entries, reads, cancellationToken), cancellationToken);
        }

        await checking;
        await CheckReads("at the end", ExpectedRead.OfAll(_model), cancellationToken);
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    /// <summary>Minutes mostly, so that a day has several batches; days now and then, and sometimes weeks.</summary>
    private void MoveTime() => _model.Now += _dice.Below(20) switch
    {
        < 8 => _dice.Between(1_200, 7_200),
        < 19 => _dice.Between(86_400, 4 * 86_400),
        _ => _dice.Between(10 * 86_400, 20 * 86_400),
    };

    private List<Entry> Draft(int count)
    {
        List<Entry> entries = [];
        for (var i = 0; i < count; i++)
        {
            entries.Add(_workload.Next());
            Summary.Count(entries[^1]);
        }

        return entries;
    }

    private async Task Check(
        int batch, ulong time, List<Entry> entries, IReadOnlyList<ExpectedRead> reads, CancellationToken cancellationToken)
    {
        var receipt = await _ledger.SubmitAt(time, [.. entries.Select(entry => entry.Calldata)], cancellationToken);
        Summary.CountGas(receipt.GasUsed);
        for (var i = 0; i < entries.Count; i++)
        {
            var actual = i < receipt.Logs.Count ? LedgerEvent.Decode(receipt.Logs[i]) : null;
            if (!Agrees(entries[i], i, actual))
            {
                Assert.Fail(
                    $"Seed {_seed}, batch {batch} at {BusinessDate.At(time)} ({time}), operation {i}:\n{entries[i]}\n"
                        + $"model:    {entries[i].Expected}\ncontract: {Told(actual)}");
            }
        }

        Assert.That(receipt.Logs, Has.Count.EqualTo(entries.Count), $"seed {_seed}, batch {batch}: events that no operation stands for");
        await CheckReads($"after batch {batch}", reads, cancellationToken);
    }

    private static bool Agrees(Entry entry, int index, LedgerEvent? actual) => actual is OperationRefused refused
        ? refused.Index == (ulong)index && refused.Operation == entry.Calldata.Keccak()
            && LedgerErrors.Decode(refused.Reason.Span).Equals(entry.Expected.Refusal)
        : actual is not null && actual.Equals(entry.Expected.Event);

    private static string Told(LedgerEvent? actual) => actual switch
    {
        null => "no event",
        OperationRefused refused => $"[{refused.Index}] {LedgerErrors.Decode(refused.Reason.Span)}",
        _ => actual.ToString(),
    };

    private async Task CheckReads(string when, IReadOnlyList<ExpectedRead> reads, CancellationToken cancellationToken)
    {
        Summary.CountReads(reads.Count);
        await Parallel.ForEachAsync(
            reads,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (read, cancel) =>
            {
                var actual = await read.Read(_ledger.Reader, cancel);
                if (!Equals(actual, read.Expected))
                {
                    Assert.Fail($"Seed {_seed}, {when}, {read.Name}:\nmodel:    {read.Expected ?? "nothing"}\ncontract: {actual ?? "nothing"}");
                }
            });
    }
}
