using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>
/// A signature has one form. The other one that the curve allows, (r, n - s), is refused for every scheme, as are signatures for another chain or contract.
/// </summary>
[TestFixture]
internal sealed class MalleabilityTests : TownFixture
{
    private static readonly BigInteger OrderOfSecp256k1 = Number("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");
    private static readonly BigInteger OrderOfP256 = Number("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private Actor _operator = null!;

    [TestCase("secp256k1")]
    [TestCase("p256")]
    [TestCase("passkey")]
    public async Task Signature_WithHighS_IsRefused(string scheme)
    {
        var (signer, terms) = await Terms(scheme);
        var signed = Town.Ledger.SignAll(terms, Town.Manager, signer);
        var altered = signed.Signatures[1].ToArray();
        // Scheme 1: r s v. Scheme 2: key, r, s. Scheme 3: key, then an ABI tuple whose head begins with r and s.
        var at = scheme switch { "secp256k1" => 33, "p256" => 97, _ => Passkey(altered) };
        var s = new BigInteger(altered.AsSpan(at, 32), isUnsigned: true, isBigEndian: true);
        var high = (scheme == "secp256k1" ? OrderOfSecp256k1 : OrderOfP256) - s;
        Assert.That(high, Is.GreaterThan(s), "signers sign with low s");
        Write(high, altered.AsSpan(at, 32));
        if (scheme == "secp256k1")
        {
            altered[^1] = (byte)(altered[^1] == 27 ? 28 : 27);
        }

        await Refused(terms.WithSignatures([signed.Signatures[0], new ByteString(altered)]));
        Assert.That((await _operator.Api!.Submit(signed, Trade.Key(), Stop)).Replayed, Is.False, "the form that signers make is accepted");
    }

    [TestCase("secp256k1", 1UL, false)]
    [TestCase("p256", 1UL, false)]
    [TestCase("passkey", 1UL, false)]
    [TestCase("secp256k1", 0UL, true)]
    [TestCase("p256", 0UL, true)]
    [TestCase("passkey", 0UL, true)]
    public async Task Signature_ForAnotherChainOrContract_IsRefused(string scheme, ulong chainId, bool otherContract)
    {
        var (signer, terms) = await Terms(scheme);
        var elsewhere = new LedgerDomain(
            otherContract ? Town.Ledger.Domain.ChainId : chainId, otherContract ? Secp256k1Key.Create().Address : Town.LedgerAddress);
        await Refused(elsewhere.SignAll(terms, Town.Manager, signer));
        var here = Town.Ledger.SignAll(terms, Town.Manager, signer);
        await Refused(terms.WithSignatures([here.Signatures[0], elsewhere.SignAll(terms, Town.Manager, signer).Signatures[1]]));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64)]
    [TestCase(66)]
    [TestCase(129)]
    [TestCase(5000)]
    public async Task Signature_OfAnyOtherLength_IsRefused(int length)
    {
        var (signer, terms) = await Terms("secp256k1");
        var signed = Town.Ledger.SignAll(terms, Town.Manager, signer);
        foreach (var scheme in new byte[] { 0, 1, 2, 3, 4, 255 })
        {
            var altered = new byte[length];
            altered.AsSpan().Fill(scheme);
            await Refused(terms.WithSignatures([signed.Signatures[0], new ByteString(altered)]));
        }
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _operator = await Actor.Operator(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _operator?.Dispose();
        return Task.CompletedTask;
    }

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    private static void Write(BigInteger number, Span<byte> destination)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        destination.Clear();
        bytes.CopyTo(destination[(32 - bytes.Length)..]);
    }

    // The assertion begins after scheme and key; its s is the second word.
    private static int Passkey(byte[] signature)
    {
        var assertion = WebAuthnAssertion.Decode(signature.AsSpan(65));
        return signature.AsSpan().IndexOf(assertion.S.ToArray());
    }

    private async Task<(ISigner Signer, ILedgerOperation Terms)> Terms(string scheme)
    {
        ISigner signer = scheme switch
        {
            "secp256k1" => Secp256k1Key.Create(),
            "p256" => P256Key.Create(Town.P256Verifier),
            _ => PasskeySigner.Create(Town.PasskeyVerifier, Town.Site),
        };
        return (signer, new AddSigner(PartyId.Operator, new ByteString(signer.SignerBytes.Span), Rights.Manage, await Town.Deadline(Stop)));
    }

    private async Task Refused(SignedOperation agreement)
    {
        var answer = await Gateway.Post(
            "api/v1/parties/1/signers", Http.Envelope(Town, agreement).ToJsonString(),
            await Gateway.Token(_operator.Credentials.ClientId, _operator.Credentials.ClientSecret), Trade.Key());
        Assert.That((answer.Status, answer.Code), Is.AnyOf(
            (422, "signature_invalid"), (422, "signature_malformed"), (422, "signer_mismatch"), (403, "signer_unauthorised")), answer.Body?.ToJsonString());
    }
}
