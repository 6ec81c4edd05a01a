using System.Text.Json.Nodes;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>
/// Every endpoint against every scope. The endpoints are those that the running gateway has: one that is not listed here, or is listed and gone, fails.
/// </summary>
[TestFixture]
internal sealed class SecurityMatrixTests : TownFixture
{
    /// <summary>The scopes of which each one opens the endpoint; none for everybody.</summary>
    private static readonly Dictionary<string, string[]> Opens = new()
    {
        ["GET /health/live"] = [],
        ["GET /health/ready"] = [],
        ["GET /openapi/{documentName}.json"] = [],
        ["GET /docs/{documentName?}"] = [],
        ["GET /docs/scalar.js"] = [],
        ["GET /docs/scalar.aspnetcore.js"] = [],
        ["GET /docs/favicon.svg"] = [],
        ["GET /"] = [],
        ["HEAD /"] = [],
        ["GET /portal/{name}"] = [],
        ["HEAD /portal/{name}"] = [],
        ["GET /api/v1/reports/summary"] = [],
        ["GET /api/v1/reports/lending"] = [],
        ["GET /api/v1/reports/holdings"] = [],
        ["GET /api/v1/reports/exposures"] = [],
        ["GET /api/v1/reports/events"] = [],
        ["POST /api/v1/parties"] = [Scopes.PartiesRegister],
        ["POST /api/v1/clients"] = [Scopes.ClientsManage],
        ["POST /api/v1/clients/{clientId}/keys"] = [Scopes.ClientsManage],
        ["DELETE /api/v1/clients/{clientId}/keys/{kid}"] = [Scopes.ClientsManage],
        ["DELETE /api/v1/clients/{clientId}"] = [Scopes.ClientsManage],
        ["POST /api/v1/operations"] = [.. Scopes.OfKinds, Scopes.OperationsSubmit],
        ["GET /api/v1/operations"] = [Scopes.OperationsRead],
        ["GET /api/v1/operations/{operationId:guid}"] = [Scopes.OperationsRead],
        ["GET /api/v1/operations/events"] = [Scopes.OperationsRead],
        ["GET /api/v1/operations/{operationId:guid}/events"] = [Scopes.OperationsRead],
        ["POST /api/v1/webhooks"] = [Scopes.WebhooksManage],
        ["GET /api/v1/webhooks"] = [Scopes.WebhooksManage],
        ["POST /api/v1/webhooks/{webhookId:guid}/secrets"] = [Scopes.WebhooksManage],
        ["DELETE /api/v1/webhooks/{webhookId:guid}"] = [Scopes.WebhooksManage],
        ["GET /api/v1/webhooks/{webhookId:guid}/deliveries"] = [Scopes.WebhooksManage],
        ["POST /api/v1/webhooks/{webhookId:guid}/replay"] = [Scopes.WebhooksManage],
    };

    /// <summary>The doors of the kinds, by the thing that they act on.</summary>
    private static readonly Dictionary<string, string[]> Doors = new()
    {
        [Scopes.PartiesSubmit] =
        [
            "/parties/{id}/standings", "/parties/{id}/signers", "/parties/{id}/signer-removals", "/parties/{id}/recoveries",
            "/parties/{id}/recovery-vetoes", "/parties/{id}/recovery-completions", "/parties/{id}/lending-policies", "/parties/{id}/credit-limits",
            "/parties/{id}/model-activations",
        ],
        [Scopes.ParametersSubmit] = ["/parameters", "/parameters/adoptions"],
        [Scopes.ReceivablesSubmit] =
        [
            "/receivables", "/receivables/{id}/assignments", "/receivables/{id}/redemptions", "/receivables/{id}/cancellations",
            "/receivables/{id}/disputes", "/receivables/{id}/dispute-resolutions", "/receivables/{id}/freezes", "/receivables/{id}/unfreezes",
        ],
        [Scopes.LoansSubmit] =
        [
            "/loans", "/loans/{id}/disbursements", "/loans/{id}/repayments", "/loans/{id}/cancellations", "/loans/{id}/extensions",
            "/loans/{id}/defaults", "/loans/{id}/recourse-claims", "/loans/{id}/write-offs", "/loans/{id}/recoveries",
        ],
    };

