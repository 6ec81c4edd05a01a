using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FinanceChain.Ethereum;

/// <summary>
/// Hashes a document of <c>eth_signTypedData_v4</c>. Numbers may be JSON integers or strings (decimal or 0x hex), as wallets accept them;
/// beyond that nothing is guessed: a value that does not fit its type, is missing, or has no declared member is refused.
/// </summary>
internal sealed partial class TypedDataDocument
{
    private const int MaxDepth = 32;
    private const string DomainType = "EIP712Domain";

    private static readonly (string Name, string Type)[] DomainMembers =
    [
        ("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"), ("salt", "bytes32"),
    ];

    private readonly TypedDataTypes _types;

    private TypedDataDocument(TypedDataTypes types) => _types = types;

    public static Hash256 Digest(JsonElement document)
    {
        var members = TypedDataJson.Members(document, "The document").ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        if (members.Count != 4 || !members.TryGetValue("types", out var types) || !members.TryGetValue("domain", out var domain)
            || !members.TryGetValue("message", out var message) || !members.ContainsKey("primaryType"))
        {
            throw new TypedDataException("The document's members are not types, primaryType, domain and message.");
        }

        var data = new TypedDataDocument(new TypedDataTypes(types));
        var primaryType = TypedDataJson.Text(document, "primaryType");
        var separator = data.DomainSeparator(domain);
        return primaryType == DomainType
            ? throw new TypedDataException("The domain is no message.")
            : Eip712.Digest(separator, data.HashStruct(primaryType, message, 0));
    }

    // A document may leave the domain's type out; then it is made of the members that are there, in the order that EIP-712 gives.
    private Hash256 DomainSeparator(JsonElement domain)
    {
        if (_types.Contains(DomainType))
        {
            return HashStruct(DomainType, domain, 0);
        }

        var present = TypedDataJson.Members(domain, "The domain").ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        var declared = Array.FindAll(DomainMembers, member => present.ContainsKey(member.Name));
        if (declared.Length != present.Count)
        {
            throw new TypedDataException("The domain has a member that EIP-712 does not know.");
        }

        var text = $"{DomainType}({string.Join(',', declared.Select(member => $"{member.Type} {member.Name}"))})";
        var writer = new AbiWriter().Bytes32(Eip712.TypeHash(text));
        foreach (var (name, type) in declared)
        {
            writer.Bytes32(Encode(type, present[name], name, 0));
        }

        return Keccak256.Hash(writer.ToArray());
    }

    private Hash256 HashStruct(string type, JsonElement value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new TypedDataException($"Values are nested deeper than {MaxDepth}.");
        }

        var declared = _types.MembersOf(type);
        var present = TypedDataJson.Members(value, $"The value of type {type}");
        var writer = new AbiWriter().Bytes32(_types.TypeHash(type));
        foreach (var (name, memberType) in declared)
        {
            if (!value.TryGetProperty(name, out var member))
            {
                throw new TypedDataException($"The member {name} of {type} is missing.");
            }

            writer.Bytes32(Encode(memberType, member, name, depth));
        }

        // A member that nobody hashes would be shown and not signed.
        return present.Count == declared.Count
            ? Keccak256.Hash(writer.ToArray())
            : throw new TypedDataException($"A value of type {type} has a member that the type does not declare.");
    }

    private Hash256 Encode(string type, JsonElement value, string name, int depth)
    {
        if (type.EndsWith(']'))
        {
            return HashArray(type, value, name, depth);
        }

        if (!TypedDataTypes.IsAtomic(type))
        {
            return HashStruct(type, value, depth + 1);
        }

        if (type == "string")
        {
            return Eip712.HashText(TypedDataJson.Text(value, name, type));
        }

        if (type == "bytes")
        {
            return Keccak256.Hash(Bytes(value, name, type));
        }

        return EncodeWord(type, value, name);
    }

    private Hash256 HashArray(string type, JsonElement value, string name, int depth)
    {
        var open = type.LastIndexOf('[');
        var size = type.AsSpan(open + 1, type.Length - open - 2);
        if (value.ValueKind != JsonValueKind.Array
            || (!size.IsEmpty && value.GetArrayLength() != int.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture)))
        {
            throw new TypedDataException($"The value of {name} is no {type}.");
        }

        var writer = new AbiWriter();
        foreach (var item in value.EnumerateArray())
        {
            writer.Bytes32(Encode(type[..open], item, name, depth + 1));
        }

        return Keccak256.Hash(writer.ToArray());
    }

    private static Hash256 EncodeWord(string type, JsonElement value, string name)
    {
        Span<byte> word = stackalloc byte[Hash256.Length];
        if (type == "bool")
        {
            word[^1] = value.ValueKind switch
            {
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                _ => throw new TypedDataException($"The value of {name} is no bool."),
            };
        }
        else if (type == "address")
        {
            if (!Address.TryParse(TypedDataJson.Text(value, name, type), out var address))
            {
                throw new TypedDataException($"The value of {name} is no address.");
            }

            address.CopyTo(word[12..]);
        }
        else if (type.StartsWith("bytes", StringComparison.Ordinal))
        {
            var bytes = Bytes(value, name, type);
            if (bytes.Length != int.Parse(type.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture))
            {
                throw new TypedDataException($"The value of {name} is no {type}.");
            }

            bytes.CopyTo(word);
        }
        else
        {
            WriteNumber(type, value, name, word);
        }

        return Hash256.FromBytes(word);
    }

    private static void WriteNumber(string type, JsonElement value, string name, Span<byte> word)
    {
        var signed = type[0] == 'i';
        var bits = int.Parse(type.AsSpan(signed ? 3 : 4), NumberStyles.None, CultureInfo.InvariantCulture);
        var number = Number(value, name, type);
        var range = BigInteger.One << (signed ? bits - 1 : bits);
        if (number >= range || number < (signed ? -range : BigInteger.Zero))
        {
            throw new TypedDataException($"The value of {name} does not fit {type}.");
        }

        AbiWriter.WriteUInt256(number.Sign < 0 ? number + (BigInteger.One << 256) : number, word);
    }

    private static BigInteger Number(JsonElement value, string name, string type)
    {
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : TypedDataJson.Text(value, name, type);
        if (Decimal().IsMatch(text))
        {
            return BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        return Hexadecimal().IsMatch(text)
            ? BigInteger.Parse(string.Concat("0", text.AsSpan(2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : throw new TypedDataException($"The value of {name} is no {type}.");
    }

    private static byte[] Bytes(JsonElement value, string name, string type) =>
        Hex.TryDecode(TypedDataJson.Text(value, name, type), out var bytes)
            ? bytes
            : throw new TypedDataException($"The value of {name} is no {type}: 0x and an even number of hex digits.");

    [GeneratedRegex(@"^-?[0-9]{1,78}\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]{1,64}\z")]
    private static partial Regex Hexadecimal();
}
