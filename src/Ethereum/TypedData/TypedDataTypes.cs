using System.Text.Json;
using System.Text.RegularExpressions;

namespace FinanceChain.Ethereum;

/// <summary>The <c>types</c> of a typed-data document, each with its encodeType: its own members, then the types it uses, sorted by name.</summary>
internal sealed partial class TypedDataTypes
{
    private readonly Dictionary<string, IReadOnlyList<(string Name, string Type)>> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Hash256> _typeHashes = new(StringComparer.Ordinal);

    /// <exception cref="TypedDataException">Malformed, or a name stands twice.</exception>
    public TypedDataTypes(JsonElement types)
    {
        foreach (var type in TypedDataJson.Members(types, "types"))
        {
            if (!Identifier().IsMatch(type.Name) || AtomicType().IsMatch(type.Name))
            {
                throw new TypedDataException("The name of a type is no identifier, or that of a built-in type.");
            }

            _types.Add(type.Name, ReadMembers(type));
        }
    }

    public bool Contains(string type) => _types.ContainsKey(type);

    /// <exception cref="TypedDataException">The type, or one that it uses, is not declared.</exception>
    public IReadOnlyList<(string Name, string Type)> MembersOf(string type) =>
        _types.TryGetValue(type, out var members) ? members : throw new TypedDataException($"The type {type} is not declared.");

    public Hash256 TypeHash(string type)
    {
        if (!_typeHashes.TryGetValue(type, out var hash))
        {
            hash = Eip712.TypeHash(EncodeType(type));
            _typeHashes.Add(type, hash);
        }

        return hash;
    }

    public static bool IsAtomic(string type) => AtomicType().IsMatch(type);

    private string EncodeType(string type)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([type]);
        while (open.TryPop(out var next))
        {
            foreach (var (_, memberType) in MembersOf(next))
            {
                var element = memberType.Split('[')[0];
                if (!IsAtomic(element) && element != type && used.Add(element))
                {
                    open.Push(element);
                }
            }
        }

        return string.Concat(used.Prepend(type).Select(name =>
            $"{name}({string.Join(',', MembersOf(name).Select(member => $"{member.Type} {member.Name}"))})"));
    }

    private static List<(string Name, string Type)> ReadMembers(JsonProperty type)
    {
        if (type.Value.ValueKind != JsonValueKind.Array)
        {
            throw new TypedDataException($"The type {type.Name} is no list of members.");
        }

        var members = new List<(string Name, string Type)>();
        foreach (var member in type.Value.EnumerateArray())
        {
            var name = TypedDataJson.Text(member, "name");
            var memberType = TypedDataJson.Text(member, "type");
            if (!Identifier().IsMatch(name) || !TypeName().IsMatch(memberType) || members.Exists(other => other.Name == name))
            {
                throw new TypedDataException($"A member of {type.Name} has no valid name or type, or stands twice.");
            }

            members.Add((name, memberType));
        }

        return members;
    }

    [GeneratedRegex(@"^[A-Za-z_$][A-Za-z0-9_$]*\z")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^[A-Za-z_$][A-Za-z0-9_$]*(\[[1-9][0-9]{0,8}\]|\[\]){0,8}\z")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^(string|bool|address|bytes([1-9]|[12][0-9]|3[0-2])?|u?int(8|16|24|32|40|48|56|64|72|80|88|96|104|112|120|128|136|144|152|160|168|176|184|192|200|208|216|224|232|240|248|256))\z")]
    private static partial Regex AtomicType();
}
