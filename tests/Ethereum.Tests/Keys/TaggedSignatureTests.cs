namespace FinanceChain.Ethereum.Tests.Keys;

internal sealed class TaggedSignatureTests
{
    private static readonly Address P256Verifier = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    private static readonly Address PasskeyVerifier = Address.Parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
    private static readonly Hash256 Digest = Keccak256.Hash("agreement"u8);

    private static readonly ISigner[] Signers =
    [
        Secp256k1Key.Create(),
        P256Key.Create(P256Verifier),
        PasskeySigner.Create(PasskeyVerifier, new Uri("https://portal.example")),
    ];

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Signature_OfEachScheme_NamesItsSigner(int scheme) =>
        Assert.That(SignerOf(Signers[scheme].Sign(Digest)), Is.EqualTo(Signers[scheme].SignerBytes.ToArray()));

    [TestCase(1)]
    [TestCase(2)]
    public void Signature_WithAnyBitTurned_IsRefused(int scheme)
    {
        var signature = Signers[scheme].Sign(Digest);
        for (var i = 0; i < signature.Length; i++)
        {
            byte[] turned = [.. signature];
            turned[i] ^= 1;
            Assert.That(() => SignerOf(turned), Throws.TypeOf<SignatureException>(), $"byte {i}");
        }
    }

    [Test]
    public void Signature_OfAnotherDigest_NamesNoneOfTheSigners()
    {
        var other = Keccak256.Hash("another"u8);
        Assert.That(SignerOf(Signers[0].Sign(other)), Is.Not.EqualTo(Signers[0].SignerBytes.ToArray()));
        Assert.That(() => SignerOf(Signers[1].Sign(other)), Throws.TypeOf<SignatureException>());
        Assert.That(() => SignerOf(Signers[2].Sign(other)), Throws.TypeOf<SignatureException>());
    }

    [TestCase("0x")]
    [TestCase("0x00")]
    [TestCase("0x01")]
    [TestCase("0x02")]
    [TestCase("0x03")]
    public void Signature_OfNoScheme_IsRefused(string hex) => Assert.That(() => SignerOf(Hex.Decode(hex)), Throws.TypeOf<SignatureException>());

    private static byte[] SignerOf(byte[] signature) => TaggedSignature.SignerOf(signature, Digest, P256Verifier, PasskeyVerifier);
}
