using System.Text.Json.Nodes;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Bad input, each with its refusal code and the field at fault.</summary>
[TestFixture]
internal sealed class RefusalTests : TownFixture
{
    private const string Receivables = "api/v1/receivables";

    private Trade _trade = null!;
    private string _token = "";
    private string _operatorToken = "";

    [TestCase("91350100M000100Y4Z", "uscc_character_invalid")]
    [TestCase("91350100M000100Y44", "uscc_check_wrong")]
    [TestCase("91330784000000018A", "uscc_organisation_check_wrong")]
    [TestCase("9133078400000001", "uscc_length_wrong")]
    public async Task Registration_WithWrongUscc_IsRefused(string uscc, string code)
    {
        var body = await RegistrationBody();
        body["uscc"] = uscc;
        (await Gateway.Post("api/v1/parties", body.ToJsonString(), _operatorToken, Trade.Key())).AssertRefused(422, code, "uscc");
    }

    [TestCase("name", "", 422, "name_invalid", "name")]
    [TestCase("regionCode", "999999", 422, "region_invalid", "regionCode")]
    [TestCase("industry", "Z99", 422, "industry_invalid", "industry")]
    [TestCase("profileSalt", "0x0000000000000000000000000000000000000000000000000000000000000000", 422, "salt_missing", "profileSalt")]
    [TestCase("profileSalt", "0x12", 400, "value_invalid", "profileSalt")]
    [TestCase("kind", "operator", 422, "party_kind_wrong", "kind")]
    public async Task Registration_WithBadProfile_IsRefused(string member, string value, int status, string code, string field)
    {
        var body = await RegistrationBody();
        body[member] = value;
        (await Gateway.Post("api/v1/parties", body.ToJsonString(), _operatorToken, Trade.Key())).AssertRefused(status, code, field);
    }

    [Test]
    public async Task Registration_OfRegisteredUscc_IsRefused()
    {
        var body = await RegistrationBody();
        var first = await Gateway.Post("api/v1/parties", body.ToJsonString(), _operatorToken, Trade.Key());
        Assert.That(first.Status, Is.EqualTo(202), first.Body?.ToJsonString());

        var again = await RegistrationBody();
        again["uscc"] = (string)body["uscc"]!;
        (await Gateway.Post("api/v1/parties", again.ToJsonString(), _operatorToken, Trade.Key())).AssertRefused(409, "uscc_registered", "uscc");
    }

    [Test]
    public async Task Registration_WithoutProofOfPossession_IsRefused()
    {
        var body = await RegistrationBody();
        body["signers"]![0]!["signature"] = (string)(await RegistrationBody())["signers"]![0]!["signature"]!;
        (await Gateway.Post("api/v1/parties", body.ToJsonString(), _operatorToken, Trade.Key()))
            .AssertRefused(422, "signer_mismatch", "signers");
    }

    [Test]
    public async Task Issue_ToUnknownParty_IsRefused()
    {
        var terms = (await _trade.IssueTerms(1_000, Stop)) with { Holder = new PartyId(4_242) };
        (await PostSigned(terms)).AssertRefused(404, "party_unknown", "agreement.operation.holder");
    }

    [Test]
    public async Task Issue_AfterItsDeadline_IsRefused()
    {
        var past = (ulong)(await Town.Chain.Time(Stop)).AddMinutes(-1).ToUnixTimeSeconds();
        var terms = (await _trade.IssueTerms(1_000, Stop)) with { Deadline = past };
        (await PostSigned(terms)).AssertRefused(422, "deadline_expired", "agreement.operation.deadline");
    }