    private static readonly Dictionary<string, string[]> All = Opens
        .Concat(Doors.SelectMany(door => door.Value.Select(path => KeyValuePair.Create($"POST /api/v1{path}", new[] { door.Key, Scopes.OperationsSubmit }))))
        .ToDictionary();

    private static readonly string[] Guarded = [.. All.Where(entry => entry.Value.Length > 0).Select(entry => entry.Key)];

    private static readonly string[] Open = [.. All.Where(entry => entry.Value.Length == 0).Select(entry => entry.Key)];

    private readonly Dictionary<string, string> _tokens = [];

    [Test]
    public void EveryEndpoint_OfTheGateway_IsInTheMatrix() => Assert.That(Endpoints().Distinct(), Is.EquivalentTo(All.Keys));

    [TestCaseSource(nameof(Guarded))]
    public async Task Endpoint_OpensForItsScopes_AndForNoOther(string endpoint)
    {
        foreach (var (scope, token) in _tokens)
        {
            var answer = await Call(endpoint, token);
            if (All[endpoint].Contains(scope))
            {
                Assert.That((scope, answer.Status), Is.Not.EqualTo((scope, 401)).And.Not.EqualTo((scope, 403)));
            }
            else
            {
                Assert.That((scope, answer.Status, answer.Code), Is.EqualTo((scope, 403, "scope_missing")));
            }
        }
    }

    [TestCaseSource(nameof(Guarded))]
    public async Task Endpoint_WithoutAGoodToken_IsClosed(string endpoint)
    {
        var good = _tokens[Scopes.OperationsRead];
        foreach (var token in new[] { null, "", "nonsense", good[..^2], good + "A", "e30.e30.", $"{good.Split('.')[0]}.{good.Split('.')[1]}." })
        {
            (await Call(endpoint, token)).AssertRefused(401, "unauthenticated", null);
        }
    }

