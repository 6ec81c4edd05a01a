using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Keys;

internal sealed class P256KeyTests
{
    private const string Order = "0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

    private static readonly Address Verifier = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

    // RFC 6979, appendix A.2.5.
    private static readonly P256Key Published = Key("0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");

    [Test]
    public void Key_OfRfc6979_HasThePublishedPoint()
    {
        Assert.That(Published.X.ToString(), Is.EqualTo("0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"));
        Assert.That(Published.Y.ToString(), Is.EqualTo("0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"));
    }

    [TestCase("sample", "0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716", "0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")]
    [TestCase("test", "0xf1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367", "0x019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")]
    public void Key_MessageOfRfc6979_GivesThePublishedSignature(string message, string r, string s)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(message));
        Assert.That(Published.SignHash(hash, lowS: false), Is.EqualTo((Hash256.Parse(r), Hash256.Parse(s))));
        var (lowR, lowS) = Published.SignHash(hash, lowS: true);
        Assert.That(lowR, Is.EqualTo(Hash256.Parse(r)));
        Assert.That(IsLow(lowS), Is.True);
    }

    [Test]
    public void Key_AnyDigest_IsVerifiedByDotNet() => Randomly.Holds(
        Prop.ForAll(Randomly.Hash.ToArbitrary(), digest =>
        {
            var key = P256Key.Create(Verifier);
            var signature = key.Sign(digest);
            using var verifier = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = signature[1..33], Y = signature[33..65] },
            });
            return signature.Length == 129
                && signature[0] == 2
                && verifier.VerifyData(digest.ToArray(), signature.AsSpan(65), HashAlgorithmName.SHA256)
                && !verifier.VerifyData(Keccak256.Hash(digest.ToArray()).ToArray(), signature.AsSpan(65), HashAlgorithmName.SHA256)
                && IsLow(Hash256.FromBytes(signature.AsSpan(97)))
                && key.Sign(digest).AsSpan().SequenceEqual(signature);
        }),
        times: 100);

    [Test]
    public void Key_SignerBytes_AreVerifierAndPoint() => Assert.That(
        Hex.Encode(Published.SignerBytes.Span),
        Is.EqualTo(Hex.Encode([.. Verifier.ToArray(), .. Published.X.ToArray(), .. Published.Y.ToArray()])));

    [TestCase("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase(Order)]
    [TestCase("0x01")]
    public void Key_OutOfRange_IsRefusedWithoutItsBytes(string key)
    {
        var refusal = Assert.Throws<ArgumentException>(() => Key(key));
        Assert.That(refusal!.ToString(), Does.Not.Contain(key[2..]).IgnoreCase);
    }

    [Test]
    public void Key_AsText_HoldsNoSecret() => Assert.That(
        $"{Published}", Does.Not.Contain(Convert.ToHexString(Published.ExportPrivateKey())).IgnoreCase);

    [Test]
    public void Key_UsedByManyThreads_SignsTheSame()
    {
        var digests = Enumerable.Range(0, 200).Select(i => Keccak256.Hash(BitConverter.GetBytes(i))).ToArray();
        var expected = digests.Select(Published.Sign).ToArray();
        Assert.That(digests.AsParallel().AsOrdered().WithDegreeOfParallelism(8).Select(Published.Sign), Is.EqualTo(expected));
    }

    [Test]
    public void Key_VectorsOfNobleCurves_Agree()
    {
        foreach (var vector in EthersVectors.Of("p256"))
        {
            var expected = new[] { "x", "y", "r", "s" }.SelectMany(member => vector.Bytes(member)).Prepend((byte)2);
            Assert.That(Key(vector.Text("key")).Sign(vector.Hash("digest")), Is.EqualTo(expected));
        }
    }

    private static P256Key Key(string hex) => P256Key.FromPrivateKey(Hex.Decode(hex), Verifier);

    private static bool IsLow(Hash256 s) => 2 * Number(s) <= Number(Hash256.Parse(Order));

    private static BigInteger Number(Hash256 word) => new(word.ToArray(), isUnsigned: true, isBigEndian: true);
}
