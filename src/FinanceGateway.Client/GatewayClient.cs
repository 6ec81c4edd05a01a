using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FinanceChain.LedgerContract;
using Polly;
using Polly.Retry;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>
/// The gateway's HTTP API for one API client. Requests that failed on the way, and answers 429 and 503, are tried again: idempotency keys
/// make that safe. Every method throws <see cref="GatewayProblemException"/> where the gateway refuses, and
/// <see cref="HttpRequestException"/> when it cannot be reached.
/// </summary>
public sealed partial class GatewayClient : IDisposable
{
    // Some forty seconds in all: a gateway that is started again is there by then.
    private const int MaxRetries = 12;
    private const int MaxIds = 100;
    private const int WaitSeconds = 30;

    // Answers to so many fit into the buffers of a connection, so that nobody waits for the other to read first.
    private const int StretchItems = 500;
    private const string Api = "api/v1/";

    private static readonly JsonSerializerOptions Reading = ForReading();

    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly AccessTokens _tokens;
    private readonly LedgerDomain _ledger;
    private readonly ResiliencePipeline<HttpResponseMessage> _retry;

    /// <param name="http">Its base address is the gateway's.</param>
    /// <param name="ledger">The chain and ledger that the operations are signed for.</param>
    public GatewayClient(HttpClient http, LedgerDomain ledger, string clientId, string clientSecret)
        : this(http, false, ledger, new ClientProof.Secret(clientId, clientSecret))
    {
    }

    public GatewayClient(Uri gateway, LedgerDomain ledger, string clientId, string clientSecret)
        : this(gateway, ledger, new ClientProof.Secret(clientId, clientSecret))
    {
    }

    /// <summary>For a client that signs in by its own private key: <see cref="ClientProof.PrivateKey"/>.</summary>
    public GatewayClient(Uri gateway, LedgerDomain ledger, ClientProof proof)
        : this(new HttpClient { BaseAddress = gateway }, true, ledger, proof)
    {
    }

    private GatewayClient(HttpClient http, bool ownsHttp, LedgerDomain ledger, ClientProof proof)
    {
        _http = http;
        _ownsHttp = ownsHttp;
        _ledger = ledger;
        _tokens = new AccessTokens(http, proof);
        _retry = new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(RetryOptions()).Build();
    }

    /// <summary>Registers a party with the proofs of its new signers, one for each, in their order.</summary>
    public async Task<Accepted> RegisterParty(
        PartyRegistration party, IReadOnlyList<ByteString> signatures, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(party);
        var body = new
        {
            _ledger.Domain.ChainId,
            Ledger = _ledger.Domain.VerifyingContract,
            party.Kind,
            party.Name,
            party.Uscc,
            party.RegionCode,
            party.Industry,
            ProfileSalt = party.Salt,
            Signers = party.Signers.Zip(signatures, (grant, signature) => new { grant.Signer, grant.Rights, Signature = signature }),
            party.Deadline,
        };
        return await Post("parties", body, idempotencyKey, cancellationToken);
    }

