using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Abi;

/// <summary>A type of the ABI as the vectors of ethers describe it, with writing and reading of JSON values by writer and reader.</summary>
/// <param name="Atom">The name of a type that is neither tuple nor array.</param>
internal sealed record AbiShape(string? Atom, AbiShape? Item, IReadOnlyList<AbiShape>? Members)
{
    public bool IsDynamic => Item is not null || Atom is "bytes" or "string" || (Members?.Any(member => member.IsDynamic) ?? false);

    private int Words => Members?.Sum(member => member.Words) ?? 1;

    public static AbiShape Parse(JsonElement shape) => shape.ValueKind == JsonValueKind.String
        ? new AbiShape(shape.GetString(), null, null)
        : shape.TryGetProperty("array", out var item)
            ? new AbiShape(null, Parse(item), null)
            : new AbiShape(null, null, [.. shape.GetProperty("tuple").EnumerateArray().Select(Parse)]);

    public static Gen<AbiShape> Random(int depth)
    {
        var atom = Gen.Elements("bool", "address", "bytes", "string", "bytes1", "bytes5", "bytes32", "uint8", "uint32", "uint64", "uint256")
            .Select(name => new AbiShape(name, null, null));
        return depth == 0
            ? atom
            : Gen.Frequency(
                (2, atom),
                (1, Random(depth - 1).Where(item => item.Item is null).Select(item => new AbiShape(null, item, null))),
                (1, Gen.Choose(1, 4).SelectMany(count => Random(depth - 1).ArrayOf(count)).Select(members => new AbiShape(null, null, members))));
    }

    public void Write(AbiWriter writer, JsonElement value)
    {
        if (Members is not null)
        {
            writer.Tuple(Tuple(value), IsDynamic);
        }
        else if (Item is not null)
        {
            writer.Array([.. value.EnumerateArray().Select(Item.Encoding)], Item.IsDynamic);
        }
        else
        {
            WriteAtom(writer, value);
        }
    }

    public JsonNode Read(ref AbiReader reader)
    {
        if (Members is not null)
        {
            var tuple = IsDynamic ? reader.DynamicTuple() : reader.StaticTuple(Words);
            var members = new JsonArray();
            foreach (var member in Members)
            {
                members.Add(member.Read(ref tuple));
            }

            return members;
        }

        if (Item is not null)
        {
            var items = reader.Array(out var length);
            var values = new JsonArray();
            for (var i = 0; i < length; i++)
            {
                values.Add(Item.Read(ref items));
            }

            return values;
        }

        return ReadAtom(ref reader);
    }

    // One item of an array: a tuple's own encoding; of bytes and text the length and the padded content, without the offset.
    private AbiWriter Encoding(JsonElement value)
    {
        if (Members is not null)
        {
            return Tuple(value);
        }

        var writer = new AbiWriter();
        if (!IsDynamic)
        {
            WriteAtom(writer, value);
            return writer;
        }

        var content = Atom == "string" ? System.Text.Encoding.UTF8.GetBytes(value.GetString()!) : Hex.Decode(value.GetString()!);
        writer.UInt((ulong)content.Length);
        foreach (var word in content.Chunk(32))
        {
            writer.FixedBytes(word);
        }

        return writer;
    }

    private AbiWriter Tuple(JsonElement value)
    {
        var writer = new AbiWriter();
        foreach (var (member, memberValue) in Members!.Zip(value.EnumerateArray()))
        {
            member.Write(writer, memberValue);
        }

        return writer;
    }

    private void WriteAtom(AbiWriter writer, JsonElement value)
    {
        _ = Atom switch
        {
            "bool" => writer.Bool(value.GetBoolean()),
            "address" => writer.Address(Address.Parse(value.GetString()!)),
            "string" => writer.String(value.GetString()!),
            "bytes" => writer.Bytes(Hex.Decode(value.GetString()!)),
            "bytes32" => writer.Bytes32(Hash256.Parse(value.GetString()!)),
            ['b', ..] => writer.FixedBytes(Hex.Decode(value.GetString()!)),
            "uint128" or "uint256" => writer.UInt(BigInteger.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            _ => writer.UInt(ulong.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
        };
    }

    private JsonNode ReadAtom(ref AbiReader reader) => Atom switch
    {
        "bool" => reader.Bool(),
        "address" => reader.Address().ToString(),
        "string" => reader.String(),
        "bytes" => Hex.Encode(reader.Bytes()),
        "bytes32" => reader.Bytes32().ToString(),
        ['b', .. var rest] => Hex.Encode(reader.FixedBytes(int.Parse(rest[4..], CultureInfo.InvariantCulture))),
        "uint128" or "uint256" => reader.UInt256().ToString(CultureInfo.InvariantCulture),
        var name => reader.UInt(int.Parse(name!.AsSpan(4), CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture),
    };
}
