using FinanceChain.FinanceGateway.Tests.Support;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

[TestFixture]
internal sealed class SignInTests : TownFixture
{
    private Trade _trade = null!;

    [TestCase("POST", "api/v1/parties")]
    [TestCase("POST", "api/v1/clients")]
    [TestCase("POST", "api/v1/receivables")]
    [TestCase("POST", "api/v1/receivables/1/assignments")]
    [TestCase("POST", "api/v1/receivables/1/redemptions")]
    [TestCase("POST", "api/v1/loans")]
    [TestCase("POST", "api/v1/loans/1/disbursements")]
    [TestCase("POST", "api/v1/loans/1/repayments")]
    [TestCase("POST", "api/v1/parties/1/signers")]
    [TestCase("POST", "api/v1/parties/1/signer-removals")]
    [TestCase("POST", "api/v1/parties/1/standings")]
    [TestCase("POST", "api/v1/parties/1/recoveries")]
    [TestCase("POST", "api/v1/parties/1/recovery-vetoes")]
    [TestCase("POST", "api/v1/parties/1/recovery-completions")]
    [TestCase("POST", "api/v1/parties/1/lending-policies")]
    [TestCase("POST", "api/v1/parties/1/credit-limits")]
    [TestCase("POST", "api/v1/parties/1/model-activations")]
    [TestCase("POST", "api/v1/parameters")]
    [TestCase("POST", "api/v1/parameters/adoptions")]
    [TestCase("POST", "api/v1/receivables/1/cancellations")]
    [TestCase("POST", "api/v1/receivables/1/disputes")]
    [TestCase("POST", "api/v1/receivables/1/dispute-resolutions")]
    [TestCase("POST", "api/v1/receivables/1/freezes")]
    [TestCase("POST", "api/v1/receivables/1/unfreezes")]
    [TestCase("POST", "api/v1/loans/1/cancellations")]
    [TestCase("POST", "api/v1/loans/1/extensions")]
    [TestCase("POST", "api/v1/loans/1/defaults")]
    [TestCase("POST", "api/v1/loans/1/recourse-claims")]
    [TestCase("POST", "api/v1/loans/1/write-offs")]
    [TestCase("POST", "api/v1/loans/1/recoveries")]
    [TestCase("POST", "api/v1/operations")]
    [TestCase("GET", "api/v1/operations")]
    [TestCase("GET", "api/v1/operations/0197b0c0-0000-7000-8000-000000000000")]
    public async Task Endpoint_WithoutToken_IsClosed(string method, string path)
    {
        var answer = method == "GET" ? await Gateway.Get(path, null) : await Gateway.Post(path, "{}", null);
        answer.AssertRefused(401, "unauthenticated", null);
    }

    [TestCase("api/v1/parties", "operations:submit")]
    [TestCase("api/v1/clients", "operations:submit")]
    [TestCase("api/v1/receivables", "operations:read")]
    [TestCase("api/v1/operations", "operations:read")]
    public async Task Endpoint_WithoutItsScope_IsClosed(string path, string scope)
    {
        var token = await Gateway.Token(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret, scope);
        (await Gateway.Post(path, "{}", token)).AssertRefused(403, "scope_missing", null);
    }

    [Test]
    public async Task Operator_CannotSubmitOperations()
    {
        var token = await Gateway.Token("operator", Town.OperatorSecret);
        (await Gateway.Post("api/v1/receivables", "{}", token)).AssertRefused(403, "scope_missing", null);
    }

    [Test]
    public async Task Token_Altered_IsRefused()
    {
        var token = await Gateway.Token("operator", Town.OperatorSecret);
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{parts[1]}.{new string([.. parts[2].Reverse()])}";
        (await Gateway.Get("api/v1/operations", forged)).AssertRefused(401, "unauthenticated", null);
    }

