using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;

namespace FinanceChain.Ethereum;

/// <summary>HTTP/1.1 to one node over pooled connections, with a timeout for each attempt and repetition of what is safe to repeat.</summary>
internal sealed class JsonRpcTransport : IDisposable
{
    private readonly Uri _endpoint;
    private readonly EthereumClientOptions _options;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _retries;

    public JsonRpcTransport(Uri endpoint, EthereumClientOptions options)
    {
        _endpoint = endpoint;
        _options = options;
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = options.RequestTimeout,
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _retries = options.MaxRetries == 0 ? ResiliencePipeline.Empty : Retries(options);
    }

    /// <summary>Posts a body and hands the answer's content to <paramref name="decode"/> as it arrives.</summary>
    /// <exception cref="NodeUnreachableException">No answer, after all repetitions.</exception>
    /// <exception cref="NodeResponseException">An answer that is not JSON-RPC.</exception>
    public async Task<T> Post<T>(
        ReadOnlyMemory<byte> body, bool repeatable, Func<JsonTokenStream, CancellationToken, Task<T>> decode, CancellationToken cancellationToken)
    {
        if (!repeatable)
        {
            return await Attempt(body, decode, cancellationToken);
        }

        return await _retries.ExecuteAsync(async token => await Attempt(body, decode, token), cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static ResiliencePipeline Retries(EthereumClientOptions options) =>
        new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<NodeUnreachableException>(),
                MaxRetryAttempts = options.MaxRetries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();

    private async Task<T> Attempt<T>(
        ReadOnlyMemory<byte> body, Func<JsonTokenStream, CancellationToken, Task<T>> decode, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(_options.RequestTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
            {
                Version = HttpVersion.Version11,
                Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            RequireAnswer(response);
            await using var content = await response.Content.ReadAsStreamAsync(limited.Token);
            using var tokens = new JsonTokenStream(content, _options.MaxResponseBytes);
            return await decode(tokens, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeUnreachableException($"The node at {Place} did not answer within {_options.RequestTimeout.TotalSeconds} s.");
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new NodeResponseException($"The node at {Place} does not answer in HTTP: {failure.Message}", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new NodeUnreachableException($"The node at {Place} cannot be reached: {failure.Message}", failure);
        }
        catch (IOException failure)
        {
            throw new NodeUnreachableException($"The connection to the node at {Place} broke: {failure.Message}", failure);
        }
    }

    // Some nodes send the JSON-RPC error of a request along with a status of 4xx or 500; that error is the better answer.
    private void RequireAnswer(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var status = (int)response.StatusCode;
        if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            throw new NodeUnreachableException($"The node at {Place} answered with status {status}.");
        }

        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            throw new NodeResponseException($"The node at {Place} answered with status {status} and no JSON.");
        }
    }

    // User, password and path of an endpoint can be credentials, and messages end in logs.
    private string Place => _endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
