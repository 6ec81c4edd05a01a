using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Private-key JWT (RFC 7523): what signs a client in, and everything that must not.</summary>
[TestFixture]
internal sealed class ClientAssertionTests : TownFixture
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly ClientKeyPair _keys = new();
    private string _operator = "";
    private string _clientId = "";

    [Test]
    public async Task Assertion_Signed_GivesATokenThatOpensTheDoor()
    {
        var answer = await Ask(_keys.Assertion(_clientId));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Body?.ToJsonString());
        Assert.That((await Gateway.Get("api/v1/operations", (string?)answer.Body!["access_token"])).Status, Is.EqualTo(200));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task TypedClient_SignsInByItsKey_AndFollowsAnOperation()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var desk = Gateway.Operator(Town);
        var created = await desk.CreateClient(
            "ERP", PartyId.Operator, ["parties:submit", "operations:read"], ClientProof.PrivateKey.PublicHalf(key), Stop);
        using var client = Gateway.Client(new ClientProof.PrivateKey(created.ClientId, key, created.Kid, new Uri(ClientKeyPair.Audience)));
        var newcomer = Ethereum.Secp256k1Key.Create();
        var terms = new AddSigner(PartyId.Operator, new ByteString(newcomer.SignerBytes.Span), Rights.Manage, await Town.Deadline(Stop));
        var accepted = await client.Submit(Town.Ledger.SignAll(terms, Town.Manager, newcomer), Trade.Key(), Stop);
        Assert.That((await client.Wait([accepted.OperationId], Stop))[0].Status, Is.EqualTo(OperationStatus.Final));
    }

    [Test]
    public async Task Assertion_WithoutClientId_NamesTheClientItself() =>
        Assert.That((await Ask(_keys.Assertion(_clientId), clientId: null)).Status, Is.EqualTo(200));

    [Test]
    public async Task Assertion_UsedAgain_IsRefused_OnAnotherGatewayToo()
    {
        var assertion = _keys.Assertion(_clientId);
        Assert.That((await Ask(assertion)).Status, Is.EqualTo(200));
        AssertRefused(await Ask(assertion));
        await using var other = await RunningGateway.Start(Town, Stop);
        AssertRefused(await Ask(assertion, gateway: other));
    }

    [TestCase("alg", "none")]
    [TestCase("alg", "HS256")]
    [TestCase("alg", "ES384")]
    [TestCase("alg", "RS256")]
    [TestCase("alg", "PS256")]
    [TestCase("alg", null)]
    [TestCase("kid", "unknown")]
    [TestCase("kid", "")]
    [TestCase("kid", null)]
    [TestCase("typ", "at+jwt")]
    [TestCase("typ", "JWT")]
    public async Task Assertion_WithAWrongHeader_IsRefused(string member, string? value) =>
        AssertRefused(await Ask(_keys.Assertion(_clientId, alterHeader: header => Set(header, member, value))));

    [TestCase("iss", "somebody else")]
    [TestCase("iss", null)]
    [TestCase("sub", "somebody else")]
    [TestCase("sub", null)]
    [TestCase("aud", "https://another.example/")]
    [TestCase("aud", "https://another.example/oauth/token")]
    [TestCase("aud", "https://gateway.financechain.example/oauth/token")]
    [TestCase("aud", "")]
    [TestCase("aud", null)]
    [TestCase("jti", "")]
    [TestCase("jti", "with space")]
    [TestCase("jti", null)]
    [TestCase("exp", null)]
    public async Task Assertion_WithAWrongClaim_IsRefused(string member, string? value) =>
        AssertRefused(await Ask(_keys.Assertion(_clientId, alterClaims: claims => Set(claims, member, value))));

    [TestCase("exp", -1)]
    [TestCase("exp", -3600)]
    [TestCase("exp", 3600)]
    [TestCase("nbf", 120)]
    [TestCase("iat", 120)]
    public async Task Assertion_AtTheWrongTime_IsRefused(string member, int seconds) => AssertRefused(await Ask(
        _keys.Assertion(_clientId, alterClaims: claims => claims[member] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds)));

    [Test]
    public async Task Assertion_ForSeveralAudiences_IsRefused() => AssertRefused(await Ask(_keys.Assertion(
        _clientId, alterClaims: claims => claims["aud"] = new JsonArray(ClientKeyPair.Audience, "https://another.example/"))));

    [Test]
    public async Task Assertion_WithoutSignature_IsRefused()
    {
        var header = _keys.Header;
        header["alg"] = "none";
        AssertRefused(await Ask(ClientKeyPair.Sign(header, ClientKeyPair.Claims(_clientId), _ => [])));
    }

    [Test]
    public async Task Assertion_UnderTheSameSignatureNumbersNegated_IsNoSecondUse()
    {
        var claims = ClientKeyPair.Claims(_clientId);
        Assert.That((await Ask(ClientKeyPair.Sign(_keys.Header, claims, Signed))).Status, Is.EqualTo(200));
        AssertRefused(await Ask(ClientKeyPair.Sign(_keys.Header, claims, content => Negated(Signed(content)))));
    }

    [Test]
    public async Task Assertion_UnderAMacWithThePublicKey_IsRefused()
    {
        var header = _keys.Header;
        header["alg"] = "HS256";
        byte[][] publicForms =
        [
            Encoding.ASCII.GetBytes(_keys.Key.ExportSubjectPublicKeyInfoPem()), _keys.Key.ExportSubjectPublicKeyInfo(),
            Encoding.UTF8.GetBytes(_keys.Jwk.ToJsonString()),
        ];
        foreach (var form in publicForms)
        {
            AssertRefused(await Ask(ClientKeyPair.Sign(header, ClientKeyPair.Claims(_clientId), content => HMACSHA256.HashData(form, content))));
        }
    }

    [Test]
    public async Task Assertion_WithItsOwnKeyInTheHeader_IsRefused()
    {
        using var own = new ClientKeyPair();
        AssertRefused(await Ask(own.Assertion(_clientId, alterHeader: header => (header["jwk"], header["kid"]) = (own.Jwk, _keys.Kid))));
    }

    [Test]
    public async Task Assertion_ByAnotherClientsKey_IsRefused()
    {
        using var theirs = new ClientKeyPair();
        await Create(theirs.Jwk);
        AssertRefused(await Ask(theirs.Assertion(_clientId)));
        AssertRefused(await Ask(_keys.Assertion(_clientId), clientId: "operator"));
    }

    [Test]
    public async Task Assertion_WithTheSecretOfAnother_IsRefused() =>
        AssertRefused(await Ask(_keys.Assertion(_clientId), secret: Town.OperatorSecret));

    [TestCase("")]
    [TestCase("x")]
    [TestCase("a.b.c")]
    [TestCase("e30.e30.")]
    public async Task Assertion_ThatIsNone_IsRefused(string assertion) => AssertRefused(await Ask(assertion));

    [Test]
    public async Task Client_WithAKey_HasNoSecret()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = _clientId, ["client_secret"] = "",
        });
        using var response = await Gateway.Http.PostAsync(new Uri("oauth/token", UriKind.Relative), form, Stop);
        Assert.That((int)response.StatusCode, Is.AnyOf(400, 401));
    }

    [Test]
    public async Task Keys_AreChangedWithoutAStop()
    {
        using var first = new ClientKeyPair();
        using var second = new ClientKeyPair();
        using var third = new ClientKeyPair();
        var clientId = await Create(first.Jwk);
        Assert.That((await Keys(clientId, second.Jwk)).Status, Is.EqualTo(201));
        (await Keys(clientId, third.Jwk)).AssertRefused(409, "client_keys_exhausted", "key");
        Assert.That((await Ask(first.Assertion(clientId), clientId)).Status, Is.EqualTo(200));
        Assert.That((await Ask(second.Assertion(clientId), clientId)).Status, Is.EqualTo(200));

        Assert.That((await Gateway.Delete($"api/v1/clients/{clientId}/keys/{first.Kid}", _operator)).Status, Is.EqualTo(204));
        AssertRefused(await Ask(first.Assertion(clientId), clientId));
        (await Keys(clientId, first.Jwk)).AssertRefused(409, "client_key_used", "key");
        Assert.That((await Keys(clientId, third.Jwk)).Status, Is.EqualTo(201));
        Assert.That((await Ask(second.Assertion(clientId), clientId)).Status, Is.EqualTo(200));

        Assert.That((await Gateway.Delete($"api/v1/clients/{clientId}", _operator)).Status, Is.EqualTo(204));
        AssertRefused(await Ask(second.Assertion(clientId), clientId));
        (await Keys(clientId, new ClientKeyPair().Jwk)).AssertRefused(404, "client_not_found", "clientId");
    }

    [TestCase("kty", "RSA", 422, "client_key_invalid", "key.kty")]
    [TestCase("kty", "oct", 422, "client_key_invalid", "key.kty")]
    [TestCase("crv", "secp256k1", 422, "client_key_invalid", "key.crv")]
    [TestCase("x", "AAAA", 422, "client_key_invalid", "key.x")]
    [TestCase("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 422, "client_key_invalid", "key.x")]
    [TestCase("kid", "mine", 422, "client_key_invalid", "key.kid")]
    [TestCase("use", "enc", 422, "client_key_invalid", "key.use")]
    [TestCase("alg", "none", 422, "client_key_invalid", "key.alg")]
    [TestCase("d", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE", 400, "member_unknown", "key.d")]
    public async Task Client_WithABadKey_IsRefused(string member, string value, int status, string code, string field)
    {
        var jwk = _keys.Jwk;
        jwk[member] = value;
        (await Gateway.Post("api/v1/clients", Body(jwk), _operator)).AssertRefused(status, code, field);
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _operator = await Gateway.Token("operator", Town.OperatorSecret);
        _clientId = await Create(_keys.Jwk);
    }

    protected override Task Leave()
    {
        _keys.Dispose();
        return Task.CompletedTask;
    }

    private byte[] Signed(byte[] content) => _keys.Key.SignData(content, HashAlgorithmName.SHA256);

    // (r, n - s) verifies as (r, s) does: the text differs, the claims do not.
    private static byte[] Negated(byte[] signature)
    {
        var order = new System.Numerics.BigInteger(
            Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);
        var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
    }

    private static void Set(JsonObject part, string member, string? value)
    {
        if (value is null)
        {
            part.Remove(member);
        }
        else
        {
            part[member] = value;
        }
    }

    private static void AssertRefused(Answer answer)
    {
        Assert.That(answer.Status, Is.AnyOf(400, 401), answer.Body?.ToJsonString());
        Assert.That(answer.Body!["access_token"], Is.Null);
    }

    private async Task<string> Create(JsonObject jwk)
    {
        var created = await Gateway.Post("api/v1/clients", Body(jwk), _operator);
        Assert.That((created.Status, created.Body?["clientSecret"]), Is.EqualTo((201, (JsonNode?)null)), created.Body?.ToJsonString());
        return (string)created.Body!["clientId"]!;
    }

    private static string Body(JsonObject jwk) => new JsonObject
    {
        ["name"] = "ERP", ["party"] = PartyId.Operator.Value, ["scopes"] = new JsonArray("operations:read"), ["key"] = jwk,
    }.ToJsonString();

    private Task<Answer> Keys(string clientId, JsonObject jwk) =>
        Gateway.Post($"api/v1/clients/{clientId}/keys", new JsonObject { ["key"] = jwk }.ToJsonString(), _operator);

    private Task<Answer> Ask(string assertion, RunningGateway? gateway = null, string? secret = null) => Ask(assertion, _clientId, gateway, secret);

    private async Task<Answer> Ask(string assertion, string? clientId, RunningGateway? gateway = null, string? secret = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_assertion_type"] = JwtBearer, ["client_assertion"] = assertion,
        };
        if (clientId is not null)
        {
            form["client_id"] = clientId;
        }

        if (secret is not null)
        {
            form["client_secret"] = secret;
        }

        return await (gateway ?? Gateway).PostForm("oauth/token", form);
    }
}
