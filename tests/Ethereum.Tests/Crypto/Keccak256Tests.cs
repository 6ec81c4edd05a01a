using System.Text;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck.Fluent;
using Org.BouncyCastle.Crypto.Digests;

namespace FinanceChain.Ethereum.Tests.Crypto;

internal sealed class Keccak256Tests
{
    [TestCase("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [TestCase("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [TestCase("testing", "0x5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    public void Keccak_KnownText_HasThePublishedHash(string text, string hash) =>
        Assert.That(Keccak256.Hash(Encoding.UTF8.GetBytes(text)).ToString(), Is.EqualTo(hash));

    [Test]
    public void Keccak_EveryLengthAroundTheBlock_AgreesWithTheLibrary()
    {
        var input = new byte[420];
        new Random(1).NextBytes(input);
        for (var length = 0; length <= input.Length; length++)
        {
            Assert.That(Keccak256.Hash(input.AsSpan(0, length)), Is.EqualTo(Library(input.AsSpan(0, length))), $"length {length}");
        }
    }

    [Test]
    public void Keccak_AnyBytes_AgreesWithTheLibrary() => Randomly.Holds(
        Prop.ForAll(Randomly.SomeBytes.ToArbitrary(), bytes => Keccak256.Hash(bytes) == Library(bytes)));

    [Test]
    public void Keccak_OverItsOwnInput_IsTheSame()
    {
        var bytes = new byte[32];
        var expected = Keccak256.Hash(bytes);
        Keccak256.Hash(bytes, bytes);
        Assert.That(Hash256.FromBytes(bytes), Is.EqualTo(expected));
    }

    [Test]
    public void Keccak_ShortOutput_IsRefused() => Assert.That(() => Keccak256.Hash([], new byte[31]), Throws.ArgumentException);

    [Test]
    public void Keccak_VectorsOfEthers_Agree()
    {
        foreach (var vector in EthersVectors.Of("keccak"))
        {
            Assert.That(Keccak256.Hash(vector.Bytes("input")), Is.EqualTo(vector.Hash("hash")));
        }
    }

    private static Hash256 Library(ReadOnlySpan<byte> input)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(input);
        var output = new byte[32];
        digest.DoFinal(output);
        return Hash256.FromBytes(output);
    }
}
