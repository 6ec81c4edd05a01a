using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>The ceilings hold for what operations really cost, and are not so high that transactions stay half empty.</summary>
[TestFixture]
internal sealed class OperationGasTests : TownFixture
{
    /// <summary>Of what an operation costs; P-256 signatures cost more than secp256k1, and a ceiling covers both.</summary>
    private const double MostSlack = 2.5;

    private readonly List<(OperationKind Kind, long Used, long Ceiling)> _measured = [];

    [Test]
    public void EveryKind_StaysBelowItsCeiling_ByNotTooMuch()
    {
        TestContext.Out.WriteLine(string.Join('\n', _measured));
        Assert.Multiple(() =>
        {
            Assert.That(_measured.Select(m => m.Kind).Distinct(), Is.EquivalentTo(Enum.GetValues<OperationKind>()));
            Assert.That(_measured.Where(m => m.Used > m.Ceiling), Is.Empty);
            Assert.That(_measured.GroupBy(m => m.Kind).Where(kind => kind.Min(m => m.Ceiling / (double)m.Used) > MostSlack), Is.Empty);
        });
    }

    [TestCase(0, 1_000_000, 0)]
    [TestCase(3, 1_000_000, 3)]
    [TestCase(5, 1_000_000, 3)]
    [TestCase(5, 600_000, 1)]
    public void Fit_LeavesTheLedgersReserve(int count, long limit, int expected) =>
        Assert.That(OperationGas.Fit([.. Enumerable.Repeat(90_000L, count)], limit), Is.EqualTo(expected));

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        using var trade = await Trade.Open(Town, Gateway, cancellationToken);
        var key = P256Key.Create(Town.P256Verifier);
        var party = trade.Core.Party;
        var deadline = await Town.Deadline(cancellationToken);
        await Measure(trade.Core, Town.Ledger.SignAll(
            new AddSigner(party, new ByteString(key.SignerBytes.Span), Rights.Enterprise, deadline), trade.Core.Trader, key), cancellationToken);

        // P-256 on every side, which costs the most.
        var expensive = new Trade(Town, trade.Core with { Trader = key }, trade.Supplier, trade.Second, trade.Bank);
        var receivable = await Measure(trade.Core, await expensive.Issue(100_000, cancellationToken), cancellationToken);
        var id = receivable.Number("receivable");
        await Measure(trade.Core, await trade.Assign(id, 40_000, 1, cancellationToken), cancellationToken);
        await Measure(trade.Core, await trade.Redeem(id, 10_000, 2, cancellationToken), cancellationToken);
        var loan = (await Measure(trade.Core, await trade.Borrow(id, 50_000, 3, cancellationToken), cancellationToken)).Number("loan");
        await Measure(trade.Core, await trade.Disburse(loan, 50_000, cancellationToken), cancellationToken);
        await Measure(trade.Core, await trade.Repay(loan, 10_000, 100, 2, cancellationToken), cancellationToken);
        await Measure(trade.Core, await trade.Repay(loan, 40_000, 100, 3, cancellationToken), cancellationToken);
        await Measure(trade.Core, Town.Ledger.SignAll(new RemoveSigner(party, SignerId.Of(key), deadline), trade.Core.Trader), cancellationToken);
        await Register(PartyKind.Enterprise, [Secp256k1Key.Create()], cancellationToken);
        await Register(PartyKind.Bank, [.. Enumerable.Range(0, 8).Select(_ => P256Key.Create(Town.P256Verifier))], cancellationToken);
    }

    private async Task Register(PartyKind kind, ISigner[] signers, CancellationToken cancellationToken)
    {
        var rights = Enumerable.Repeat(kind == PartyKind.Bank ? Rights.Bank : Rights.Enterprise, signers.Length).ToArray();
        var registration = await Actor.Registration(Town, kind, signers, rights, cancellationToken);
        var terms = registration.ToOperation();
        using var desk = Gateway.Operator(Town);
        var signatures = signers.Select(signer => Town.Ledger.Sign(terms, signer)).ToList();
        var accepted = await desk.RegisterParty(registration, signatures, Trade.Key(), cancellationToken);
        var state = (await desk.Wait([accepted.OperationId], cancellationToken))[0];
        await Note(state, terms.WithSignatures([Town.Ledger.Sign(terms, Town.Registrar), .. signatures]), cancellationToken);
    }

    private async Task<OperationState> Measure(Actor by, SignedOperation agreement, CancellationToken cancellationToken)
    {
        var state = await Trade.Complete(by, agreement, cancellationToken);
        Assert.That(state.Status, Is.EqualTo(OperationStatus.Final));
        await Note(state, agreement, cancellationToken);
        return state;
    }

    private async Task Note(OperationState state, SignedOperation agreement, CancellationToken cancellationToken)
    {
        var receipt = await Town.Node.Receipt(Hash256.Parse(state.Transaction!), cancellationToken);
        _measured.Add((
            agreement.Kind, (long)receipt!.GasUsed - OperationGas.Transaction, OperationGas.Ceiling(agreement.Kind, agreement.Encode().Length)));
    }
}
