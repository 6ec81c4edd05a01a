using FinanceChain.LedgerIndexer.Store;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>
/// One random history, all of it from its seed but for timing: a chain that grows and is taken back while an indexer follows it over faulty nodes
/// and a connection that is torn, and that is ended and started again.
/// </summary>
/// <param name="replays">The connections of straight replays, for one after the other: to begin a new one costs the server the most.</param>
internal sealed class History(int seed, Recording recording, NodeServer server, string database, NpgsqlDataSource replays, int databasePort)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);

    public int Reorganisations { get; private set; }

    public int Starts { get; private set; }

    public int Cuts { get; private set; }

    /// <summary>Null when the tables are those of a straight replay; else what differs.</summary>
    public async Task<string?> Play(short followed, short straight)
    {
        var chain = new ScriptedChain(recording, _random.Next(3, Math.Min(16, recording.Steps.Count)), _random);
        using var proxy = new CuttingProxy(databasePort);
        var nodes = Enumerable.Range(0, _random.Next(1, 3))
            .Select(_ => server.Add(new ScriptedNode(chain, Faults.Some(_random), new Random(_random.Next())))).ToList();
        try
        {
            await Follow(chain, nodes, proxy, followed);
        }
        finally
        {
            nodes.ForEach(server.Remove);
            (Reorganisations, Cuts) = (chain.Reorganisations, proxy.Cuts);
        }

        var honest = server.Add(new ScriptedNode(chain, Faults.None, new Random(0)));
        await using (var replay = new Session([honest], straight, replays, recording))
        {
            await replay.Reach(chain.Blocks[^1].Number - ScriptedChain.FinalityDepth, Patience);
        }

        server.Remove(honest);
        return await TableDigests.Difference(database, followed, straight);
    }

    private async Task Follow(ScriptedChain chain, IReadOnlyList<Uri> nodes, CuttingProxy proxy, short ledgerId)
    {
        await using var throughProxy = Sql.Source(new NpgsqlConnectionStringBuilder(database) { Port = proxy.Port, Pooling = false }.ConnectionString);
        var session = new Session(nodes, ledgerId, throughProxy, recording);
        Starts++;
        try
        {
            while (!chain.IsTold)
            {
                chain.Change();
                if (_random.Next(3) == 0)
                {
                    proxy.CutAfter(_random.Next(8_000));
                }

                await Task.Delay(_random.Next(0, 4));
                if (_random.Next(5) == 0)
                {
                    await session.DisposeAsync();
                    session = new Session(nodes, ledgerId, throughProxy, recording);
                    Starts++;
                }
            }

            chain.Settle();
            proxy.CutAfter(long.MaxValue);
            await session.Reach(chain.Blocks[^1].Number - ScriptedChain.FinalityDepth, Patience);
        }
        finally
        {
            await session.DisposeAsync();
        }
    }
}
