namespace FinanceChain.LedgerContract.Generator;

/// <summary>Events as records that are told apart by the first eight bytes of their topic.</summary>
internal static class EventCode
{
    public static string EmitBase(ContractModel contract)
    {
        var text = new SourceText("FinanceChain.Ethereum");
        text.Line("public abstract partial record LedgerEvent").Line("{");
        text.Line("    /// <summary>The first topics of all events, for a log filter.</summary>");
        text.Line("    public static IReadOnlyList<Hash256> Topics0 { get; } =").Line("    [");
        text.Lines(contract.Events.Select(item => $"        {item.Name}.Topic0,")).Line("    ];").Line();
        text.Line("    private static LedgerEvent? Read(ulong prefix, Hash256 topic0, AbiReader indexed, AbiReader data) => prefix switch").Line("    {");
        text.Lines(contract.Events.Select(item => $"        {item.Name}.Prefix when topic0 == {item.Name}.Topic0 => {item.Name}.Read(indexed, data),"));
        return text.Line("        _ => null,").Line("    };").Line("}").ToString();
    }

    public static string Emit(ContractModel contract, AbiEntry item)
    {
        var text = new SourceText("FinanceChain.Ethereum");
        text.Summary(contract.Notices.GetValueOrDefault(item.Name, $"The ledger's event {item.Name}."));
        text.Line($"public sealed record {item.Name}(");
        text.Line($"    {string.Join(",\n    ", item.Inputs.Select(field => $"{TypeOf(field).CSharp} {field.PascalName}"))}) : LedgerEvent").Line("{");
        text.Line($"    internal const ulong Prefix = {item.Hash.ToString()[..18]};").Line();
        text.Line($"    /// <summary>{item.Signature}</summary>");
        text.Line($"    public static readonly Hash256 Topic0 = Hash256.Parse(\"{item.Hash}\");").Line();
        text.Line($"    public override EventKind EventKind => EventKind.{item.Name};").Line();
        var reads = item.Inputs.Select(field => SourceText.Fill(TypeOf(field).Read, field.Indexed ? "indexed" : "data"));
        text.Line($"    internal static {item.Name} Read(AbiReader indexed, AbiReader data) => new(");
        text.Line($"        {string.Join(",\n        ", reads)});").Line("}");
        return text.ToString();

        FieldType TypeOf(AbiField field) => FieldType.Of(field, item.Name, contract);
    }
}
