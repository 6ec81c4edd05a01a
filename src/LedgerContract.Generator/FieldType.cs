namespace FinanceChain.LedgerContract.Generator;

/// <summary>How one ABI field stands in C#.</summary>
/// <param name="CSharp">The type.</param>
/// <param name="Read">Expression that reads it from the reader variable <c>{0}</c>.</param>
/// <param name="Write">Call on an <c>AbiWriter</c> that appends the value <c>{0}</c>.</param>
/// <param name="Hash">The same for EIP-712's encodeData.</param>
/// <param name="Message">Statement that writes the value <c>{0}</c> into typed-data JSON.</param>
internal sealed record FieldType(string CSharp, string Read, string Write, string Hash, string Message)
{
    /// <param name="field">What to map.</param>
    /// <param name="owner">The struct, event or error that it belongs to.</param>
    public static FieldType Of(AbiField field, string owner, ContractModel contract)
    {
        if (field.IsArray)
        {
            return OfArray(field, contract);
        }

        if (field.IsStruct)
        {
            return OfStruct(field, contract);
        }

        return contract.Enums.TryGetValue(field.SolidityType, out var members) ? OfEnum(field, members) : OfValue(field, owner);
    }

    /// <summary>As <see cref="Of"/>, but an error may carry any value, also one that the narrow type refuses: that may be why it was raised.</summary>
    public static string ReadOfError(AbiField field, ContractModel contract)
    {
        if (field.AbiType == "uint256")
        {
            return "LedgerAbi.Number({0}.UInt256())";
        }

        var widened = field.Name.EndsWith("Fen", StringComparison.Ordinal) || field.Name == "regionCode";
        return widened ? $"{{0}}.UInt({Bits(field)})" : Of(field, "", contract).Read;
    }

    private static FieldType OfValue(AbiField field, string owner) => (field.SolidityType, field.AbiType) switch
    {
        ("PartyId", _) => Number("PartyId", "new PartyId((uint){0}.UInt(32))", "{0}.Value", bits: 32),
        ("ReceivableId" or "LoanId", _) =>
            Number(field.SolidityType, $"new {field.SolidityType}({{0}}.UInt(40))", "{0}.Value", bits: 40),
        (_, "bool") => new FieldType("bool", "{0}.Bool()", ".Bool({0})", ".Bool({0})", "writer.WriteBooleanValue({0});"),
        (_, "address") => Text("Address", "{0}.Address()", ".Address({0})", ".Address({0})"),
        (_, "bytes") => Text("ByteString", "ByteString.Wrap({0}.Bytes())", ".Bytes({0}.Span)", ".Bytes32({0}.Keccak())"),
        (_, "bytes32") => Text("Hash256", "{0}.Bytes32()", ".Bytes32({0})", ".Bytes32({0})"),
        (_, "bytes5") when field.Name == "industry" => new FieldType(
            "IndustryCode",
            "IndustryCode.FromBytes({0}.FixedBytes(5))",
            ".FixedBytes({0}.ToArray())",
            ".FixedBytes({0}.ToArray())",
            "writer.WriteStringValue(Hex.Encode({0}.ToArray()));"),
        (_, ['b', 'y', 't', 'e', 's', .. var length]) => Text(
            "ByteString", $"ByteString.Wrap({{0}}.FixedBytes({length}))", ".FixedBytes({0}.Span)", ".FixedBytes({0}.Span)"),
        (_, "uint256") => Number("ulong", "LedgerAbi.UInt64({0}.UInt256())", "{0}", bits: 256),
        (_, ['u', 'i', 'n', 't', ..]) => OfNumber(field, owner),
        _ => throw new InvalidDataException($"No C# type is known for {field.SolidityType} {field.Name}."),
    };

