using System.Numerics;
using System.Text;
using System.Text.Json;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.RlpItems;

internal sealed class RlpTests
{
    private const string Lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";

    private const string FiftySixBytes =
        "0101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101";

    // Ethereum Yellow Paper and wiki examples.
    private static readonly TestCaseData[] Published =
    [
        new TestCaseData(Text("dog"), "0x83646f67").SetArgDisplayNames("dog"),
        new TestCaseData(RlpItem.Of(Text("cat"), Text("dog")), "0xc88363617483646f67").SetArgDisplayNames("cat and dog"),
        new TestCaseData(Text(""), "0x80").SetArgDisplayNames("empty string"),
        new TestCaseData(List(), "0xc0").SetArgDisplayNames("empty list"),
        new TestCaseData(RlpItem.Of(0UL), "0x80").SetArgDisplayNames("zero"),
        new TestCaseData(RlpItem.Of([(byte)0]), "0x00").SetArgDisplayNames("a zero byte"),
        new TestCaseData(RlpItem.Of(15UL), "0x0f").SetArgDisplayNames("15"),
        new TestCaseData(RlpItem.Of(127UL), "0x7f").SetArgDisplayNames("127"),
        new TestCaseData(RlpItem.Of(128UL), "0x8180").SetArgDisplayNames("128"),
        new TestCaseData(RlpItem.Of(1024UL), "0x820400").SetArgDisplayNames("1024"),
        new TestCaseData(
            RlpItem.Of((BigInteger.One << 256) - 1), "0xa0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff").SetArgDisplayNames("2^256 - 1"),
        new TestCaseData(List(List(), List(List()), List(List(), List(List()))), "0xc7c0c1c0c3c0c1c0").SetArgDisplayNames("three as sets"),
        new TestCaseData(Text(Lorem), "0xb838" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Lorem))).SetArgDisplayNames("56 bytes"),
    ];

    [TestCaseSource(nameof(Published))]
    public void Rlp_OfTheStandard_IsEncodedAndDecoded(RlpItem item, string encoded)
    {
        Assert.That(Hex.Encode(Rlp.Encode(item)), Is.EqualTo(encoded));
        Assert.That(Hex.Encode(Rlp.Encode(Rlp.Decode(Hex.Decode(encoded)))), Is.EqualTo(encoded));
    }

    [TestCase("0x", Description = "Nothing.")]
    [TestCase("0x0000", Description = "Two items.")]
    [TestCase("0x8100", Description = "A needless prefix.")]
    [TestCase("0x817f", Description = "A needless prefix.")]
    [TestCase("0x83646f", Description = "Cut off.")]
    [TestCase("0xb7", Description = "No content.")]
    [TestCase("0xb800", Description = "Long form of nothing.")]
    [TestCase("0xb83700000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", Description = "55 bytes in the long form.")]
    [TestCase("0xb90038", Description = "A leading zero in the length.")]
    [TestCase("0xb90038" + FiftySixBytes, Description = "The same with its content.")]
    [TestCase("0xbfffffffffffffffff", Description = "A length of 2^64 - 1.")]
    [TestCase("0xbb7fffffff00", Description = "A length of 2^31 - 1.")]
    [TestCase("0xc3808080ff", Description = "Something behind the list.")]
    [TestCase("0xc283646f67", Description = "An item longer than its list.")]
    [TestCase("0xf800", Description = "Long form of an empty list.")]
    public void Rlp_NotCanonical_IsRefused(string encoded) => Assert.That(() => Rlp.Decode(Hex.Decode(encoded)), Throws.TypeOf<RlpFormatException>());

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void Rlp_DeepLists_AreRefusedBeforeTheStackEnds(int depth, bool accepted)
    {
        var item = Enumerable.Range(0, depth).Aggregate(RlpItem.Of([(byte)1]), (inner, _) => RlpItem.Of([inner]));
        var encoded = Rlp.Encode(item);
        Assert.That(() => Rlp.Decode(encoded), accepted ? Throws.Nothing : Throws.TypeOf<RlpFormatException>());
    }

    [Test]
    public void Rlp_AnyItem_ComesBack() => Randomly.Holds(Prop.ForAll(Items(4).ToArbitrary(), item => Same(Rlp.Decode(Rlp.Encode(item)), item)));

    [Test]
    public void Rlp_AnyBytes_AreRefusedOrCanonical() => Randomly.Holds(
        Prop.ForAll(Randomly.SomeBytes.ToArbitrary(), bytes => Randomly.RefusesOnlyBy<RlpFormatException>(
            () => Assert.That(Rlp.Encode(Rlp.Decode(bytes)), Is.EqualTo(bytes)))),
        times: 5_000);

    [Test]
    public void Rlp_EncodingCutOff_IsRefused() => Randomly.Holds(
        Prop.ForAll(Items(4).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (item, at) =>
        {
            var encoded = Rlp.Encode(item);
            Assert.That(() => Rlp.Decode(encoded.AsSpan(0, at % encoded.Length)), Throws.TypeOf<RlpFormatException>());
        }));

    [TestCase("0x00", Description = "A leading zero.")]
    [TestCase("0xa1010000000000000000000000000000000000000000000000000000000000000000", Description = "33 bytes.")]
    [TestCase("0xc0", Description = "A list.")]
    public void RlpNumber_Malformed_IsRefused(string encoded) =>
        Assert.That(() => Rlp.Decode(Hex.Decode(encoded)).ToInteger(), Throws.TypeOf<RlpFormatException>());

    [Test]
    public void RlpNumber_Any_ComesBack() => Randomly.Holds(
        Prop.ForAll(Randomly.UInt256.ToArbitrary(), number => Rlp.Decode(Rlp.Encode(RlpItem.Of(number))).ToInteger() == number));

    [Test]
    public void Rlp_VectorsOfEthers_Agree()
    {
        foreach (var vector in EthersVectors.Of("rlp"))
        {
            Assert.That(Hex.Encode(Rlp.Encode(FromJson(vector.GetProperty("tree")))), Is.EqualTo(vector.Text("encoded")));
            Assert.That(Same(Rlp.Decode(vector.Bytes("encoded")), FromJson(vector.GetProperty("tree"))), Is.True);
        }
    }

    private static Gen<RlpItem> Items(int depth)
    {
        var bytes = Randomly.SomeBytes.Select(content => RlpItem.Of(content.AsSpan()));
        return depth == 0
            ? bytes
            : Gen.Frequency((1, bytes), (1, Gen.Choose(0, 5).SelectMany(count => Items(depth - 1).ArrayOf(count)).Select(items => RlpItem.Of(items))));
    }

    private static bool Same(RlpItem left, RlpItem right) => left.IsList == right.IsList && (left.IsList
        ? left.Items.Count == right.Items.Count && left.Items.Zip(right.Items).All(pair => Same(pair.First, pair.Second))
        : left.Bytes.Span.SequenceEqual(right.Bytes.Span));

    private static RlpItem FromJson(JsonElement tree) => tree.ValueKind == JsonValueKind.Array
        ? RlpItem.Of([.. tree.EnumerateArray().Select(FromJson)])
        : RlpItem.Of(Hex.Decode(tree.GetString()!));

    private static RlpItem Text(string text) => RlpItem.Of(Encoding.ASCII.GetBytes(text));

    private static RlpItem List(params RlpItem[] items) => RlpItem.Of(items);
}
