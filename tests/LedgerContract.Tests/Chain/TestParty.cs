using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>Which kind of key the parties of a test sign with.</summary>
public enum KeyKind
{
    Secp256k1,
    P256,
}

/// <summary>A registered party whose keys the test holds: one for an enterprise, maker and checker for a bank.</summary>
internal sealed record TestParty(PartyId Id, IReadOnlyList<ISigner> Keys)
{
    public ISigner Key => Keys[0];

    public ISigner Maker => Keys[0];

    public ISigner Checker => Keys[1];

    public static ISigner NewKey(TestLedger ledger, KeyKind kind) =>
        kind == KeyKind.Secp256k1 ? Secp256k1Key.Create() : P256Key.Create(ledger.P256Verifier);

    public static Task<TestParty> Enterprise(TestLedger ledger, KeyKind kind, CancellationToken cancellationToken) =>
        Register(ledger, PartyKind.Enterprise, [(NewKey(ledger, kind), Rights.Enterprise)], cancellationToken);

    public static Task<TestParty> Bank(TestLedger ledger, KeyKind kind, CancellationToken cancellationToken) => Register(
        ledger,
        PartyKind.Bank,
        [(NewKey(ledger, kind), Rights.Approve | Rights.Manage), (NewKey(ledger, kind), Rights.Disburse)],
        cancellationToken);

    private static async Task<TestParty> Register(
        TestLedger ledger, PartyKind kind, IReadOnlyList<(ISigner Key, Rights Rights)> signers, CancellationToken cancellationToken)
    {
        var profile = SignerId.Of(signers[0].Key);
        var registration = new RegisterParty(
            kind,
            TestLedger.Yongkang,
            IndustryCode.Parse(kind == PartyKind.Bank ? "J6621" : "C33"),
            profile,
            ValueList.From(signers.Select(signer => SignerId.Grant(signer.Key, signer.Rights))),
            ledger.Deadline);
        IReadOnlyList<ISigner> keys = [.. signers.Select(signer => signer.Key)];
        var registered = await ledger.Run<PartyRegistered>(registration, [ledger.Operator, .. keys], cancellationToken);

        Assert.That(registered, Is.EqualTo(new PartyRegistered(
            registered.Party, kind, TestLedger.Yongkang, registration.Industry, profile, registration.Signers)));
        return new TestParty(registered.Party, keys);
    }
}
