namespace FinanceChain.LedgerContract.Generator;

/// <summary>An operation with all its signatures, as calldata.</summary>
internal sealed class OperationCode(ContractModel contract, AbiEntry operation)
{
    private string Name => $"Signed{operation.PascalName}";

    public static SignatureRule[] RulesOf(AbiEntry operation)
    {
        if (!AgreementTable.Operations.TryGetValue(operation.Name, out var found)
            || !found.Signatures.Select(rule => rule.Parameter).SequenceEqual(operation.Inputs.Skip(1).Select(input => input.Name)))
        {
            throw new InvalidDataException($"{operation.Signature} does not match its entry in {nameof(AgreementTable)}.");
        }

        return found.Signatures;
    }

    public static string EmitBase(ContractModel contract)
    {
        var text = new SourceText("System.Buffers.Binary", "System.Text.Json.Serialization", "FinanceChain.Ethereum");
        text.Line("[JsonPolymorphic(TypeDiscriminatorPropertyName = \"kind\")]");
        text.Lines(contract.Operations.Select(item =>
            $"[JsonDerivedType(typeof(Signed{item.PascalName}), \"{SourceText.SnakeCase(item.PascalName)}\")]"));
        text.Line("public abstract partial record SignedOperation").Line("{");
        text.Line("    private static SignedOperation? Read(ReadOnlySpan<byte> calldata) => BinaryPrimitives.ReadUInt32BigEndian(calldata) switch").Line("    {");
        text.Lines(contract.Operations.Select(item => $"        Signed{item.PascalName}.Selector => Signed{item.PascalName}.Read(new AbiReader(calldata[4..])),"));
        text.Line("        _ => null,").Line("    };").Line("}");
        return text.ToString();
    }

    public string Emit()
    {
        var text = new SourceText("System.Text.Json.Serialization", "FinanceChain.Ethereum");
        var signatures = operation.Inputs.Skip(1).ToList();
        var operationType = operation.Inputs[0].ElementType;
        text.Summary(contract.Notices.GetValueOrDefault(operation.Name, operation.Name));
        text.Line($"public sealed record {Name} : SignedOperation").Line("{");
        text.Line($"    /// <summary>{operation.Signature}</summary>");
        text.Line($"    public const uint Selector = {operation.SelectorHex};").Line();
        var parameters = signatures.Select(item => $"{TypeOf(item).CSharp} {item.Name}").ToList();
        if (IsOptional(signatures[^1]))
        {
            // A parameter with a default would be a struct's, which the schema of JSON cannot say: without it the property is set or left alone.
            text.Line("    [JsonConstructor]");
            text.Line($"    public {Name}({operationType} operation, {string.Join(", ", parameters.SkipLast(1))})");
            text.Line($"        : this(operation, {string.Join(", ", signatures.SkipLast(1).Select(item => item.Name))}, ByteString.Empty)");
            text.Line("    {").Line("    }").Line();
        }

        text.Line($"    public {Name}({operationType} operation, {string.Join(", ", parameters)})").Line("    {");
        text.Line("        Operation = operation;");
        text.Lines(signatures.Select(item => $"        {item.PascalName} = {item.Name};")).Line("    }").Line();
        text.Line($"    public override {operationType} Operation {{ get; }}").Line();
        foreach (var item in signatures)
        {
            if (IsOptional(item))
            {
                text.Line("    /// <summary>Empty where it is not demanded; then JSON leaves it out.</summary>");
                text.Line("    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]");
            }

            text.Line($"    public {TypeOf(item).CSharp} {item.PascalName} {{ get;{(IsOptional(item) ? " init;" : "")} }}").Line();
        }

        var flat = signatures.Select(item => item.IsArray ? $".. {item.PascalName}" : item.PascalName);
        text.Line("    [JsonIgnore]").Line($"    public override ValueList<ByteString> Signatures => [{string.Join(", ", flat)}];").Line();
        text.Line("    public override byte[] Encode() => new AbiWriter()");
        text.Lines(operation.Inputs.Select(item => $"        {SourceText.Fill(TypeOf(item).Write, item == operation.Inputs[0] ? "Operation" : item.PascalName)}"));
        text.Line("        .ToCall(LedgerAbi.SelectorBytes(Selector));").Line();
        text.Line($"    internal static {Name} Read(AbiReader reader) => new(");
        text.Line($"        {string.Join(",\n        ", operation.Inputs.Select(item => SourceText.Fill(TypeOf(item).Read, "reader")))});");
        return text.Line("}").ToString();
    }

    private bool IsOptional(AbiField signature) => RulesOf(operation).Single(rule => rule.Parameter == signature.Name).Optional;

    private FieldType TypeOf(AbiField field) => FieldType.Of(field, "", contract);
}
