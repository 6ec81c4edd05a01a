using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>Gets access tokens by client credentials (RFC 6749 §4.4) and keeps one until it is about to end.</summary>
internal sealed class AccessTokens(HttpClient http, ClientProof proof) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _one = new(1);
    private string? _token;
    private DateTimeOffset _goodUntil;

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);

    private sealed record Fault(
        [property: JsonPropertyName("error")] string? Error, [property: JsonPropertyName("error_description")] string? Description);

    /// <exception cref="GatewayProblemException">The credentials were refused.</exception>
    /// <exception cref="HttpRequestException">The gateway cannot be reached, or not now.</exception>
    public async Task<string> Current(CancellationToken cancellationToken)
    {
        if (_token is { } known && DateTimeOffset.UtcNow < _goodUntil)
        {
            return known;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } fresh && DateTimeOffset.UtcNow < _goodUntil)
            {
                return fresh;
            }

            var answer = await Ask(cancellationToken);
            _goodUntil = DateTimeOffset.UtcNow.AddSeconds(answer.ExpiresIn) - Margin;
            return _token = answer.AccessToken;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Forget() => _token = null;

    public void Dispose() => _one.Dispose();

    private async Task<Answer> Ask(CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), .. proof.Parameters()]);
        using var response = await http.PostAsync(new Uri("oauth/token", UriKind.Relative), form, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return await response.Content.ReadFromJsonAsync<Answer>(cancellationToken) ?? throw new JsonException("The token answer is empty.");
        }

        if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        {
            throw new HttpRequestException("The gateway cannot give tokens now.", null, response.StatusCode);
        }

        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var fault = text.StartsWith('{') ? JsonSerializer.Deserialize<Fault>(text) : null;
        throw new GatewayProblemException(new GatewayProblem(
            (int)response.StatusCode, fault?.Error ?? "token_refused", null, fault?.Description ?? "No access token was given.", "未能取得访问令牌。"));
    }
}
