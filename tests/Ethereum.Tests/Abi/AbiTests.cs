using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Abi;

internal sealed class AbiTests
{
    // "Contract ABI Specification", examples.
    [Test]
    public void Call_BazOfTheSpecification_IsTheExample() => Assert.That(
        Hex.Encode(new AbiWriter().UInt(69).Bool(true).ToCall(Selector("baz(uint32,bool)"))),
        Is.EqualTo("0xcdcd77c0" + Word("45") + Word("1")));

    [Test]
    public void Call_SamOfTheSpecification_IsTheExample() => Assert.That(
        Hex.Encode(new AbiWriter().Bytes("dave"u8).Bool(true).Array([Number(1), Number(2), Number(3)], itemsAreDynamic: false).ToCall(Selector("sam(bytes,bool,uint256[])"))),
        Is.EqualTo("0xa5643bf2" + Word("60") + Word("1") + Word("a0") + Word("4") + Left("64617665") + Word("3") + Word("1") + Word("2") + Word("3")));

    [Test]
    public void Call_FOfTheSpecification_IsTheExample() => Assert.That(
        Hex.Encode(new AbiWriter().UInt(0x123).Array([Number(0x456), Number(0x789)], itemsAreDynamic: false).FixedBytes("1234567890"u8).Bytes("Hello, world!"u8)
            .ToCall(Selector("f(uint256,uint32[],bytes10,bytes)"))),
        Is.EqualTo("0x8be65246" + Word("123") + Word("80") + Left("31323334353637383930") + Word("e0") + Word("2") + Word("456") + Word("789")
            + Word("d") + Left("48656c6c6f2c20776f726c6421")));

    // g(uint256[][],string[]) of ([[1, 2], [3]], ["one", "two", "three"]), read only: the ledger has no arrays of arrays to write.
    [Test]
    public void Read_GOfTheSpecification_GivesItsValues()
    {
        var data = Hex.Decode("0x" + Word("40") + Word("140") + Word("2") + Word("40") + Word("a0") + Word("2") + Word("1") + Word("2") + Word("1") + Word("3")
            + Word("3") + Word("60") + Word("a0") + Word("e0") + Word("3") + Left("6f6e65") + Word("3") + Left("74776f") + Word("5") + Left("7468726565"));
        var shapes = new[] { "{\"array\":{\"array\":\"uint256\"}}", "{\"array\":\"string\"}" }.Select(shape => AbiShape.Parse(JsonElement.Parse(shape)));
        var reader = new AbiReader(data);
        var values = new List<string>();
        foreach (var shape in shapes)
        {
            values.Add(shape.Read(ref reader).ToJsonString());
        }

        Assert.That(values, Is.EqualTo(new[] { "[[\"1\",\"2\"],[\"3\"]]", "[\"one\",\"two\",\"three\"]" }));
    }

    [Test]
    public void BytesArray_IsTheArrayOfItsItems() => Randomly.Holds(
        Prop.ForAll(Gen.Choose(0, 5).SelectMany(count => Randomly.SomeBytes.ArrayOf(count)).ToArbitrary(), items =>
        {
            var written = new AbiWriter().UInt(7).BytesArray(items.Select(item => (ReadOnlyMemory<byte>)item).ToArray()).Bool(true).ToArray();
            var reader = new AbiReader(written);
            Assert.That(reader.UInt(8), Is.EqualTo(7));
            var read = reader.Array(out var length);
            Assert.That(length, Is.EqualTo(items.Length));
            foreach (var item in items)
            {
                Assert.That(read.Bytes(), Is.EqualTo(item));
            }

            Assert.That(reader.Bool(), Is.True);
        }));

    [Test]
    public void Values_VectorsOfEthers_Agree()
    {
        foreach (var vector in EthersVectors.Of("abi"))
        {
            var shapes = vector.GetProperty("shapes").EnumerateArray().Select(AbiShape.Parse).ToList();
            var values = vector.GetProperty("values");
            var writer = new AbiWriter();
            foreach (var (shape, value) in shapes.Zip(values.EnumerateArray()))
            {
                shape.Write(writer, value);
            }

            Assert.That(Hex.Encode(writer.ToArray()), Is.EqualTo(vector.Text("encoded")));
            var reader = new AbiReader(vector.Bytes("encoded"));
            var read = new JsonArray();
            foreach (var shape in shapes)
            {
                read.Add(shape.Read(ref reader));
            }

            Assert.That(JsonNode.DeepEquals(read, JsonNode.Parse(values.GetRawText())), Is.True, vector.GetRawText());
        }
    }

    [Test]
    public void Read_AnyWords_AreAValueOrARefusal() => Randomly.Holds(
        Prop.ForAll(AbiShape.Random(3).ToArbitrary(), Gen.Choose(0, 640).SelectMany(length => Randomly.SparseByte.ArrayOf(length)).ToArbitrary(), (shape, bytes) =>
            Randomly.RefusesOnlyBy<AbiFormatException>(() =>
            {
                var reader = new AbiReader(bytes);
                _ = shape.Read(ref reader);
            })),
        times: 20_000);

    [Test]
    public void Read_EncodingChangedInOneByte_IsRefusedOrAnotherValue() => ChangeOneByte(EthersVectors.Of("abi").Take(600));

