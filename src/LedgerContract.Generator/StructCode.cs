namespace FinanceChain.LedgerContract.Generator;

/// <summary>One Solidity struct as a record: ABI both ways, and EIP-712 where it is signed.</summary>
internal sealed class StructCode(ContractModel contract, AbiStruct item)
{
    private readonly bool _signed = contract.SignedStructs().Contains(item.Name);
    private readonly AbiEntry? _operation = contract.Operations.FirstOrDefault(entry => entry.Inputs[0].ElementType == item.Name);

    public string Emit()
    {
        var text = new SourceText("System.Globalization", "System.Text.Json", "FinanceChain.Ethereum");
        text.Summary(contract.Notices.GetValueOrDefault(item.Name, _operation is null ? $"Solidity's struct {item.Name}." : $"What the parties of {_operation.Name} sign."));
        var parameters = item.Fields.Select(field => $"{TypeOf(field).CSharp} {field.PascalName}");
        var implements = _operation is not null ? " : ILedgerOperation" : _signed ? " : ILedgerStruct" : "";
        text.Line($"public sealed record {item.Name}(");
        text.Line($"    {string.Join(",\n    ", parameters)}){implements}").Line("{");
        if (_signed)
        {
            EmitTypedData(text);
        }

        if (_operation is not null)
        {
            EmitOperation(text, _operation);
        }

        EmitAbi(text);
        return text.Line("}").ToString();
    }

    private void EmitAbi(SourceText text)
    {
        text.Line("    internal AbiWriter ToAbi() => new AbiWriter()");
        text.Line($"        {string.Join("\n        ", item.Fields.Select(field => SourceText.Fill(TypeOf(field).Write, field.PascalName)))};").Line();
        var reads = item.Fields.Select(field => SourceText.Fill(TypeOf(field).Read, "reader"));
        text.Line($"    internal static {item.Name} Read(AbiReader reader) => new(");
        text.Line($"        {string.Join(",\n        ", reads)});");
    }

    private void EmitTypedData(SourceText text)
    {
        text.Line("    /// <summary>EIP-712 encodeType.</summary>");
        text.Line($"    public const string EncodeType = \"{EncodeType(item)}\";").Line();
        text.Line("    public static readonly Hash256 TypeHash = Eip712.TypeHash(EncodeType);").Line();
        // Explicit, so that neither JSON nor ToString repeats what the type says.
        text.Line($"    string ILedgerStruct.PrimaryType => \"{item.Name}\";").Line();
        text.Line("    string ILedgerStruct.TypeString => EncodeType;").Line();
        text.Line("    public Hash256 StructHash() => Keccak256.Hash(new AbiWriter()").Line("        .Bytes32(TypeHash)");
        text.Lines(item.Fields.Select(field => $"        {SourceText.Fill(TypeOf(field).Hash, field.PascalName)}"));
        text.Line("        .ToArray());").Line();
        text.Line("    public void WriteMessage(Utf8JsonWriter writer)").Line("    {");
        text.Line("        ArgumentNullException.ThrowIfNull(writer);").Line("        writer.WriteStartObject();");
        foreach (var field in item.Fields)
        {
            text.Line($"        writer.WritePropertyName(\"{field.Name}\");");
            text.Line($"        {SourceText.Fill(TypeOf(field).Message, field.PascalName)}");
        }

        text.Line("        writer.WriteEndObject();").Line("    }").Line();
    }

    private static void EmitOperation(SourceText text, AbiEntry operation)
    {
        var rules = OperationCode.RulesOf(operation);
        text.Line($"    OperationKind ILedgerOperation.OperationKind => OperationKind.{operation.PascalName};").Line();
        text.Line("    public ValueList<SignatureRequirement> RequiredSignatures() =>").Line("    [");
        foreach (var rule in rules)
        {
            var listed = AgreementTable.ListedBy.GetValueOrDefault(rule.Parameter);
            var requirement = $"new SignatureRequirement(\"{rule.Parameter}\", {SourceText.Fill(rule.Signatory, "item")}, {rule.Right}, {rule.Terms}{(rule.Optional ? ", Optional: true" : "")})";
            text.Line(listed is null ? $"        {requirement}," : $"        .. {listed}.Select(item => {requirement}),");
        }

        text.Line("    ];").Line();
        var lists = rules.Where(rule => AgreementTable.ListedBy.ContainsKey(rule.Parameter)).ToList();
        var needed = $"{rules.Length - lists.Count}{string.Concat(lists.Select(rule => $" + {AgreementTable.ListedBy[rule.Parameter]}.Count"))}";
        var isLastOptional = rules[^1].Optional;
        text.Line("    public SignedOperation WithSignatures(IReadOnlyList<ByteString> signatures)").Line("    {");
        text.Line("        ArgumentNullException.ThrowIfNull(signatures);");
        text.Line($"        SignedOperation.RequireCount(signatures, {needed}{(isLastOptional ? ", isLastOptional: true" : "")});");
        var arguments = rules.Select((rule, index) => (rule, index) switch
        {
            _ when AgreementTable.ListedBy.ContainsKey(rule.Parameter) => $"ValueList.From(signatures.Skip({index}))",
            _ when rule.Optional => $"signatures.ElementAtOrDefault({index})",
            _ => $"signatures[{index}]",
        });
        text.Line($"        return new Signed{operation.PascalName}(this, {string.Join(", ", arguments)});").Line("    }").Line();
    }

    // EIP-712: the struct itself, then every struct that it refers to, sorted by name.
    private string EncodeType(AbiStruct primary)
    {
        var nested = new SortedDictionary<string, AbiStruct>(StringComparer.Ordinal);
        AddNested(primary, nested);
        return Describe(primary) + string.Concat(nested.Values.Select(Describe));
    }

    private void AddNested(AbiStruct owner, SortedDictionary<string, AbiStruct> nested)
    {
        foreach (var field in owner.Fields.Where(field => field.IsStruct))
        {
            var inner = contract.Struct(field.ElementType);
            nested[inner.Name] = inner;
            AddNested(inner, nested);
        }
    }

    private static string Describe(AbiStruct described) =>
        $"{described.Name}({string.Join(',', described.Fields.Select(field => $"{(field.IsStruct ? field.SolidityType : field.AbiType)} {field.Name}"))})";

    private FieldType TypeOf(AbiField field) => FieldType.Of(field, item.Name, contract);
}
