using System.Text;
using FinanceChain.Ethereum.Tests.Vectors;

namespace FinanceChain.Ethereum.Tests.Crypto;

internal sealed class Keccak256Tests
{
    [TestCase("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [TestCase("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [TestCase("testing", "0x5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    public void Keccak_KnownText_HasThePublishedHash(string text, string hash) =>
        Assert.That(Keccak256.Hash(Encoding.UTF8.GetBytes(text)).ToString(), Is.EqualTo(hash));

    [Test]
    public void Keccak_OnManyThreads_IsTheSame()
    {
        var inputs = Enumerable.Range(0, 5_000).Select(i => new byte[i % 400]).ToArray();
        Assert.That(inputs.AsParallel().AsOrdered().WithDegreeOfParallelism(8).Select(input => Keccak256.Hash(input)), Is.EqualTo(inputs.Select(input => Keccak256.Hash(input))));
    }

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
}
