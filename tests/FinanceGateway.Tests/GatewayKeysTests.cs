using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>
/// With every key of the gateway in hand: parties can be registered, and nothing else. The contract itself says so, asked directly and not
/// through the gateway.
/// </summary>
[TestFixture]
internal sealed class GatewayKeysTests : TownFixture
{
    private static readonly OperationKind[] Kinds =
    [
        OperationKind.IssueReceivable, OperationKind.AssignReceivable, OperationKind.RedeemReceivable, OperationKind.OpenLoan,
        OperationKind.DisburseLoan, OperationKind.RepayLoan, OperationKind.AddSigner, OperationKind.RemoveSigner,
    ];

    private readonly Dictionary<OperationKind, ILedgerOperation> _terms = [];
    private readonly Dictionary<OperationKind, ISigner[]> _signers = [];
    private Trade _trade = null!;

    [TestCaseSource(nameof(Kinds))]
    public async Task Ledger_SignedByAnyKeyOfTheGateway_RefusesToForge(OperationKind kind)
    {
        foreach (var key in new[] { Town.Registrar, Town.Sender })
        {
            var refusal = await Ask(Town.Ledger.SignAll(_terms[kind], [.. _signers[kind].Select(_ => key)]));
            Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.SignerUnauthorised).Or.EqualTo(RefusalCode.SignerMismatch));
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Ledger_SignedByTheParties_Accepts(OperationKind kind) =>
        Assert.That(await Ask(Town.Ledger.SignAll(_terms[kind], _signers[kind])), Is.Null);

    [TestCaseSource(nameof(Kinds))]
    public async Task Ledger_WithOneSignatureReplacedByTheRegistrar_Refuses(OperationKind kind)
    {
        for (var i = 0; i < _signers[kind].Length; i++)
        {
            var signers = _signers[kind].ToArray();
            signers[i] = Town.Registrar;
            Assert.That(await Ask(Town.Ledger.SignAll(_terms[kind], signers)), Is.Not.Null, $"signature {i}");
        }
    }

    [Test]
    public async Task Ledger_RegistrationByTheRegistrar_IsAccepted_AndByTheSenderRefused()
    {
        var signer = Secp256k1Key.Create();
        var registration = await Actor.Registration(Town, PartyKind.Enterprise, [signer], [Rights.Enterprise], Stop);
        var terms = registration.ToOperation();
        Assert.That(await Ask(Town.Ledger.SignAll(terms, Town.Registrar, signer)), Is.Null);
        Assert.That((await Ask(Town.Ledger.SignAll(terms, Town.Sender, signer)))?.Code, Is.EqualTo(RefusalCode.SignerUnauthorised));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _trade = await Trade.Open(Town, Gateway, cancellationToken);
        var deadline = await Town.Deadline(cancellationToken);
        var held = await _trade.NewReceivable(1_000, cancellationToken);
        var pledged = await _trade.NewReceivable(2_000, cancellationToken);
        var lent = await _trade.NewReceivable(3_000, cancellationToken);
        var opened = (await Trade.Complete(_trade.Supplier, await _trade.Borrow(pledged, 2_000, 1, cancellationToken), cancellationToken)).Number("loan");
        var disbursed = (await Trade.Complete(_trade.Supplier, await _trade.Borrow(lent, 3_000, 1, cancellationToken), cancellationToken)).Number("loan");
        await Trade.Complete(_trade.Bank, await _trade.Disburse(disbursed, 3_000, cancellationToken), cancellationToken);

        var newcomer = Secp256k1Key.Create();
        Add(await _trade.IssueTerms(1_000, cancellationToken), _trade.Core.Trader, _trade.Supplier.Trader);
        Add((ILedgerOperation)(await _trade.Assign(held, 1_000, 1, cancellationToken)).Operation, _trade.Supplier.Trader, _trade.Second.Trader);
        Add((await _trade.Redeem(held, 1_000, 1, cancellationToken)).Operation, _trade.Supplier.Trader);
        Add(await _trade.LoanTerms(held, 1_000, 1, cancellationToken), _trade.Supplier.Trader, _trade.Bank.Approver);
        Add((await _trade.Disburse(opened, 2_000, cancellationToken)).Operation, _trade.Bank.Disburser);
        Add((await _trade.Repay(disbursed, 3_000, 0, 2, cancellationToken)).Operation, _trade.Bank.Disburser);
        Add(new AddSigner(_trade.Core.Party, new ByteString(newcomer.SignerBytes.Span), Rights.Trade, deadline), _trade.Core.Trader, newcomer);
        Add(new RemoveSigner(_trade.Bank.Party, SignerId.Of(_trade.Bank.Disburser), deadline), _trade.Bank.Approver);
    }

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private void Add(ILedgerOperation terms, params ISigner[] signers)
    {
        _terms[terms.OperationKind] = terms;
        _signers[terms.OperationKind] = signers;
    }

    private async Task<LedgerRefusal?> Ask(SignedOperation agreement) =>
        (await new LedgerReader(Town.Node, Town.LedgerAddress).Simulate([ByteString.Wrap(agreement.Encode())], BlockTag.Latest, Stop))[0];
}
