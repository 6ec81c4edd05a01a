using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>Requests as a stranger's program would make them: raw JSON, so that it can be wrong.</summary>
internal static class Http
{
    public static async Task<string> Token(this RunningGateway gateway, string clientId, string secret, string? scope = null)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = clientId, ["client_secret"] = secret };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await gateway.Http.PostAsync(new Uri("oauth/token", UriKind.Relative), content);
        Assert.That((int)response.StatusCode, Is.EqualTo(200), await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public static async Task<Answer> Post(this RunningGateway gateway, string path, string body, string? token, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await gateway.Send(request, token);
    }

    public static async Task<Answer> Get(this RunningGateway gateway, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        return await gateway.Send(request, token);
    }

    public static async Task<Answer> Delete(this RunningGateway gateway, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(path, UriKind.Relative));
        return await gateway.Send(request, token);
    }

    public static async Task<Answer> PostForm(this RunningGateway gateway, string path, IReadOnlyDictionary<string, string> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new FormUrlEncodedContent(form) };
        return await gateway.Send(request, null);
    }

    /// <summary>The body of a single submission, to be altered at will.</summary>
    public static JsonObject Envelope(Town town, SignedOperation agreement) => new()
    {
        ["chainId"] = town.Ledger.Domain.ChainId,
        ["ledger"] = town.LedgerAddress.ToString(),
        ["agreement"] = JsonSerializer.SerializeToNode(agreement, agreement.GetType(), LedgerJson.Options),
    };

    public static async Task<Answer> Send(this RunningGateway gateway, HttpRequestMessage request, string? token)
    {
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        // Whoever pushes a large body on before it is asked for may find the connection closed instead of the answer.
        request.Headers.ExpectContinue = request.Content?.Headers.ContentLength > 64 * 1024;
        using var response = await gateway.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            text.Length == 0 ? null : JsonNode.Parse(text),
            response.Headers.Contains("Idempotency-Replayed"));
    }
}

internal sealed record Answer(int Status, string? MediaType, JsonNode? Body, bool Replayed)
{
    public string? Code => (string?)Body?["code"];

    public string? Field => (string?)Body?["field"];

    public string OperationId => (string)Body!["operationId"]!;

    /// <summary>Every refusal has the same shape.</summary>
    public void AssertRefused(int status, string code, string? field)
    {
        var text = Body?.ToJsonString();
        Assert.Multiple(() =>
        {
            Assert.That(Status, Is.EqualTo(status), text);
            Assert.That(MediaType, Is.EqualTo("application/problem+json"), text);
            Assert.That(Code, Is.EqualTo(code), text);
            Assert.That(Field, Is.EqualTo(field), text);
            Assert.That((int?)Body?["status"], Is.EqualTo(status), text);
            Assert.That((string?)Body?["title"], Is.Not.Empty, text);
            Assert.That((string?)Body?["titleZh"], Does.Match(@"\p{IsCJKUnifiedIdeographs}"), text);
            Assert.That((string?)Body?["requestId"], Is.Not.Empty, text);
            Assert.That((string?)Body?["type"], Is.EqualTo($"urn:financechain:problem:{code}"), text);
        });
    }
}
