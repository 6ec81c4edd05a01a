using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>The ceilings hold for what operations really cost with keys of every scheme, and are not so high that transactions stay half empty.</summary>
[TestFixture]
internal sealed class OperationGasTests : TownFixture
{
    private const double MostSlack = 1.5;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task EveryKind_StaysBelowItsCeiling_ByNotTooMuch(int scheme)
    {
        var ledger = new DirectLedger(Town);
        var measured = new List<(OperationKind Kind, long Used, long Ceiling)>();
        foreach (var ready in await EveryOperation.Prepare(ledger, () => NewSigner(scheme)))
        {
            var agreement = Town.Ledger.SignAll(ready.Terms, ready.Signers);
            var used = (await ledger.Execute(agreement)).GasUsed - OperationGas.Transaction + RefundOf(agreement.Kind);
            measured.Add((agreement.Kind, used, OperationGas.Ceiling(agreement, agreement.Encode().Length)));
        }

        measured.Add(await RegistrationOfEight(ledger, scheme));
        TestContext.Out.WriteLine(string.Join('\n', measured));
        Assert.Multiple(() =>
        {
            Assert.That(measured.Select(m => m.Kind).Distinct(), Is.EquivalentTo(Enum.GetValues<OperationKind>()));
            Assert.That(measured.Where(m => m.Used > m.Ceiling), Is.Empty);
            Assert.That(measured.GroupBy(m => m.Kind).Where(kind => kind.Min(m => m.Ceiling / (double)m.Used) > MostSlack), Is.Empty);
        });
    }

    // What emptied slots give back comes after the transaction: it must be able to pay for them before (EIP-3529).
    private static long RefundOf(OperationKind kind) => kind switch
    {
        OperationKind.VetoRecovery or OperationKind.CompleteRecovery => 2 * 4_800,
        OperationKind.AdoptParameters => 4_800,
        _ => 0,
    };

    private ISigner NewSigner(int scheme) => scheme switch
    {
        1 => Secp256k1Key.Create(),
        2 => P256Key.Create(Town.P256Verifier),
        _ => PasskeySigner.Create(Town.PasskeyVerifier, Town.Site),
    };

    private async Task<(OperationKind Kind, long Used, long Ceiling)> RegistrationOfEight(DirectLedger ledger, int scheme)
    {
        var signers = Enumerable.Range(0, 8).Select(_ => (NewSigner(scheme), Rights.Bank)).ToArray();
        var terms = await ledger.RegistrationTerms(PartyKind.Bank, signers);
        var agreement = Town.Ledger.SignAll(terms, [Town.Registrar, .. signers.Select(s => s.Item1)]);
        var used = (await ledger.Execute(agreement)).GasUsed - OperationGas.Transaction;
        return (agreement.Kind, used, OperationGas.Ceiling(agreement, agreement.Encode().Length));
    }
}
