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
    private static readonly OperationKind[] Kinds = [.. Enum.GetValues<OperationKind>().Except([OperationKind.RegisterParty])];

    private DirectLedger _ledger = null!;
    private ILookup<OperationKind, Ready> _ready = null!;

    [TestCaseSource(nameof(Kinds))]
    public async Task Ledger_SignedByAnyKeyOfTheGateway_RefusesToForge(OperationKind kind)
    {
        foreach (var (terms, signers) in Of(kind))
        {
            foreach (var key in new[] { Town.Registrar, Town.Sender })
            {
                var refusal = await Ask(terms, [.. signers.Select(_ => key)]);
                Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.SignerUnauthorised).Or.EqualTo(RefusalCode.SignerMismatch));
            }
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Ledger_SignedByTheParties_Accepts(OperationKind kind)
    {
        foreach (var (terms, signers) in Of(kind))
        {
            Assert.That(await Ask(terms, signers), Is.Null);
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Ledger_WithOneSignatureReplacedByAKeyOfTheGateway_Refuses(OperationKind kind)
    {
        foreach (var (terms, signers) in Of(kind))
        {
            foreach (var key in new[] { Town.Registrar, Town.Sender })
            {
                for (var i = 0; i < signers.Length; i++)
                {
                    var forged = signers.ToArray();
                    forged[i] = key;
                    Assert.That(await Ask(terms, forged), Is.Not.Null, $"signature {i}");
                }
            }
        }
    }

    [Test]
    public async Task Ledger_RegistrationByTheRegistrar_IsAccepted_AndByTheSenderRefused()
    {
        var signer = Secp256k1Key.Create();
        var terms = await _ledger.RegistrationTerms(PartyKind.Enterprise, (signer, Rights.Enterprise));
        Assert.That(await Ask(terms, Town.Registrar, signer), Is.Null);
        Assert.That((await Ask(terms, Town.Sender, signer))?.Code, Is.EqualTo(RefusalCode.SignerUnauthorised));
    }

    [TestCase(PartyKind.Operator)]
    [TestCase(PartyKind.Regulator)]
    public async Task Ledger_RegistrationOfAnAuthority_IsRefusedToTheRegistrarToo(PartyKind kind)
    {
        var signer = Secp256k1Key.Create();
        var terms = await _ledger.RegistrationTerms(kind, (signer, Rights.Manage));
        Assert.That((await Ask(terms, Town.Registrar, signer))?.Code, Is.EqualTo(RefusalCode.PartyKindWrong));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _ledger = new DirectLedger(Town);
        _ready = (await EveryOperation.Prepare(_ledger, Secp256k1Key.Create)).ToLookup(ready => ready.Terms.OperationKind);
    }

    private IEnumerable<Ready> Of(OperationKind kind)
    {
        Assert.That(_ready[kind], Is.Not.Empty);
        return _ready[kind];
    }

    private Task<LedgerRefusal?> Ask(ILedgerOperation terms, params ISigner[] signers) => _ledger.Ask(Town.Ledger.SignAll(terms, signers));
}
