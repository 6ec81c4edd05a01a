using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Primitives;

internal sealed class HexTests
{
    [TestCase("0x", new byte[0])]
    [TestCase("0x00ff", new byte[] { 0, 255 })]
    [TestCase("0xAbCd", new byte[] { 0xab, 0xcd })]
    public void Hex_WellFormed_IsDecoded(string text, byte[] bytes) => Assert.That(Hex.Decode(text), Is.EqualTo(bytes));

    [TestCase("")]
    [TestCase("0")]
    [TestCase("00ff")]
    [TestCase("0x0")]
    [TestCase("0x0g")]
    [TestCase("0X00")]
    [TestCase("0x 0")]
    [TestCase("0x00 ")]
    [TestCase("0x永康")]
    public void Hex_Malformed_IsRefused(string text)
    {
        Assert.That(() => Hex.Decode(text), Throws.TypeOf<FormatException>());
        Assert.That(Hex.TryDecode(text, out _), Is.False);
    }

    [Test]
    public void Hex_AnyBytes_ComeBack() => Randomly.Holds(
        Prop.ForAll(Randomly.SomeBytes.ToArbitrary(), bytes => Hex.Decode(Hex.Encode(bytes)).AsSpan().SequenceEqual(bytes)));
}
