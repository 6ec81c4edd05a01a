using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using FinanceChain.Cli.Progress;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Platform;

/// <summary>
/// One <c>up</c>: starts what does not run, plays the scenario, and stays until Ctrl-C or a part ends, unless it detaches. However it
/// ends without having reached its aim, everything is stopped: nothing half-started stays behind.
/// </summary>
internal sealed class UpRun(UpRequest request, IDisplay display)
{
    private readonly DataFolder _data = request.Data;

    private Uri Gateway => new($"http://127.0.0.1:{request.Port}");

    /// <returns>Exit code.</returns>
    /// <exception cref="CommandException">Something cannot be started, or has ended.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        RequirePort();

        // Before anything starts or stops: what another version deployed is refused here.
        _ = LedgerDeployment.Read(_data.Ledger);
        _data.Create();
        using FileStream turn = TakeTurn();
        try
        {
            Stage stage = await StartAll(cancellation);
            await WhileAllRun(token => Play(stage, token), cancellation);
            SayWhereToLook();
            if (request.Detach)
            {
                return 0;
            }

            await WhileAllRun(token => Stay(stage.Clock, token), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C: the way to end a run in the foreground.
            await StopAll();
            return request.Detach ? 130 : 0;
        }
        catch (Exception fault) when (Failures.IsExpected(fault))
        {
            await StopAll();
            throw;
        }

        return 0;
    }

    private async Task<Stage> StartAll(CancellationToken cancellation)
    {
        (EmbeddedChain? chain, Uri chainUrl) = await display.Step(
            "Starting the chain", () => Engines.StartChain(_data, request.Scenario, cancellation));
        if (chain?.Notice is { } loss)
        {
            display.Say(loss);
        }

        (EmbeddedPostgres? postgres, string database) = await display.Step(
            "Starting PostgreSQL", () => Engines.StartPostgres(_data, cancellation));
        if (postgres?.Notice is { } notice)
        {
            display.Say(notice);
        }

        OperatorKeys keys = OperatorKeys.Ensure(_data.Keys);
        LedgerDeployment ledger = await display.Step("Deploying the ledger", () => Deploy(chain, chainUrl, keys, cancellation));
        await CatchUpWithTheChain(chain, database, ledger, cancellation);
        Service indexer = Services.Indexer(chainUrl, database, ledger, IndexerPort());
        await display.Step("Starting the indexer", () => indexer.Start(_data, cancellation));
        Service gateway = Services.Gateway(chainUrl, database, ledger, _data.Keys, request.Port);
        await display.Step("Starting the gateway", () => gateway.Start(_data, cancellation));
        return new Stage(
            Gateway,
            indexer.Health,
            chainUrl,
            ledger.ChainId,
            ledger.Address,
            new Offices(OperatorKeys.ClientId, keys.ClientSecret, keys.Manager, keys.Regulator),
            chain,
            _data.Scenario);
    }

    // The embedded chain may have gone back to a checkpoint: then the indexer would refuse to go on, as it must on any other chain.
    private async Task CatchUpWithTheChain(EmbeddedChain? chain, string database, LedgerDeployment ledger, CancellationToken cancellation)
    {
        if (chain is null)
        {
            return;
        }

        using var client = new EthereumClient(chain.Endpoint);
        if (await IndexedRows.StandOn(client, database, cancellation))
        {
            return;
        }

        if (Service.Attach(_data, LocalPlatform.Indexer) is { } running)
        {
            await Service.Stop(running, cancellation);
        }

        await display.Step("Projecting the ledger anew, because the chain went back", () => IndexedRows.Rebuild(
            chain.Endpoint, database, ledger.Address, (long)(ledger.Block ?? 0), _ => { }, cancellation));
    }

    /// <summary>The port of the indexer that runs, or a free one, if possible that of the last run.</summary>
    private int IndexerPort()
    {
        int last = RunFile.Read(_data.RunFile(LocalPlatform.Indexer))?.Port ?? 0;
        return Service.Attach(_data, LocalPlatform.Indexer)?.Run.Port ?? Daemon.FreePort(last);
    }

