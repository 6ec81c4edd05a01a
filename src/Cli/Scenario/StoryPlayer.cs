using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
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
    private readonly YongkangPlan _plan;
    private readonly StoryState _state;
    private readonly StoryScript _script;
    private readonly Action<int> _played;
    private readonly ConcurrentDictionary<int, GatewayClient> _clients = [];

    /// <param name="played">Is told how many operations have become final, each time some have.</param>
    public StoryPlayer(
        EmbeddedChain chain, Uri gateway, LedgerDomain domain, Address p256Verifier, ClientCredentials operatorCredentials, StoryCredentials credentials, YongkangPlan plan, Action<int> played)
    {
        _chain = chain;
        _domain = domain;
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = MembersAtOnce * 2 }) { BaseAddress = gateway };
        _operator = new GatewayClient(_http, domain, operatorCredentials.ClientId, operatorCredentials.ClientSecret);
        _credentials = credentials;
        _keys = new StoryKeys(credentials.Seed, p256Verifier);
        _plan = plan;
        _state = new StoryState(YongkangCast.Members.Count, plan.Claims.Count);
        _script = new StoryScript(plan, _state, _keys, domain);
        _played = played;
    }

    /// <summary>Plays all steps; the chain's clock moves with the story.</summary>
    /// <exception cref="StoryException">An operation was refused.</exception>
    public async Task Play(CancellationToken cancellationToken)
    {
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
            IReadOnlyList<ByteString> proofs = [.. SignersOf(joining[place]).Select(signer => _domain.Sign(operation, signer.Key))];
            operations[place] = (await _operator.RegisterParty(registration, proofs, Key("register", joining[place]), token)).OperationId;
        });
        foreach ((CastMember member, OperationState ended) in joining.Zip(await _operator.Wait(operations, cancellationToken)))
        {
            RequireFinal(ended, member.Name);
            _state.Parties[member.Index] = new PartyId((uint)ended.Number("party"));
        }

        await GiveCredentials(joining, cancellationToken);
        _played(joining.Length);
    }

    private async Task GiveCredentials(IEnumerable<CastMember> joining, CancellationToken cancellationToken)
    {
        var given = new ConcurrentBag<(int, ClientCredentials)>();
        await Parallel.ForEachAsync(joining.Where(member => _credentials.Of(member.Index) is null), Together(cancellationToken), async (member, token) =>
            given.Add((member.Index, await _operator.CreateClient(
                member.Name, _state.Parties[member.Index], ["operations:submit", "operations:read"], token))));
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

            _played(bulk.Length);
        });
    }

    private GatewayClient ClientOf(int member) => _clients.GetOrAdd(member, index =>
    {
        ClientCredentials credentials = _credentials.Of(index) ?? throw new StoryException($"{YongkangCast.Members[index].Name} has no credentials yet.");
        return new GatewayClient(_http, _domain, credentials.ClientId, credentials.ClientSecret);
    });

    private PartyRegistration Registration(CastMember member, int step) => new(
        member.Kind,
        member.Name,
        member.Uscc,
        member.Region,
        member.Industry,
        Hash256.FromBytes(HKDF.DeriveKey(HashAlgorithmName.SHA256, _credentials.Seed, Hash256.Length, info: [.. "profile"u8, (byte)(member.Index >> 8), (byte)member.Index])),
        [.. SignersOf(member).Select(signer => SignerId.Grant(signer.Key, signer.Rights))],
        StoryScript.Deadline(step));

    private IReadOnlyList<(ISigner Key, Rights Rights)> SignersOf(CastMember member) => member.Role == CastRole.Bank
        ?
        [
            (_keys.Manager(member.Index), Rights.Manage),
            (_keys.Approver(member.Index), Rights.Approve),
            (_keys.Cashier(member.Index), Rights.Disburse),
        ]
        : [(_keys.Trader(member.Index), Rights.Trade | Rights.Manage)];

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