    [TestCase("uint8", "0x0000000000000000000000000000000000000000000000000000000000000100")]
    [TestCase("uint32", "0x0000000000000000000000000000000000000000000000000000000100000000")]
    [TestCase("uint64", "0x0000000000000000000000000000000000000000000000010000000000000000")]
    [TestCase("bool", "0x0000000000000000000000000000000000000000000000000000000000000002")]
    [TestCase("address", "0x0000000000000000000000010000000000000000000000000000000000000000")]
    [TestCase("bytes5", "0x0000000000010000000000000000000000000000000000000000000000000000")]
    [TestCase("bytes32", "0x00000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("uint256", "0x")]
    public void Read_WordThatDoesNotFit_IsRefused(string type, string data) => AssertRefused($"\"{type}\"", data);

    [TestCase("00", TestName = "Read_OffsetIntoTheHead_IsRefused")]
    [TestCase("1f", TestName = "Read_OffsetIntoItsOwnWord_IsRefused")]
    [TestCase("60", TestName = "Read_OffsetToTheEnd_IsRefused")]
    [TestCase("ffffffffffffffff", TestName = "Read_OffsetOf64Bits_IsRefused")]
    [TestCase("80000000", TestName = "Read_OffsetThatIsNegativeAsInt_IsRefused")]
    [TestCase("010000000000000020", TestName = "Read_OffsetWiderThan64Bits_IsRefused")]
    public void Read_OffsetOutOfBounds_IsRefused(string offset) => AssertRefused("\"bytes\"", "0x" + Word(offset) + Word("1") + Left("aa"));

    [TestCase("21", TestName = "Read_LengthPastTheEnd_IsRefused")]
    [TestCase("7fffffff", TestName = "Read_LengthOf2G_IsRefused")]
    [TestCase("ffffffffffffffff", TestName = "Read_LengthOf64Bits_IsRefused")]
    [TestCase("01000000000000000000000000000000000000000000000001", TestName = "Read_LengthWiderThan64Bits_IsRefused")]
    public void Read_LengthOutOfBounds_IsRefused(string length)
    {
        AssertRefused("\"bytes\"", "0x" + Word("20") + Word(length) + Left("aa"));
        AssertRefused("{\"array\":\"uint256\"}", "0x" + Word("20") + Word(length) + Left("aa"));
    }

    // The caller makes room for the length that it is told, so a false one must not get that far.
    [TestCase("2")]
    [TestCase("7fffffff")]
    public void Read_ArrayOfMoreItemsThanWords_IsRefusedBeforeItsItems(string length) => Assert.That(
        () =>
        {
            var reader = new AbiReader(Hex.Decode("0x" + Word("20") + Word(length) + Word("1")));
            reader.Array(out _);
        },
        Throws.TypeOf<AbiFormatException>());

    [Test]
    public void Read_DirtyPadding_IsRefused() => AssertRefused("\"bytes\"", "0x" + Word("20") + Word("1") + Left("aabb"));

    [Test]
    public void Read_InvalidUtf8_IsRefused() => AssertRefused("\"string\"", "0x" + Word("20") + Word("2") + Left("c328"));

    [Test]
    public void Read_TailsThatShareBytes_AreRefused() =>
        AssertRefused("{\"tuple\":[\"bytes\",\"bytes\"]}", "0x" + Word("20") + Word("40") + Word("40") + Word("1") + Left("aa"));

    // Each of n items claims all that follows: without the check n²/2 words would be made of n.
    [Test]
    public void Read_ItemsThatShareBytes_AreRefused() =>
        AssertRefused("{\"array\":{\"tuple\":[\"bytes\"]}}", "0x" + Word("20") + Word("2") + Word("40") + Word("60") + Word("40") + Word("20") + Word("20") + Left("aa"));

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(65)]
    public void Read_WidthThatIsNone_IsAnArgumentError(int bits) => Assert.That(
        () =>
        {
            var reader = new AbiReader(new byte[32]);
            reader.UInt(bits);
        },
        Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Write_ValueThatDoesNotFit_IsAnArgumentError()
    {
        Assert.That(() => new AbiWriter().UInt(BigInteger.One << 256), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new AbiWriter().UInt(BigInteger.MinusOne), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new AbiWriter().FixedBytes(new byte[33]), Throws.ArgumentException);
        Assert.That(() => new AbiWriter().FixedBytes([]), Throws.ArgumentException);
        Assert.That(() => new AbiWriter().ToCall(new byte[3]), Throws.ArgumentException);
        Assert.That(() => new AbiWriter().Tuple(new AbiWriter().Bytes([]), isDynamic: false), Throws.ArgumentException);
        Assert.That(() => new AbiWriter().Array([new AbiWriter().Bytes([])], itemsAreDynamic: false), Throws.ArgumentException);
    }

    private static void ChangeOneByte(IEnumerable<JsonElement> vectors)
    {
        var random = new Random(7);
        foreach (var vector in vectors)
        {
            var shapes = vector.GetProperty("shapes").EnumerateArray().Select(AbiShape.Parse).ToList();
            var original = vector.Bytes("encoded");
            var changed = (byte[])original.Clone();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            Randomly.RefusesOnlyBy<AbiFormatException>(() => Assert.That(ReadAll(shapes, changed), Is.Not.EqualTo(ReadAll(shapes, original)), vector.GetRawText()));
        }
    }

    private static string ReadAll(IEnumerable<AbiShape> shapes, byte[] data)
    {
        var reader = new AbiReader(data);
        var read = new JsonArray();
        foreach (var shape in shapes)
        {
            read.Add(shape.Read(ref reader));
        }

        return read.ToJsonString();
    }

    private static void AssertRefused(string shape, string data) =>
        Assert.That(() => ReadAll([AbiShape.Parse(JsonElement.Parse(shape))], Hex.Decode(data)), Throws.TypeOf<AbiFormatException>());

    private static AbiWriter Number(ulong value) => new AbiWriter().UInt(value);

    private static byte[] Selector(string signature) => Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(signature)).ToArray()[..4];

    private static string Word(string hex) => hex.PadLeft(64, '0');

    private static string Left(string hex) => hex.PadRight(64, '0');
}