    private static FieldType OfNumber(AbiField field, string owner)
    {
        var bits = Bits(field);
        return field.Name switch
        {
            _ when field.Name.EndsWith("Fen", StringComparison.Ordinal) && AgreementTable.SumStructs.Contains(owner) =>
                Number("FenSum", $"new FenSum({{0}}.UInt({bits}))", "checked((ulong){0}.Value)", bits),
            _ when field.Name.EndsWith("Fen", StringComparison.Ordinal) =>
                Number("Fen", $"LedgerAbi.Fen({{0}}.UInt({bits}))", "{0}.Value", bits),
            _ when field.Name.EndsWith("Bps", StringComparison.Ordinal) => Number("Bps", $"new Bps((ushort){{0}}.UInt({bits}))", "{0}.Value", bits),
            _ when field.Name.EndsWith("Date", StringComparison.Ordinal) || field.Name is "earliest" or "latest" or "today" =>
                Number("DateOnly", $"BusinessDate.FromDays((ushort){{0}}.UInt({bits}))", "BusinessDate.ToDays({0})", bits),
            "regionCode" => Number("RegionCode", "LedgerAbi.Region({0}.UInt(32))", "{0}.Value", bits),
            "rights" or "right" or "allowed" => Number("Rights", $"(Rights){{0}}.UInt({bits})", "(byte){0}", bits),
            _ => Plain(bits),
        };
    }

    private static FieldType Plain(int bits)
    {
        var type = bits switch { <= 8 => "byte", <= 16 => "ushort", <= 32 => "uint", _ => "ulong" };
        return Number(type, type == "ulong" ? $"{{0}}.UInt({bits})" : $"({type}){{0}}.UInt({bits})", "{0}", bits);
    }

    private static FieldType OfEnum(AbiField field, IReadOnlyList<string> members) => Number(
        field.SolidityType,
        $"({field.SolidityType})LedgerAbi.Member({{0}}.UInt(8), {members.Count})",
        "(byte){0}",
        bits: 8);

    private static FieldType OfStruct(AbiField field, ContractModel contract)
    {
        var name = field.SolidityType;
        var described = contract.Struct(name);
        return new FieldType(
            name,
            described.IsDynamic ? $"{name}.Read({{0}}.DynamicTuple())" : $"{name}.Read({{0}}.StaticTuple({described.Words}))",
            $".Tuple({{0}}.ToAbi(), isDynamic: {(described.IsDynamic ? "true" : "false")})",
            ".Bytes32({0}.StructHash())",
            "{0}.WriteMessage(writer);");
    }

    private static FieldType OfArray(AbiField field, ContractModel contract)
    {
        if (field.AbiType == "bytes[]")
        {
            return new FieldType("ValueList<ByteString>", "LedgerAbi.ReadBytesArray(ref {0})", ".BytesArray({0})", "", "");
        }

        var element = Of(field with { SolidityType = field.ElementType, AbiType = field.AbiType[..^2] }, "", contract);
        if (!field.IsStruct && element.Write.StartsWith(".Bytes(", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"No C# type is known for {field.SolidityType} {field.Name}.");
        }

        var isDynamic = field.IsStruct && contract.Struct(field.ElementType).IsDynamic;
        var toAbi = field.IsStruct ? "item.ToAbi()" : $"new AbiWriter(){SourceText.Fill(element.Write, "item")}";
        var itemHash = field.IsStruct ? "" : $", static item => new AbiWriter(){SourceText.Fill(element.Hash, "item")}";
        return new FieldType(
            $"ValueList<{element.CSharp}>",
            $"LedgerAbi.ReadArray(ref {{0}}, static (ref AbiReader items) => {SourceText.Fill(element.Read, "items")})",
            $".Array([.. {{0}}.Select(static item => {toAbi})], itemsAreDynamic: {(isDynamic ? "true" : "false")})",
            $".Bytes32(LedgerAbi.HashArray({{0}}{itemHash}))",
            $"LedgerAbi.WriteMessages(writer, {{0}}, static (writer, item) => {SourceText.Fill(element.Message, "item").TrimEnd(';')});");
    }

    // JSON readers lose digits above 2^53, so that typed data carries wide numbers as strings (EIP-712 libraries take both).
    private static FieldType Number(string type, string read, string value, int bits)
    {
        var write = $".UInt({value})";
        var message = bits <= 32
            ? $"writer.WriteNumberValue({value});"
            : $"writer.WriteStringValue({value}.ToString(CultureInfo.InvariantCulture));";
        return new FieldType(type, read, write, write, message);
    }

    private static FieldType Text(string type, string read, string write, string hash) =>
        new(type, read, write, hash, "writer.WriteStringValue({0}.ToString());");

    private static int Bits(AbiField field) => int.Parse(field.AbiType.AsSpan("uint".Length), System.Globalization.CultureInfo.InvariantCulture);
}