    [TestCase("operator", "wrong", "client_credentials", 401, "invalid_client")]
    [TestCase("nobody", "wrong", "client_credentials", 401, "invalid_client")]
    [TestCase("operator", "wrong", "password", 400, "unsupported_grant_type")]
    public async Task Token_WithWrongCredentials_IsRefused(string clientId, string secret, string grant, int status, string error)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = grant, ["client_id"] = clientId, ["client_secret"] = secret, ["username"] = "a", ["password"] = "b",
        });
        using var response = await Gateway.Http.PostAsync(new Uri("oauth/token", UriKind.Relative), form, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.That(((int)response.StatusCode, text.Contains(error, StringComparison.Ordinal)), Is.EqualTo((status, true)), text);
    }

    [Test]
    public async Task Token_WithForeignScope_IsRefused()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = _trade.Core.Credentials.ClientId,
            ["client_secret"] = _trade.Core.Credentials.ClientSecret,
            ["scope"] = "clients:manage",
        });
        using var response = await Gateway.Http.PostAsync(new Uri("oauth/token", UriKind.Relative), form, Stop);
        Assert.That(await response.Content.ReadAsStringAsync(Stop), Does.Contain("invalid_scope"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Operation_OfAnotherClient_IsNotFound()
    {
        var accepted = await _trade.Core.Api!.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop);
        var stranger = await Gateway.Token(_trade.Supplier.Credentials.ClientId, _trade.Supplier.Credentials.ClientSecret);
        (await Gateway.Get($"api/v1/operations/{accepted.OperationId}", stranger)).AssertRefused(404, "operation_not_found", "operationId");
        (await Gateway.Get($"api/v1/operations?ids={accepted.OperationId}", stranger)).AssertRefused(404, "operation_not_found", "ids");
        var own = await Gateway.Get("api/v1/operations", stranger);
        Assert.That(own.Body!["items"]!.ToJsonString(), Does.Not.Contain(accepted.OperationId.ToString()));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Token_AfterARestart_IsStillGood()
    {
        var token = await Gateway.Token("operator", Town.OperatorSecret);
        await using var next = await RunningGateway.Start(Town, Stop);
        Assert.That((await next.Get("api/v1/operations", token)).Status, Is.EqualTo(200));
    }

    [TestCase("[\"clients:manage\"]", "scope_not_grantable", "scopes", 422)]
    [TestCase("[]", "scope_not_grantable", "scopes", 422)]
    [TestCase("[\"operations:read\"]", "party_unknown", "party", 404)]
    public async Task Client_ForBadRequest_IsRefused(string scopes, string code, string field, int status)
    {
        var token = await Gateway.Token("operator", Town.OperatorSecret);
        var body = $"{{\"name\":\"ERP\",\"party\":99999,\"scopes\":{scopes}}}";
        (await Gateway.Post("api/v1/clients", body, token)).AssertRefused(status, code, field);
    }

    [Test]
    public async Task Secrets_AreNowhereInTheDatabase()
    {
        await using var database = NpgsqlDataSource.Create(Town.Database);
        await using var command = database.CreateCommand(
            "select (select string_agg(c::text, '') from gateway.client c) || (select string_agg(a::text, '') from gateway.audit a)");
        var everything = (string)(await command.ExecuteScalarAsync(Stop))!;
        Assert.Multiple(() =>
        {
            Assert.That(everything, Does.Contain("create_client").And.Contain("register_party"));
            Assert.That(everything, Does.Not.Contain(Town.OperatorSecret));
            Assert.That(everything, Does.Not.Contain(_trade.Core.Credentials.ClientSecret));
        });
    }

    [TestCase("update gateway.audit set action = 'nothing'")]
    [TestCase("delete from gateway.audit")]
    public async Task Audit_CannotBeChanged(string sql)
    {
        await using var database = NpgsqlDataSource.Create(Town.Database);
        await using var command = database.CreateCommand(sql);
        Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>());
    }

    [TestCase("health/live")]
    [TestCase("health/ready")]
    [TestCase("openapi/v1.json")]
    [TestCase("api/v1/reports/summary")]
    public async Task PublicPage_NeedsNoToken(string path) => Assert.That((await Gateway.Get(path, null)).Status, Is.EqualTo(200));

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }
}