    private async Task<LedgerDeployment> Deploy(EmbeddedChain? chain, Uri chainUrl, OperatorKeys keys, CancellationToken cancellation)
    {
        using var client = new EthereumClient(chainUrl);
        if (chain is not null)
        {
            // Gas is free here, but anvil advises a tip of 1 gwei all the same, and whoever follows that advice must be able to pay it.
            await chain.SetBalance(keys.Sender.Address.ToString(), BigInteger.Pow(10, 30), cancellation);
        }

        LedgerDeployment? before = LedgerDeployment.Read(_data.Ledger);
        LedgerDeployment ledger = await LedgerDeployment.Ensure(_data.Ledger, client, keys, cancellation);
        if (chain is not null && ledger != before)
        {
            await chain.SaveCheckpoint(cancellation);
        }

        return ledger;
    }

    private async Task Play(Stage stage, CancellationToken cancellation)
    {
        if (request.Scenario is not { } scenario)
        {
            return;
        }

        IReadOnlyList<string> outcome = await display.Measure(
            $"Playing {scenario.Name}", progress => scenario.Play(stage, progress, cancellation));
        foreach (string line in outcome)
        {
            display.Say(line);
        }
    }

    /// <summary>Does the work, but ends with a sentence as soon as a part of the platform has ended.</summary>
    private async Task WhileAllRun(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        IReadOnlyList<Part> parts = LocalPlatform.Running(_data);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<Part> watch = LocalPlatform.FirstToEnd(parts, stop.Token);
        Task task = work(stop.Token);
        await Task.WhenAny(task, watch);
        await stop.CancelAsync();
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)watch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The work may notice first that a part no longer answers; the sentence should name the part all the same.
        if (!task.IsCompletedSuccessfully && !cancellation.IsCancellationRequested && parts.FirstOrDefault(part => !part.IsRunning) is { } ended)
        {
            throw Ended(ended);
        }

        await task;
    }

    /// <summary>Until Ctrl-C. A kill should cost the embedded chain no more than its own writing at intervals would.</summary>
    private static Task Stay(EmbeddedChain? chain, CancellationToken cancellation) =>
        chain?.KeepCheckpoints(new ChainOptions().StateInterval, cancellation) ?? Task.Delay(Timeout.Infinite, cancellation);

    private static CommandException Ended(Part part)
    {
        string tail = File.Exists(part.LogFile) ? string.Join('\n', File.ReadLines(part.LogFile).TakeLast(5)) : "";
        return new CommandException($"The {part.Name} (process {part.Run.Process.Pid}) has ended; the end of {part.LogFile}:\n{tail}");
    }

    private async Task StopAll()
    {
        var clock = Stopwatch.StartNew();
        await LocalPlatform.StopAll(_data, part => display.Say($"Stopping the {part.Name}"), CancellationToken.None);
        display.Say(string.Create(CultureInfo.InvariantCulture, $"All stopped after {clock.Elapsed.TotalSeconds:0.0} s."));
    }

    /// <summary>Two runs at once would start everything twice. The lock goes with the process, however that ends.</summary>
    private FileStream TakeTurn()
    {
        string path = _data.Up + ".lock";
        FileStream turn;
        try
        {
            turn = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            string who = RunFile.Read(_data.Up) is { } other ? $" (process {other.Process.Pid})" : "";
            throw new CommandException($"Another 'financechain up'{who} works with {_data.Root}: end it first with './financechain down'.", fault);
        }

        new RunFile("up", ProcessIdentity.Of(Environment.ProcessId)!, 0, DateTimeOffset.UtcNow, "").Write(_data.Up);
        return turn;
    }

    private void RequirePort()
    {
        bool isOurs = Service.Attach(_data, LocalPlatform.Gateway)?.Run.Port == request.Port;
        if (!isOurs && !Daemon.IsFree(request.Port))
        {
            string holder = PortHolder.Find(request.Port) ?? "another program";
            throw new CommandException($"Port {request.Port} is taken by {holder}: end it, or choose another port with --port.");
        }
    }

    private void SayWhereToLook()
    {
        string data = Path.GetRelativePath(Environment.CurrentDirectory, _data.Root);
        string suffix = _data.Root == new DataFolder(null).Root ? "" : $" --data {data}";
        display.Say("");
        display.Say("FinanceChain is running.");
        display.Say($"  Portal   {Gateway}");
        display.Say($"  API      {Gateway}docs");
        display.Say($"  Figures  curl -s {Gateway}api/v1/reports/summary");
        display.Say($"  Data     {_data.Root} (logs in {_data.Logs})");
        display.Say(request.Detach ? $"  Stop     ./financechain down{suffix}" : "  Stop     Ctrl-C");
    }
}
