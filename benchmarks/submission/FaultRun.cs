using System.Diagnostics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.SubmissionBenchmark;

/// <param name="Seed">Chooses the faults, their order and their lengths, and what clients do. The machine's own timing it cannot choose.</param>
internal sealed record FaultOptions(int Seed, int Faults, int Operations, int Clients = 6, int Gateways = 2, int Senders = 3, int FinalityDepth = 6);

/// <summary>What a run did and what it found; no findings means that every operation was executed exactly once or not at all.</summary>
internal sealed record FaultReport(
    FaultOptions Options, IReadOnlyDictionary<string, int> Faults, long Accepted, long Final, long Refused, long RefusedAtTheDoor, long Repeated,
    TimeSpan Length, IReadOnlyList<string> Findings);

/// <summary>
/// Concurrent clients submit while gateways, indexer, database and chain are killed, paused and cut off from each other, answers are lost, and
/// the chain reorganises. At the end <see cref="Reckoning"/> compares what was promised with what the ledger holds.
/// </summary>
internal sealed class FaultRun(FaultOptions options, Action<string> say)
{
    private static readonly TimeSpan WorkPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndPatience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan WhatIsBeingMined = TimeSpan.FromMilliseconds(500);

    private readonly Random _chance = new(options.Seed);
    private readonly Dictionary<string, int> _made = [];

    // The chain is killed in the first half and reorganised in the second: anvil, killed after a reorganisation, comes back without some of its
    // blocks, and no node of ours would. It also loses blocks when it mines one while it reorganises, so it is kept from that.
    private bool _reorganises;
    private int _reorganisations;

    public async Task<FaultReport> Run(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var stage = await Stage.Build(
            new StageOptions(options.Senders, options.Gateways, options.FinalityDepth, BadNetwork: true)
            {
                Chain = new ChainOptions { Heartbeat = TimeSpan.FromSeconds(1), StateInterval = TimeSpan.FromSeconds(3), StatesKept = 64 },
                GatewaySettings = ["--FinanceGateway:StuckAfterSeconds=2", "--FinanceGateway:Submission:LeaseSeconds=3", "--FinanceGateway:PollMilliseconds=200"],
            },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 4, options.Clients, cancellationToken);
        say($"stage is set after {clock.Elapsed.TotalSeconds:F0} s");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var supervisor = Supervise(stage, over.Token);
        var book = new Book();
        var load = Task.WhenAll(Enumerable.Range(0, options.Clients).Select(i =>
            new FaultyClient(stage, town, i, new Random(options.Seed + 1 + i), book, options.Operations / options.Clients).Run(cancellationToken)));

        for (var i = 0; i < options.Faults && !cancellationToken.IsCancellationRequested; i++)
        {
            await LetItWork(book, i, load, cancellationToken);
            _reorganises = i >= options.Faults / 2;
            await MakeFault(stage, cancellationToken);
            if ((i + 1) % 25 == 0)
            {
                say($"{i + 1} faults, {book.Accepted} operations accepted, {clock.Elapsed.TotalSeconds:F0} s");
            }
        }

        book.Allow(long.MaxValue);
        await Calm(stage, cancellationToken);
        await load;
        say($"all submitted after {clock.Elapsed.TotalSeconds:F0} s; waiting for the ends");
        await WaitForEnds(stage, cancellationToken);
        await over.CancelAsync();
        await supervisor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var report = await Reckoning.Make(options, stage, town, book, _made, clock.Elapsed, cancellationToken);
        stage.KeepFolder = report.Findings.Count > 0;
        if (stage.KeepFolder)
        {
            say($"logs are kept in {stage.Folder}");
        }

        return report;
    }