    [Test]
    public async Task Issue_ForForeignChain_IsRefused()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        body["chainId"] = 1;
        (await Post(body)).AssertRefused(422, "foreign_chain", "chainId");
    }

    [Test]
    public async Task Issue_ForForeignLedger_IsRefused()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        body["ledger"] = Address.Zero.ToString();
        (await Post(body)).AssertRefused(422, "foreign_ledger", "ledger");
    }

    [Test]
    public async Task Issue_SignedForForeignChain_IsRefusedByTheLedger()
    {
        var elsewhere = new LedgerDomain(1, Town.LedgerAddress);
        var agreement = elsewhere.SignAll(await _trade.IssueTerms(1_000, Stop), _trade.Core.Trader, _trade.Supplier.Trader);
        (await Post(Http.Envelope(Town, agreement))).AssertRefused(403, "signer_unauthorised", "agreement.obligorSignature");
    }

    [Test]
    public async Task Issue_WithAlteredAmount_IsRefused()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        body["agreement"]!["operation"]!["amountFen"] = 999;
        (await Post(body)).AssertRefused(403, "signer_unauthorised", "agreement.obligorSignature");
    }

    [Test]
    public async Task Loan_WithAlteredRate_FailsTheBanksP256Signature()
    {
        var receivable = await _trade.NewReceivable(9_000, Stop);
        var body = Http.Envelope(Town, await _trade.Borrow(receivable, 9_000, 1, Stop));
        body["agreement"]!["operation"]!["annualRateBps"] = 400;
        (await Gateway.Post("api/v1/loans", body.ToJsonString(), _token, Trade.Key()))
            .AssertRefused(422, "signature_invalid", "agreement.bankSignature");
    }

    [Test]
    public async Task Issue_Replayed_IsRefused()
    {
        var agreement = await _trade.Issue(1_000, Stop);
        await Trade.Complete(_trade.Core, agreement, Stop);
        (await Post(Http.Envelope(Town, agreement))).AssertRefused(409, "fingerprint_taken", "agreement.operation.invoices");
    }

    [Test]
    public async Task Repayment_AboveWhatIsOwed_IsRefused()
    {
        var receivable = await _trade.NewReceivable(8_000, Stop);
        var loan = (await Trade.Complete(_trade.Supplier, await _trade.Borrow(receivable, 8_000, 1, Stop), Stop)).Number("loan");
        await Trade.Complete(_trade.Bank, await _trade.Disburse(loan, 8_000, Stop), Stop);
        var body = Http.Envelope(Town, await _trade.Repay(loan, 8_001, 0, 1, Stop));
        (await Gateway.Post($"api/v1/loans/{loan}/repayments", body.ToJsonString(), _token, Trade.Key()))
            .AssertRefused(422, "amount_out_of_range", "agreement.operation.principalFen");
    }

    [TestCase("{", "json_malformed", null)]
    [TestCase("not json", "json_malformed", null)]
    [TestCase("{\"chainId\":1,\"chainId\":2}", "member_duplicate", "chainId")]
    [TestCase("{\"chainId\":1,\"surprise\":2}", "member_unknown", "surprise")]
    [TestCase("{\"chainId\":1}", "member_missing", "ledger")]
    [TestCase("{\"chainId\":\"1\"}", "value_invalid", "chainId")]
    [TestCase("{\"chainId\":1,\"ledger\":\"0x12\"}", "value_invalid", "ledger")]
    public async Task Body_ThatCannotBeRead_IsRefused(string body, string code, string? field) =>
        (await Gateway.Post(Receivables, body, _token, Trade.Key())).AssertRefused(400, code, field);

    [TestCase("amountFen", "-1", "value_invalid")]
    [TestCase("amountFen", "1.5", "value_invalid")]
    [TestCase("amountFen", "9007199254740992", "value_invalid")]
    [TestCase("amountFen", "\"1000\"", "value_invalid")]
    [TestCase("maturityDate", "\"2025-02-30\"", "value_invalid")]
    [TestCase("invoices", "\"0x1234\"", "value_invalid")]
    [TestCase("amountFen", "null", "value_invalid")]
    public async Task Operation_WithBadValue_IsRefused(string member, string json, string code)
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        body["agreement"]!["operation"]![member] = JsonNode.Parse(json);
        (await Post(body)).AssertRefused(400, code, $"agreement.operation.{member}");
    }

    [Test]
    public async Task Operation_LackingAMember_IsRefused()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        body["agreement"]!["operation"]!.AsObject().Remove("amountFen");
        (await Post(body)).AssertRefused(400, "member_missing", "agreement.operation.amountFen");
    }

    [Test]
    public async Task Bulk_WithAnOperationOfNoKind_IsRefused()
    {
        var body = new JsonObject
        {
            ["chainId"] = Town.Ledger.Domain.ChainId,
            ["ledger"] = Town.LedgerAddress.ToString(),
            ["items"] = new JsonArray(new JsonObject { ["idempotencyKey"] = Trade.Key(), ["agreement"] = new JsonObject() }),
        };
        (await Gateway.Post("api/v1/operations", body.ToJsonString(), _token)).AssertRefused(400, "member_missing", "items[0].agreement.kind");
    }

    [Test]
    public async Task Body_OverTheLimit_IsRefused()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        body["agreement"]!["obligorSignature"] = "0x" + new string('0', 1_100_000);
        (await Post(body)).AssertRefused(413, "body_too_large", "body");
    }

    [Test]
    public async Task Body_OfAnotherMediaType_IsRefused()
    {
        using var content = new StringContent("<a/>", System.Text.Encoding.UTF8, "text/xml");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Receivables, UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", _token);
        request.Headers.Add("Idempotency-Key", Trade.Key());
        using var response = await Gateway.Http.SendAsync(request, Stop);
        Assert.That((int)response.StatusCode, Is.EqualTo(415));
        Assert.That(await response.Content.ReadAsStringAsync(Stop), Does.Contain("media_type_unsupported"));
    }

    [Test]
    public async Task Path_NamingAnotherObject_IsRefused()
    {
        var body = Http.Envelope(Town, await _trade.Redeem(7, 1, 1, Stop));
        (await Gateway.Post("api/v1/receivables/8/redemptions", body.ToJsonString(), _token, Trade.Key())).AssertRefused(422, "path_mismatch", "id");
    }

    [Test]
    public async Task Bulk_WithRegistration_IsRefusedForThatItem()
    {
        var signer = Secp256k1Key.Create();
        var registration = await Actor.Registration(Town, PartyKind.Enterprise, [signer], [Rights.Enterprise], Stop);
        var agreement = Town.Ledger.SignAll(registration.ToOperation(), Town.Registrar, signer);
        var results = await _trade.Core.Api!.Submit([new(Trade.Key(), agreement)], Stop);
        Assert.That(results[0].Problem!.Code, Is.EqualTo("kind_not_accepted"));
    }

    [TestCase("api/v1/nothing", 404, "not_found")]
    [TestCase("api/v1/receivables", 405, "method_not_allowed")]
    [TestCase("api/v1/operations?ids=1,2", 400, "value_invalid")]
    [TestCase("api/v1/operations?limit=1000", 400, "value_invalid")]
    [TestCase("api/v1/operations?status=lost", 400, "value_invalid")]
    public async Task Get_OfSomethingWrong_IsRefused(string path, int status, string code)
    {
        var answer = await Gateway.Get(path, _token);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _trade = await Trade.Open(Town, Gateway, cancellationToken);
        _token = await Gateway.Token(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret);
        _operatorToken = await Gateway.Token("operator", Town.OperatorSecret);
    }

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<Answer> PostSigned(IssueReceivable terms) =>
        await Post(Http.Envelope(Town, Town.Ledger.SignAll(terms, _trade.Core.Trader, _trade.Supplier.Trader)));

    private Task<Answer> Post(JsonObject body) => Gateway.Post(Receivables, body.ToJsonString(), _token, Trade.Key());

    private async Task<JsonObject> RegistrationBody()
    {
        var signer = Secp256k1Key.Create();
        var registration = await Actor.Registration(Town, PartyKind.Enterprise, [signer], [Rights.Enterprise], Stop);
        return new JsonObject
        {
            ["chainId"] = Town.Ledger.Domain.ChainId,
            ["ledger"] = Town.LedgerAddress.ToString(),
            ["kind"] = "enterprise",
            ["name"] = registration.Name,
            ["uscc"] = registration.Uscc.ToString(),
            ["regionCode"] = "330784",
            ["industry"] = "C33",
            ["profileSalt"] = registration.Salt.ToString(),
            ["signers"] = new JsonArray(new JsonObject
            {
                ["signer"] = Hex.Encode(signer.SignerBytes.Span),
                ["rights"] = 9,
                ["signature"] = Town.Ledger.Sign(registration.ToOperation(), signer).ToString(),
            }),
            ["deadline"] = registration.Deadline,
        };
    }
}
