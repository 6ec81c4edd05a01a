using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using FinanceChain.Cli.Progress;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>The story cannot go on; the message says why in a sentence.</summary>
internal sealed class StoryException(string message) : Exception(message);

/// <summary>
/// Plays the Yongkang case from outside, through the public API: each member signs with its own key and submits with its own credentials.
/// Everything has an idempotency key, so a story that was cut off is played again from its first page and nothing happens twice.
/// </summary>
internal sealed class StoryPlayer : IDisposable
{
    private const int BulkLimit = 100;
    private const int MembersAtOnce = 24;

    private readonly EmbeddedChain _chain;
    private readonly LedgerDomain _domain;
    private readonly HttpClient _http;
    private readonly GatewayClient _operator;
    private readonly StoryCredentials _credentials;
    private readonly StoryKeys _keys;
    private readonly StoryState _state;
    private readonly StoryScript _script;
    private readonly IProgressSink _progress;
    private readonly ConcurrentDictionary<int, GatewayClient> _clients = [];
    private int _done;

    public StoryPlayer(EmbeddedChain chain, Stage stage, StoryCredentials credentials, StoryKeys keys, YongkangPlan plan, IProgressSink progress)
    {
        _chain = chain;
        _domain = new LedgerDomain(stage.ChainId, stage.Ledger);
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = MembersAtOnce * 2 }) { BaseAddress = stage.Gateway };
        _operator = new GatewayClient(_http, _domain, stage.Offices.ClientId, stage.Offices.ClientSecret);
        _credentials = credentials;
        _keys = keys;
        _state = new StoryState(YongkangCast.Members.Count, plan.Claims.Count);
        _script = new StoryScript(plan, new StoryPen(_state, keys, _domain));
        _progress = progress;
        Operations = _script.Operations;
    }

    /// <summary>How many signed operations the whole story takes.</summary>
    public int Operations { get; }

    /// <summary>Plays all steps; the chain's clock moves with the story.</summary>
    /// <exception cref="StoryException">An operation was refused.</exception>
    public async Task Play(CancellationToken cancellationToken)
    {
        Played(0);

        // What these two sign, their own systems submit: the operator's client above lets others in and submits nothing.
        await GiveCredentials([(YongkangCast.OperatorOffice, "平台运营（演示）"), (YongkangCast.RegulatorOffice, "金融监管（演示）")], cancellationToken);
        for (int step = 0; step < StoryCalendar.Steps.Count; step++)
        {
            await TurnClock(StoryCalendar.Morning(step), cancellationToken);
            await Register(step, cancellationToken);
            await PlayWave(_script.FirstWave(step), cancellationToken);
            await PlayWave(_script.SecondWave(step), cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (GatewayClient client in _clients.Values)
        {
            client.Dispose();
        }

        _operator.Dispose();
        _http.Dispose();
    }

    /// <summary>Forward only: an interrupted story that is played again finds the clock ahead for a while.</summary>
    private async Task TurnClock(DateTimeOffset morning, CancellationToken cancellationToken)
    {
        if (await _chain.Time(cancellationToken) < morning)
        {
            await _chain.SetNextBlockTimestamp(morning, cancellationToken);
            await _chain.Mine(1, cancellationToken);
        }
    }

    private async Task Register(int step, CancellationToken cancellationToken)
    {
        CastMember[] joining = [.. YongkangCast.Members.Where(member => member.JoinStep == step)];
        if (joining.Length == 0)
        {
            return;
        }

        var operations = new Guid[joining.Length];
        await Parallel.ForAsync(0, joining.Length, Together(cancellationToken), async (place, token) =>
        {
            PartyRegistration registration = Registration(joining[place], step);
            RegisterParty operation = registration.ToOperation();
            IReadOnlyList<ByteString> proofs = [.. _keys.SignersOf(joining[place]).Select(signer => _domain.Sign(operation, signer.Key))];
            operations[place] = (await _operator.RegisterParty(registration, proofs, Key("register", joining[place]), token)).OperationId;
        });
        foreach ((CastMember member, OperationState ended) in joining.Zip(await _operator.Wait(operations, cancellationToken)))
        {
            RequireFinal(ended, member.Name);
            _state.Parties[member.Index] = new PartyId((uint)ended.Number("party"));
        }

        await GiveCredentials([.. joining.Select(member => (member.Index, member.Name))], cancellationToken);
        Played(joining.Length);
    }

    private async Task GiveCredentials(IReadOnlyList<(int Member, string Name)> systems, CancellationToken cancellationToken)
    {
        var given = new ConcurrentBag<(int, ClientCredentials)>();
        await Parallel.ForEachAsync(systems.Where(system => _credentials.Of(system.Member) is null), Together(cancellationToken), async (system, token) =>
            given.Add((system.Member, await _operator.CreateClient(
                system.Name, _state.PartyOf(system.Member), ["operations:submit", "operations:read"], token))));
        if (!given.IsEmpty)
        {
            await _credentials.Keep(given, cancellationToken);
        }
    }

    private async Task PlayWave(IEnumerable<StoryMove> moves, CancellationToken cancellationToken)
    {
        IEnumerable<StoryMove[]> bulks = moves.GroupBy(move => move.Member).SelectMany(group => group.Chunk(BulkLimit));
        await Parallel.ForEachAsync(bulks, Together(cancellationToken), async (bulk, token) =>
        {
            GatewayClient client = ClientOf(bulk[0].Member);
            IReadOnlyList<BulkItemResult> results = await client.Submit([.. bulk.Select(move => new BulkItem(move.Key, move.Write()))], token);
            foreach (BulkItemResult result in results)
            {
                if (result.Problem is { } problem)
                {
                    throw new StoryException($"The gateway refused {result.IdempotencyKey}: {problem.Code} {problem.Field} {problem.Title} {problem.Values}");
                }
            }

            IReadOnlyList<OperationState> ends = await client.Wait([.. results.Select(result => result.OperationId!.Value)], token);
            foreach ((StoryMove move, OperationState ended) in bulk.Zip(ends))
            {
                RequireFinal(ended, move.Key);
                move.Note(ended);
            }

            Played(bulk.Length);
        });
    }

    private void Played(int operations) => _progress.Report("Signed operations", Interlocked.Add(ref _done, operations), Operations);

    private GatewayClient ClientOf(int member) => _clients.GetOrAdd(member, index =>
    {
        ClientCredentials credentials = _credentials.Of(index) ?? throw new StoryException($"Member {index} of the cast has no credentials yet.");
        return new GatewayClient(_http, _domain, credentials.ClientId, credentials.ClientSecret);
    });

    private PartyRegistration Registration(CastMember member, int step) => new(
        member.Kind,
        member.Name,
        member.Uscc,
        member.Region,
        member.Industry,
        Hash256.FromBytes(HKDF.DeriveKey(HashAlgorithmName.SHA256, _credentials.Seed, Hash256.Length, info: [.. "profile"u8, (byte)(member.Index >> 8), (byte)member.Index])),
        [.. _keys.SignersOf(member).Select(signer => SignerId.Grant(signer.Key, signer.Rights))],
        StoryPen.Deadline(step));

    private static void RequireFinal(OperationState ended, string what)
    {
        if (ended.Status != OperationStatus.Final)
        {
            throw new StoryException($"The ledger refused {what}: {ended.Refusal?.Code} {ended.Refusal?.Title} {ended.Refusal?.Values}");
        }
    }

    private static string Key(string verb, CastMember member) => string.Create(CultureInfo.InvariantCulture, $"{verb}-{member.Index}");

    private static ParallelOptions Together(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = MembersAtOnce, CancellationToken = cancellationToken };
}
