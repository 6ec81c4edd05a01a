using System.Text.Json;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Primitives;

internal sealed class AddressTests
{
    // The examples of EIP-55.
    [TestCase("0x52908400098527886E0F7030069857D2E4169EE7")]
    [TestCase("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [TestCase("0xde709f2102306220921060314715629080e2fb77")]
    [TestCase("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [TestCase("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [TestCase("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [TestCase("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [TestCase("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Address_OfTheStandard_IsWrittenWithItsChecksum(string text)
    {
        Assert.That(Address.Parse(text).ToString(), Is.EqualTo(text));
#pragma warning disable CA1308 // Lower case is one of the two forms without a checksum.
        Assert.That(Address.Parse(text.ToLowerInvariant()).ToString(), Is.EqualTo(text));
#pragma warning restore CA1308
    }

    [TestCase("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", TestName = "Address_WrongChecksum_IsRefused")]
    [TestCase("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", TestName = "Address_TooShort_IsRefused")]
    [TestCase("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00", TestName = "Address_TooLong_IsRefused")]
    [TestCase("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", TestName = "Address_WithoutPrefix_IsRefused")]
    [TestCase("", TestName = "Address_Empty_IsRefused")]
    [TestCase(null, TestName = "Address_Null_IsRefused")]
    public void Address_Malformed_IsRefused(string? text) => Assert.That(Address.TryParse(text, out _), Is.False);

    [Test]
    public void Address_AnyBytes_ComeBackInTextAndJson() => Randomly.Holds(Prop.ForAll(Randomly.Address.ToArbitrary(), address =>
        Address.Parse(address.ToString()) == address
        && Address.FromBytes(address.ToArray()) == address
        && JsonSerializer.Deserialize<Address>(JsonSerializer.Serialize(address)) == address));

    [Test]
    public void Address_OneBitChanged_IsAnother() => Randomly.Holds(Prop.ForAll(Randomly.Address.ToArbitrary(), Gen.Choose(0, 159).ToArbitrary(), (address, bit) =>
    {
        var bytes = address.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return Address.FromBytes(bytes) != address;
    }));

    [TestCase("12")]
    [TestCase("\"0x12\"")]
    [TestCase("null")]
    public void AddressJson_Malformed_IsRefused(string json) =>
        Assert.That(() => JsonSerializer.Deserialize<Address>(json), Throws.TypeOf<JsonException>());
}
