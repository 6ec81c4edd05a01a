using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>What a bank has decided for itself: how many approve, and how much it lends.</summary>
[TestFixture]
internal sealed class ApprovalTests : TownFixture
{
    private const ulong Large = Actor.DualApprovalFen + 1;

    private Trade _trade = null!;

    [Test]
    [CancelAfter(60_000)]
    public async Task LargeLoan_NeedsTwoDifferentApprovers()
    {
        var terms = await _trade.LoanTerms(await _trade.NewReceivable(Large, Stop), Large, 1, Stop);
        var bank = _trade.Bank;
        const string second = "agreement.secondBankSignature";
        await bank.AssertRefused(Sign(terms, bank.Approver), 422, "second_approval_missing", second);
        await bank.AssertRefused(Sign(terms, bank.Approver, bank.Approver), 403, "signers_not_distinct", second);
        await bank.AssertRefused(Sign(terms, bank.Approver, bank.Disburser), 403, "signer_unauthorised", second);
        await bank.AssertRefused(Sign(terms, bank.Disburser, bank.Approver), 403, "signer_unauthorised", "agreement.bankSignature");

        var body = Http.Envelope(Town, Sign(terms, bank.Approver, bank.SecondApprover));
        var foreign = (string)body["agreement"]!["bankSignature"]!;
        body["agreement"]!["secondBankSignature"] = foreign[..^2] + (foreign.EndsWith("00", StringComparison.Ordinal) ? "01" : "00");
        var token = await Gateway.Token(bank.Credentials.ClientId, bank.Credentials.ClientSecret);
        (await Gateway.Post("api/v1/loans", body.ToJsonString(), token, Trade.Key())).AssertRefused(422, "signature_invalid", second);

        var opened = await Trade.Complete(bank, Sign(terms, bank.Approver, bank.SecondApprover), Stop);
        Assert.That(opened.Number("principalFen"), Is.EqualTo(Large));
        await bank.AssertRefused(await DisburseBy(opened.Number("loan"), bank.SecondApprover), 403, "signer_unauthorised", "agreement.bankSignature");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SmallLoan_NeedsOneApprover_AndJsonLeavesTheSecondOut()
    {
        var terms = await _trade.LoanTerms(await _trade.NewReceivable(1_000, Stop), 1_000, 1, Stop);
        await _trade.Bank.AssertRefused(
            Sign(terms, _trade.Bank.Approver, _trade.Bank.SecondApprover), 422, "second_approval_needless", "agreement.secondBankSignature");

        var body = Http.Envelope(Town, Sign(terms, _trade.Bank.Approver));
        Assert.That(body["agreement"]!.AsObject().ContainsKey("secondBankSignature"), Is.False);
        var token = await Gateway.Token(_trade.Bank.Credentials.ClientId, _trade.Bank.Credentials.ClientSecret);
        Assert.That((await Gateway.Post("api/v1/loans", body.ToJsonString(), token, Trade.Key())).Status, Is.EqualTo(202));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Loan_AboveTheCreditLimit_IsRefusedWithWhoseLimitAndHowMuch()
    {
        using var other = await Trade.Open(Town, Gateway, Stop);
        var limit = new SetCreditLimit(other.Bank.Party, other.Supplier.Party, ExposureSide.Borrower, new Fen(50_000), 0, await Town.Deadline(Stop));
        await Trade.Complete(other.Bank, Town.Ledger.SignAll(limit, other.Bank.Approver), Stop);
        await Trade.Complete(other.Bank, await other.Borrow(await other.NewReceivable(20_000, Stop), 20_000, 1, Stop), Stop);
        var above = Http.Envelope(Town, await other.Borrow(await other.NewReceivable(40_000, Stop), 30_001, 1, Stop));
        var token = await Gateway.Token(other.Bank.Credentials.ClientId, other.Bank.Credentials.ClientSecret);

        var answer = await Gateway.Post("api/v1/loans", above.ToJsonString(), token, Trade.Key());
        answer.AssertRefused(422, "credit_limit_exceeded", "agreement.operation.principalFen");
        var expected = new System.Text.Json.Nodes.JsonObject
        {
            ["bank"] = other.Bank.Party.Value,
            ["party"] = other.Supplier.Party.Value,
            ["side"] = "borrower",
            ["usedFen"] = 20_000,
            ["amountFen"] = 30_001,
            ["limitFen"] = 50_000,
        };
        Assert.That(answer.Body!["values"]!.ToJsonString(), Is.EqualTo(expected.ToJsonString()));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Bank_WithoutAPolicy_LendsNothing()
    {
        var ledger = new DirectLedger(Town);
        var approver = Secp256k1Key.Create();
        var bank = await ledger.Register(PartyKind.Bank, (approver, Rights.Approve | Rights.Manage));
        var terms = (await _trade.LoanTerms(await _trade.NewReceivable(1_000, Stop), 1_000, 1, Stop)) with { Bank = bank };
        await _trade.Supplier.AssertRefused(Sign(terms, approver), 409, "lending_policy_missing", "agreement.operation.bank");
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private SignedOperation Sign(OpenLoan terms, params ISigner[] approvers) => Town.Ledger.SignAll(terms, [_trade.Supplier.Trader, .. approvers]);

    private async Task<SignedOperation> DisburseBy(ulong loan, ISigner disburser) => Town.Ledger.SignAll(
        (DisburseLoan)(await _trade.Disburse(loan, 1, Stop)).Operation, disburser);
}
