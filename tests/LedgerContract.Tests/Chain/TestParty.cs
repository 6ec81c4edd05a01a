using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>Which kind of key the parties of a test sign with.</summary>
public enum KeyKind
{
    Secp256k1,
    P256,
    Passkey,
}

/// <summary>A registered party whose keys the test holds: one for an enterprise; maker, checker and second maker for a bank.</summary>
internal sealed record TestParty(PartyId Id, IReadOnlyList<ISigner> Keys)
{
    private static readonly Fen DualApproval = new(100_000_000_00);
    private static readonly Fen Limit = new(1_000_000_000_00);

    public ISigner Key => Keys[0];

    public ISigner Maker => Keys[0];

    public ISigner Checker => Keys[1];

    public ISigner SecondMaker => Keys[2];

    public static ISigner NewKey(TestLedger ledger, KeyKind kind) => kind switch
    {
        KeyKind.Secp256k1 => Secp256k1Key.Create(),
        KeyKind.P256 => P256Key.Create(ledger.Plan.P256Verifier),
        _ => PasskeySigner.Create(ledger.Plan.PasskeyVerifier, TestLedger.Portal),
    };

    public static Task<TestParty> Enterprise(TestLedger ledger, KeyKind kind, CancellationToken cancellationToken) =>
        Register(ledger, PartyKind.Enterprise, [(NewKey(ledger, kind), Rights.Enterprise)], cancellationToken);

    /// <summary>A bank with a policy, so that it can lend.</summary>
    public static async Task<TestParty> Bank(TestLedger ledger, KeyKind kind, CancellationToken cancellationToken)
    {
        var bank = await Register(
            ledger,
            PartyKind.Bank,
            [
                (NewKey(ledger, kind), Rights.Approve | Rights.Manage),
                (NewKey(ledger, kind), Rights.Disburse),
                (NewKey(ledger, kind), Rights.Approve),
            ],
            cancellationToken);
        var policy = await ledger.Run<LendingPolicySet>(
            new SetLendingPolicy(bank.Id, DualApproval, Limit, Limit, 0, ledger.Deadline), [bank.Maker], cancellationToken);

        Assert.That(policy, Is.EqualTo(new LendingPolicySet(bank.Id, DualApproval, Limit, Limit)));
        return bank;
    }

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
