using System.Buffers.Text;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FinanceChain.Ethereum.Tests.Keys;

internal sealed class PasskeySignerTests
{
    private static readonly Address Verifier = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    private static readonly Uri Origin = new("https://portal.example:8443/sign-in");
    private static readonly Hash256 Digest = Keccak256.Hash("agreement"u8);
    private static readonly PasskeySigner Signer = PasskeySigner.Create(Verifier, Origin);

    [Test]
    public void Passkey_ClientData_HasTheDigestAsChallengeAtItsPlace()
    {
        var assertion = Signer.Assert(Digest);
        var text = Encoding.UTF8.GetString(assertion.ClientDataJson.Span);
        using var clientData = JsonDocument.Parse(text);
        var challenge = clientData.RootElement.GetProperty("challenge").GetString()!;

        Assert.That(Base64Url.DecodeFromChars(challenge), Is.EqualTo(Digest.ToArray()));
        Assert.That(text[assertion.ChallengeIndex..], Does.StartWith($"\"challenge\":\"{challenge}\""));
        Assert.That(text[assertion.TypeIndex..], Does.StartWith("\"type\":\"webauthn.get\""));
        Assert.That(clientData.RootElement.GetProperty("origin").GetString(), Is.EqualTo("https://portal.example:8443"));
    }

    [Test]
    public void Passkey_AuthenticatorData_NamesTheSiteAndAVerifiedUser()
    {
        var data = Signer.Assert(Digest).AuthenticatorData.ToArray();

        Assert.That(data[..32], Is.EqualTo(SHA256.HashData("portal.example"u8)));
        Assert.That(data[32..], Is.EqualTo(new byte[] { 0x05, 0, 0, 0, 0 }));
    }

    [Test]
    public void Passkey_Assertion_IsVerifiedByDotNet()
    {
        var assertion = Signer.Assert(Digest);
        byte[] signed = [.. assertion.AuthenticatorData.Span, .. SHA256.HashData(assertion.ClientDataJson.Span)];
        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Signer.X.ToArray(), Y = Signer.Y.ToArray() },
        });

        byte[] signature = [.. assertion.R.ToArray(), .. assertion.S.ToArray()];
        Assert.That(verifier.VerifyData(signed, signature, HashAlgorithmName.SHA256), Is.True);
    }

    [Test]
    public void Passkey_Signature_IsSchemeKeyAndAbiOfTheAssertion()
    {
        var signature = Signer.Sign(Digest);
        var assertion = Signer.Assert(Digest);
        var reader = new AbiReader(signature.AsSpan(65));

        Assert.That(signature[0], Is.EqualTo(3));
        Assert.That(signature[1..65], Is.EqualTo(Signer.SignerBytes[20..].ToArray()));
        Assert.That(Signer.SignerBytes[..20].ToArray(), Is.EqualTo(Verifier.ToArray()));
        Assert.That(reader.Bytes32(), Is.EqualTo(assertion.R));
        Assert.That(reader.Bytes32(), Is.EqualTo(assertion.S));
        Assert.That(reader.UInt(64), Is.EqualTo(assertion.ChallengeIndex));
        Assert.That(reader.UInt(64), Is.EqualTo(assertion.TypeIndex));
        Assert.That(reader.Bytes(), Is.EqualTo(assertion.AuthenticatorData.ToArray()));
        Assert.That(reader.Bytes(), Is.EqualTo(assertion.ClientDataJson.ToArray()));
    }

    [Test]
    public void Assertion_OfABrowser_WithHighS_BecomesTheOneThatContractsTake()
    {
        var assertion = Signer.Assert(Digest);
        var order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        foreach (var s in new[] { Number(assertion.S), order - Number(assertion.S) })
        {
            var read = WebAuthnAssertion.FromBrowser(assertion.AuthenticatorData, assertion.ClientDataJson, Der(Number(assertion.R), s));

            Assert.That(read.Encode(), Is.EqualTo(assertion.Encode()));
            Assert.That(WebAuthnAssertion.Decode(read.Encode()).Verify(Digest, Signer.X, Signer.Y), Is.True);
        }
    }

    [TestCase("{\"type\":\"webauthn.create\",\"challenge\":\"AA\"}", "3006020101020101")]
    [TestCase("{\"type\":\"webauthn.get\"}", "3006020101020101")]
    [TestCase("{\"type\":\"webauthn.get\",\"challenge\":\"AA\"}", "30060201010201")]
    [TestCase("{\"type\":\"webauthn.get\",\"challenge\":\"AA\"}", "30060201ff020101")]
    public void Assertion_OfABrowser_Malformed_IsRefused(string clientData, string der) => Assert.That(
        () => WebAuthnAssertion.FromBrowser(new byte[37], Encoding.UTF8.GetBytes(clientData), Convert.FromHexString(der)),
        Throws.TypeOf<SignatureException>());

    private static BigInteger Number(Hash256 word) => new(word.ToArray(), isUnsigned: true, isBigEndian: true);

    private static byte[] Der(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }
}