    // A fault hits something that works: first there is room for another share of the operations, and some of it is accepted.
    private async Task LetItWork(Book book, int fault, Task load, CancellationToken cancellationToken)
    {
        var before = book.Accepted;
        book.Allow((long)options.Operations * (fault + 1) / options.Faults);
        var clock = Stopwatch.StartNew();
        await Task.Delay(_chance.Next(200, 1500), cancellationToken);
        while (book.Accepted == before && !load.IsCompleted && clock.Elapsed < WorkPatience)
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    private async Task MakeFault(Stage stage, CancellationToken cancellationToken)
    {
        var gateway = _chance.Next(options.Gateways);
        var length = _chance.Next(300, 3000);
        var proxies = stage.Proxies.ToList();
        var proxy = proxies[_chance.Next(proxies.Count)];
        switch (_chance.Next(20))
        {
            case < 3:
                Count("gateway killed");
                stage.Gateways[gateway]!.Kill();
                await Task.Delay(length, cancellationToken);
                stage.StartGateway(gateway);
                break;
            case < 6:
                Count("gateway paused");
                await Paused([stage.Gateways[gateway]!.Pid], length + 3000, cancellationToken);
                break;
            case 6:
                Count("indexer killed");
                stage.Indexer!.Kill();
                await Task.Delay(length, cancellationToken);
                break;
            case 7:
                Count("indexer paused");
                await Paused([stage.Indexer!.Pid], length, cancellationToken);
                break;
            case 8:
                Count("database killed");
                Signals.Send(stage.Postgres.Process.Pid, Signals.KillNow);
                await Task.Delay(length / 2, cancellationToken);
                await stage.RestartPostgres(cancellationToken);
                break;
            case 9:
                Count("database paused");
                await Paused(Signals.Family(stage.Postgres.Process.Pid), length / 2, cancellationToken);
                break;
            case 10 or 11:
                Count("chain paused");
                await Paused([stage.Chain.Process.Pid], length, cancellationToken);
                break;
            case < 14:
                Count("connections cut");
                proxy.Cut();
                break;
            case 14:
                Count("connections delayed");
                proxy.DelayMilliseconds = _chance.Next(20, 300);
                await Task.Delay(length, cancellationToken);
                proxy.DelayMilliseconds = 0;
                break;
            case < 17:
                Count("answers lost");
                proxy.LosesAnswers = true;
                await Task.Delay(length / 3, cancellationToken);
                proxy.LosesAnswers = false;
                proxy.Cut();
                break;
            default:
                if (_reorganises)
                {
                    await Reorganise(stage, cancellationToken);
                }
                else
                {
                    Signals.Send(stage.Chain.Process.Pid, Signals.KillNow);
                    await Task.Delay(length / 2, cancellationToken);
                    var wentBack = await stage.RestartChain(cancellationToken);
                    Count(wentBack ? "chain killed, back to its checkpoint" : "chain killed");
                }

                break;
        }
    }

    private async Task Reorganise(Stage stage, CancellationToken cancellationToken)
    {
        // As deep as finality first, so that a short run has it too.
        var depth = options.FinalityDepth - (_reorganisations++ % options.FinalityDepth);
        await stage.Node.Send("evm_setIntervalMining", [0], cancellationToken);
        await Stands(stage, cancellationToken);
        try
        {
            await stage.Node.Send("anvil_reorg", [depth, Array.Empty<object>()], cancellationToken);
            Count($"reorganised, depth {depth}");
        }
        catch (EthereumException)
        {
            Count("reorganisation that the node refused");
        }
        finally
        {
            await stage.Node.Send("evm_setIntervalMining", [1], cancellationToken);
        }
    }

    /// <summary>Waits until what the node was mining is mined: until its head has stood for a while.</summary>
    private static async Task Stands(Stage stage, CancellationToken cancellationToken)
    {
        const int Looks = 4;
        ulong? head = null;
        for (var same = 0; same < Looks;)
        {
            await Task.Delay(WhatIsBeingMined, cancellationToken);
            var now = (await stage.Node.Block(BlockTag.Latest, cancellationToken))?.Number;
            same = now == head ? same + 1 : 0;
            head = now;
        }
    }

    private static async Task Paused(IReadOnlyList<int> processes, int milliseconds, CancellationToken cancellationToken)
    {
        foreach (var process in processes)
        {
            Signals.Send(process, Signals.Pause);
        }

        try
        {
            await Task.Delay(milliseconds, cancellationToken);
        }
        finally
        {
            foreach (var process in processes)
            {
                Signals.Send(process, Signals.Continue);
            }
        }
    }

    private void Count(string fault) => _made[fault] = _made.GetValueOrDefault(fault) + 1;

    /// <summary>
    /// What an operator's process manager does: it starts again what ended. An indexer that found its blocks replaced, because the chain was
    /// killed and lost what it had not yet written, is started once with a rebuild.
    /// </summary>
    private static async Task Supervise(Stage stage, CancellationToken cancellationToken)
    {
        const int ReorganisedPastFinality = 3;
        const int TotalsDiffer = 4;
        while (true)
        {
            await Task.Delay(300, cancellationToken);
            if (stage.Indexer?.ExitCode is { } exit)
            {
                stage.StartIndexer(rebuild: exit is ReorganisedPastFinality or TotalsDiffer);
            }

            for (var i = 0; i < stage.Gateways.Length; i++)
            {
                // One that ended by a fault is started by it; here is only what ended by itself.
                if (stage.Gateways[i]?.ExitCode is not (null or 128 + Signals.KillNow))
                {
                    stage.StartGateway(i);
                }
            }
        }
    }

    private static async Task Calm(Stage stage, CancellationToken cancellationToken)
    {
        foreach (var proxy in stage.Proxies)
        {
            (proxy.DelayMilliseconds, proxy.LosesAnswers) = (0, false);
        }

        await stage.WaitUntilReady(cancellationToken);
    }

    private async Task WaitForEnds(Stage stage, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < EndPatience)
        {
            if (await Reckoning.Open(stage, cancellationToken) == 0)
            {
                return;
            }

            await Task.Delay(500, cancellationToken);
        }

        say("not all operations have ended in time");
    }
}