    [TestCaseSource(nameof(Open))]
    public async Task PublicEndpoint_NeedsNoToken(string endpoint)
    {
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Concrete(path), UriKind.Relative));
        using var response = await Gateway.Http.SendAsync(request, Stop);
        Assert.That((int)response.StatusCode, Is.LessThan(400));
    }

    [Test]
    public void EveryKind_HasItsDoorUnderItsScope()
    {
        foreach (var kind in Enum.GetValues<OperationKind>().Except([OperationKind.RegisterParty]))
        {
            var endpoint = Gateway.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>().Single(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == kind.ToString());
            Assert.That(Doors[Scopes.Of(kind)], Does.Contain(endpoint.RoutePattern.RawText!["/api/v1".Length..]), $"{kind}");
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Bulk_WithAKindOutOfScope_RefusesThatItemAlone()
    {
        using var trade = await Trade.Open(Town, Gateway, Stop);
        var loan = await trade.Borrow(await trade.NewReceivable(5_000, Stop), 5_000, 1, Stop);
        var body = new JsonObject
        {
            ["chainId"] = Town.Ledger.Domain.ChainId,
            ["ledger"] = Town.LedgerAddress.ToString(),
            ["items"] = new JsonArray(Item(loan), Item(await trade.Issue(1_000, Stop))),
        };
        var answer = await Gateway.Post("api/v1/operations", body.ToJsonString(), _tokens[Scopes.ReceivablesSubmit]);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(207));
            Assert.That((string?)answer.Body!["items"]![0]!["problem"]?["code"], Is.EqualTo("scope_missing"));
            Assert.That((string?)answer.Body!["items"]![0]!["problem"]?["field"], Is.EqualTo("items[0].agreement.kind"));
            Assert.That((string?)answer.Body!["items"]![1]!["status"], Is.EqualTo("queued"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Stream_WithKindsOutOfScope_RefusesThoseLinesAlone()
    {
        using var trade = await Trade.Open(Town, Gateway, Stop);
        var newcomer = Ethereum.Secp256k1Key.Create();
        var registration = await Actor.Registration(Town, PartyKind.Enterprise, [newcomer], [Rights.Enterprise], Stop);
        var head = new JsonObject { ["chainId"] = Town.Ledger.Domain.ChainId, ["ledger"] = Town.LedgerAddress.ToString() };
        JsonObject[] lines =
        [
            head, Item(await trade.Borrow(await trade.NewReceivable(5_000, Stop), 5_000, 1, Stop)), Item(await trade.Issue(1_000, Stop)),
            Item(Town.Ledger.SignAll(registration.ToOperation(), Town.Registrar, newcomer)),
        ];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/v1/operations", UriKind.Relative));
        request.Content = new StringContent(string.Join('\n', lines.Select(line => line.ToJsonString())), System.Text.Encoding.UTF8, "application/x-ndjson");
        request.Headers.Authorization = new("Bearer", _tokens[Scopes.ReceivablesSubmit]);
        using var response = await Gateway.Http.SendAsync(request, Stop);
        var answers = (await response.Content.ReadAsStringAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(a => (string?)a["problem"]?["code"]), Is.EqualTo(new[] { "scope_missing", null, "kind_not_accepted" }));
            Assert.That(answers.Select(a => (string?)a["problem"]?["field"]), Is.EqualTo(new[] { "[1].agreement.kind", null, "[3].agreement.kind" }));
        });
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        var everything = await Gateway.Post(
            "api/v1/clients",
            new JsonObject { ["name"] = "all", ["party"] = 1, ["scopes"] = new JsonArray([.. Scopes.Grantable.Select(scope => (JsonNode)scope)]) }.ToJsonString(),
            await Gateway.Token("operator", Town.OperatorSecret));
        var (id, secret) = ((string)everything.Body!["clientId"]!, (string)everything.Body!["clientSecret"]!);
        foreach (var scope in Scopes.All)
        {
            _tokens[scope] = Scopes.Grantable.Contains(scope)
                ? await Gateway.Token(id, secret, scope)
                : await Gateway.Token("operator", Town.OperatorSecret, scope);
        }
    }

    private static JsonObject Item(SignedOperation agreement) => new()
    {
        ["idempotencyKey"] = Trade.Key(),
        ["agreement"] = System.Text.Json.JsonSerializer.SerializeToNode(agreement, LedgerJson.Options),
    };

    private IEnumerable<string> Endpoints() => Gateway.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}"));

    private Task<Answer> Call(string endpoint, string? token)
    {
        var (method, path) = (endpoint.Split(' ')[0], Concrete(endpoint.Split(' ')[1]));
        return method switch
        {
            "GET" when path.EndsWith("/events", StringComparison.Ordinal) => Begin(path, token),
            "GET" => Gateway.Get(path, token),
            "DELETE" => Gateway.Delete(path, token),
            _ => Gateway.Post(path, "{}", token),
        };
    }

    // A stream of events does not end: its beginning tells.
    private async Task<Answer> Begin(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        using var response = await Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        var type = response.Content.Headers.ContentType?.MediaType;
        var body = type == "text/event-stream" ? null : JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop));
        return new Answer((int)response.StatusCode, type, body, false);
    }

    private static string Concrete(string pattern) => pattern.TrimStart('/')
        .Replace("reports/lending", "reports/lending?by=month", StringComparison.Ordinal)
        .Replace("reports/exposures", "reports/exposures?by=bank", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal)
        .Replace("{documentName?}", "v1", StringComparison.Ordinal)
        .Replace("{name}", "icon.svg", StringComparison.Ordinal)
        .Replace("{operationId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal)
        .Replace("{webhookId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal)
        .Replace("{clientId}", "client-none", StringComparison.Ordinal)
        .Replace("{kid}", "none", StringComparison.Ordinal)
        .Replace("{id}", "1", StringComparison.Ordinal);
}
