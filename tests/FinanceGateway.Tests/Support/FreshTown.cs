using System.Diagnostics;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Submission;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>A town of its own for each test, for tests that break it. No gateway runs when they begin.</summary>
internal abstract class FreshTown
{
    private readonly List<Process> _processes = [];

    protected Town Town { get; private set; } = null!;

    protected Trade Trade { get; private set; } = null!;

    /// <summary>Connections to the town's database; they end with the town.</summary>
    protected NpgsqlDataSource Database { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task BuildTown()
    {
        Town = await Found(CancellationToken.None);
        Database = NpgsqlDataSource.Create(Town.Database);
        await using var gateway = await RunningGateway.Start(Town, CancellationToken.None);
        Trade = await Trade.Open(Town, gateway, CancellationToken.None);
    }

    [TearDown]
    public async Task LeaveTown()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }

        _processes.Clear();
        Trade?.Dispose();
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }

        if (Town is not null)
        {
            await Town.DisposeAsync();
        }

        await Leave();
    }

    protected virtual async Task<Town> Found(CancellationToken cancellationToken) =>
        await Town.Build(cancellationToken, await TownServer.NewDatabase(cancellationToken));

    /// <summary>What <see cref="Found"/> made beside the town ends behind it.</summary>
    protected virtual Task Leave() => Task.CompletedTask;

    protected GatewayClient Api(RunningGateway gateway) => gateway.Client(Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);

    protected async Task<BulkItem[]> Items(int count)
    {
        var items = new BulkItem[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = new BulkItem(Trade.Key(), await Trade.Issue(1_000, Stop));
        }

        return items;
    }

    /// <summary>Submits receivables. What became of them another may tell.</summary>
    protected async Task<Guid[]> Accept(RunningGateway gateway, int count)
    {
        using var api = Api(gateway);
        return [.. (await api.Submit(await Items(count), Stop)).Select(result => result.OperationId!.Value)];
    }

    protected async Task AssertFinal(RunningGateway gateway, int count)
    {
        using var api = Api(gateway);
        var states = await api.Wait(await Accept(gateway, count), Stop);
        Assert.That(states.Select(state => state.Status), Is.All.EqualTo(Client.OperationStatus.Final));
    }

    /// <summary>What an engine does before it works for a sender. Nobody renews the lease.</summary>
    protected static async Task<SenderLease> Take(RunningGateway gateway)
    {
        var leases = gateway.Services.GetRequiredService<SenderLeases>();
        await leases.Renew(Stop);
        return (await leases.Take(1, Stop)).Single();
    }

    /// <summary>A gateway that can be paused and killed. It ends with the town.</summary>
    protected Process StartProcess(params string[] more)
    {
        string[] arguments = [typeof(Program).Assembly.Location, .. Town.GatewayArguments(more)];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        _processes.Add(process);
        return process;
    }

    /// <summary>True when every nonce that was given to the sender stands in a block.</summary>
    protected async Task<bool> IsLevel() =>
        await Town.Node.TransactionCount(Town.Sender.Address, Ethereum.BlockTag.Latest, Stop) == (ulong)await Scalar("select next_nonce from gateway.sender");

    protected async Task<long> Scalar(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    protected async Task Execute(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    protected static async Task Eventually(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(50, Stop);
        }
    }
}
