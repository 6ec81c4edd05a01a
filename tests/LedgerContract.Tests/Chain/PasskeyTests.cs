using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>What the ledger demands of a passkey. That it accepts one is told by the stories, which also run with passkeys.</summary>
[CancelAfter(120_000)]
public sealed class PasskeyTests
{
    private const AuthenticatorStatements Verified = AuthenticatorStatements.UserPresent | AuthenticatorStatements.UserVerified;

    private TestTown? _founded;

    private TestTown Town => _founded!;

    [OneTimeSetUp]
    public async Task Found() => _founded = await TestTown.Found(KeyKind.Secp256k1);

    [OneTimeTearDown]
    public async Task End()
    {
        if (_founded is not null)
        {
            await _founded.DisposeAsync();
        }
    }

    [TestCase(Verified, true)]
    [TestCase(Verified | AuthenticatorStatements.BackupEligible | AuthenticatorStatements.BackedUp, true)]
    [TestCase(AuthenticatorStatements.UserPresent, false)]
    [TestCase(AuthenticatorStatements.UserVerified, false)]
    [TestCase(Verified | AuthenticatorStatements.BackedUp, false)]
    public async Task Passkey_WithTheseStatements_IsAcceptedOnlyOfAVerifiedUser(
        AuthenticatorStatements states, bool accepted, CancellationToken cancellationToken)
    {
        var key = new PasskeySigner(P256Key.Create(Town.Ledger.Plan.PasskeyVerifier), TestLedger.Portal, states);

        var refusal = await Admit(key, cancellationToken);

        Assert.That(refusal?.Code, Is.EqualTo(accepted ? (RefusalCode?)null : RefusalCode.SignatureInvalid));
        Assert.That(Verifies(key), Is.EqualTo(accepted), "C# and the contract differ");
    }

    [Test]
    public async Task Passkey_NamingTheOtherVerifier_DoesNotVouchForIt(CancellationToken cancellationToken)
    {
        // The same key under the verifier of plain P-256 is another signer.
        var key = new PasskeySigner(P256Key.Create(Town.Ledger.Plan.P256Verifier), TestLedger.Portal);

        var refusal = await Admit(key, cancellationToken);

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.SignerMismatch));
    }

    [Test]
    public async Task Passkey_ForAnotherChallenge_IsRefused(CancellationToken cancellationToken)
    {
        var key = PasskeySigner.Create(Town.Ledger.Plan.PasskeyVerifier, TestLedger.Portal);
        var other = ByteString.Wrap(key.Sign(Keccak256.Hash("another agreement"u8)));
        var operation = Addition(key);

        var refusal = await Town.Ledger.Simulate(
            operation.WithSignatures([Town.Ledger.Domain.Sign(operation, Town.Core.Key), other]), cancellationToken);

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.SignatureInvalid));
    }

    [Test]
    public async Task Signer_UnderAnUnknownVerifier_IsMalformed(CancellationToken cancellationToken)
    {
        var refusal = await Admit(PasskeySigner.Create(Town.Ledger.Plan.Ledger, TestLedger.Portal), cancellationToken);

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.SignerMalformed));
    }

    private bool Verifies(PasskeySigner key)
    {
        var digest = Town.Ledger.Domain.Digest(Addition(key));
        try
        {
            var signer = TaggedSignature.SignerOf(key.Sign(digest), digest, Town.Ledger.Plan.P256Verifier, Town.Ledger.Plan.PasskeyVerifier);
            return new ByteString(signer) == SignerId.KeyBytes(Town.Ledger.Plan.PasskeyVerifier, key.X, key.Y);
        }
        catch (SignatureException)
        {
            return false;
        }
    }

    private AddSigner Addition(ISigner key) => new(Town.Core.Id, new ByteString(key.SignerBytes.Span), Rights.Trade, Town.Ledger.Deadline);

    private Task<LedgerRefusal?> Admit(ISigner key, CancellationToken cancellationToken) =>
        Town.Ledger.Simulate(Town.Ledger.Domain.SignAll(Addition(key), Town.Core.Key, key), cancellationToken);
}