    /// <summary>Gives a party's system credentials of its own.</summary>
    public async Task<ClientCredentials> CreateClient(string name, PartyId party, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Post, "clients", new { name, party, scopes }, null, cancellationToken);
        return await Read<ClientCredentials>(response, cancellationToken);
    }

    /// <summary>Gives a party's system credentials without a secret: it signs in by the private half of the key.</summary>
    public async Task<ClientKeyCredentials> CreateClient(
        string name, PartyId party, IReadOnlyList<string> scopes, PublicKey key, CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Post, "clients", new { name, party, scopes, key }, null, cancellationToken);
        return await Read<ClientKeyCredentials>(response, cancellationToken);
    }

    /// <summary>Submits one operation at the address of its kind.</summary>
    public Task<Accepted> Submit(SignedOperation agreement, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        var content = JsonSerializer.SerializeToElement(agreement, agreement.GetType(), LedgerJson.Options);
        return Post(OperationAddress.Of(agreement), Envelope("agreement", content), idempotencyKey, cancellationToken);
    }

    /// <summary>Submits up to 200 operations; each item has its own answer, in order.</summary>
    public async Task<IReadOnlyList<BulkItemResult>> Submit(IReadOnlyList<BulkItem> items, CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Post, "operations", Envelope("items", items), null, cancellationToken);
        return (await Read<BulkAnswer>(response, cancellationToken)).Items;
    }

    /// <summary>
    /// Submits any number of operations as streams, in their order; each has its own answer, in order. The gateway slows the caller down where its
    /// queue has no room. Items come and answers go a stretch at a time, so neither side holds more.
    /// </summary>
    public async IAsyncEnumerable<BulkItemResult> SubmitStream(
        IAsyncEnumerable<BulkItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var stretch in items.Chunk(StretchItems).WithCancellation(cancellationToken))
        {
            using var response = await SendContent(
                HttpMethod.Post, "operations", () => new OperationStream(_ledger, stretch), null, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
            await RequireSuccess(response, cancellationToken);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            for (var i = 0; i < stretch.Length; i++)
            {
                var line = await lines.ReadLineAsync(cancellationToken) ?? throw new HttpRequestException("The stream of answers broke off.");
                yield return JsonSerializer.Deserialize<BulkItemResult>(line, Reading) ?? throw new JsonException("An answer is null.");
            }
        }
    }

    /// <summary>
    /// The client's own operations as they end, for as long as the caller reads. A broken stream throws <see cref="HttpRequestException"/> or
    /// <see cref="IOException"/>: follow again after the last place that was seen.
    /// </summary>
    /// <param name="after">A place that an earlier event named; 0 for all, null for what ends from now on.</param>
    public async IAsyncEnumerable<EndedOperation> Follow(long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Api + "operations/events", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _tokens.Current(cancellationToken));
        if (after is { } place)
        {
            request.Headers.Add("Last-Event-ID", place.ToString(CultureInfo.InvariantCulture));
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await RequireSuccess(response, cancellationToken);
        var events = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            if (item.EventType == "operation")
            {
                var state = JsonSerializer.Deserialize<OperationState>(item.Data, Reading) ?? throw new JsonException("An event is null.");
                yield return new EndedOperation(long.Parse(item.EventId!, CultureInfo.InvariantCulture), state);
            }
        }
    }

    /// <summary>Follows operations until all have ended, over as many waiting requests as it takes. Answers in the order of the ids.</summary>
    public async Task<IReadOnlyList<OperationState>> Wait(IReadOnlyList<Guid> operationIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operationIds);
        var states = new List<OperationState>(operationIds.Count);
        foreach (var ids in operationIds.Chunk(MaxIds))
        {
            IReadOnlyList<OperationState> chunk;
            do
            {
                chunk = await States(ids, WaitSeconds, cancellationToken);
            }
            while (chunk.Any(state => !state.HasEnded));
            states.AddRange(chunk);
        }

        return states;
    }

    /// <summary>Where up to 100 operations stand; waits for their end for at most <paramref name="waitSeconds"/> (0 to 30).</summary>
    public async Task<IReadOnlyList<OperationState>> States(
        IReadOnlyList<Guid> operationIds, int waitSeconds, CancellationToken cancellationToken)
    {
        var path = $"operations?ids={string.Join(',', operationIds)}&waitSeconds={waitSeconds}";
        using var response = await Send(HttpMethod.Get, path, null, null, cancellationToken);
        return (await Read<StateList>(response, cancellationToken)).Items;
    }

    /// <summary>The public headline figures.</summary>
    public async Task<Summary> Summary(CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Get, "reports/summary", null, null, cancellationToken);
        return await Read<Summary>(response, cancellationToken);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    private sealed record BulkAnswer(IReadOnlyList<BulkItemResult> Items);

    private sealed record StateList(IReadOnlyList<OperationState> Items);

    private Dictionary<string, object> Envelope(string name, object content) => new()
    {
        ["chainId"] = _ledger.Domain.ChainId,
        ["ledger"] = _ledger.Domain.VerifyingContract,
        [name] = content,
    };

    private async Task<Accepted> Post(string path, object body, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Post, path, body, idempotencyKey, cancellationToken);
        var accepted = await Read<Accepted>(response, cancellationToken);
        return accepted with { Replayed = response.Headers.Contains("Idempotency-Replayed") };
    }

    private Task<HttpResponseMessage> Send(
        HttpMethod method, string path, object? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var bytes = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, LedgerJson.Options);
        return SendContent(method, path, () => bytes is null ? null : Json(bytes), idempotencyKey, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendContent(
        HttpMethod method, string path, Func<HttpContent?> content, string? idempotencyKey, CancellationToken cancellationToken,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead) => await _retry.ExecuteAsync(
        async token => await SendOnce(method, path, content(), idempotencyKey, completion, token), cancellationToken);

    private async Task<HttpResponseMessage> SendOnce(
        HttpMethod method, string path, HttpContent? content, string? idempotencyKey, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Api + path, UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _tokens.Current(cancellationToken));
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await _http.SendAsync(request, completion, cancellationToken);
    }

    private static ByteArrayContent Json(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await RequireSuccess(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(Reading, cancellationToken) ?? throw new JsonException("The answer is null.");
    }

    private static async Task RequireSuccess(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        throw response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? new GatewayProblemException(JsonSerializer.Deserialize<GatewayProblem>(text, Reading)!)
            : GatewayProblemException.Of(response.StatusCode, text);
    }

    // A newer gateway may say more than this client knows.
    private static JsonSerializerOptions ForReading() => new(LedgerJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
        RespectRequiredConstructorParameters = false,
    };

    private RetryStrategyOptions<HttpResponseMessage> RetryOptions() => new()
    {
        MaxRetryAttempts = MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        Delay = TimeSpan.FromMilliseconds(200),
        MaxDelay = TimeSpan.FromSeconds(5),
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Outcome.Exception is HttpRequestException
            || arguments.Outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            || (arguments.Outcome.Result?.StatusCode is HttpStatusCode.Unauthorized && arguments.AttemptNumber == 0)),
        DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.Headers.RetryAfter?.Delta),
        OnRetry = arguments =>
        {
            if (arguments.Outcome.Result is { } response)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized)
                {
                    _tokens.Forget();
                }

                response.Dispose();
            }

            return ValueTask.CompletedTask;
        },
    };
}
