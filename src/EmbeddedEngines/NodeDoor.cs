using System.Net.Http.Json;
using System.Text.Json;

namespace FinanceChain.EmbeddedEngines;

/// <summary>The few JSON-RPC calls with which the starter of a chain sets it up; everyone else uses FinanceChain.Ethereum.</summary>
internal sealed class NodeDoor(Uri endpoint) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose() => _http.Dispose();

    /// <exception cref="EngineException">The node answered with an error.</exception>
    /// <exception cref="HttpRequestException">The node does not answer.</exception>
    internal async Task<JsonElement> Send(string method, object?[] parameters, CancellationToken cancellation)
    {
        var request = new { jsonrpc = "2.0", id = 1, method, @params = parameters };
        using HttpResponseMessage response = await _http.PostAsJsonAsync(endpoint, request, cancellation);
        response.EnsureSuccessStatusCode();
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return answer.TryGetProperty("error", out JsonElement error)
            ? throw new EngineException($"{method} was refused by the chain: {error.GetProperty("message").GetString()}")
            : answer.GetProperty("result");
    }
}
