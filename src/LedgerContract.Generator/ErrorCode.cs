namespace FinanceChain.LedgerContract.Generator;

/// <summary>Errors as a closed list of refusal codes with their values.</summary>
internal static class ErrorCode
{
    public static string EmitCodes(ContractModel contract)
    {
        var text = new SourceText("System.Text.Json.Serialization");
        text.Summary("Why the ledger refused: one code for each error of IFinanceLedger. Numbers may change with the contract: store the snake_case name.");
        text.Line("[JsonConverter(typeof(NameJsonConverter<RefusalCode>))]").Line("public enum RefusalCode").Line("{");
        text.Line("    /// <summary>Revert data of no error that the ledger declares, such as a Solidity panic.</summary>").Line("    Unknown = 0,");
        text.Lines(contract.Errors.Select(item => $"    {item.Name},")).Line("}").Line();
        text.Line("public static class RefusalCodeNames").Line("{");
        text.Line("    /// <summary>The code in snake_case, as it stands in answers and in databases.</summary>");
        text.Line("    public static string ToSnakeCase(this RefusalCode code) => code switch").Line("    {");
        text.Lines(contract.Errors.Select(item => $"        RefusalCode.{item.Name} => \"{SourceText.SnakeCase(item.Name)}\","));
        return text.Line("        _ => \"unknown\",").Line("    };").Line("}").ToString();
    }

    public static string EmitDecode(ContractModel contract)
    {
        var text = new SourceText("FinanceChain.Ethereum");
        text.Line("public static partial class LedgerErrors").Line("{");
        text.Line("    private static LedgerRefusal? Read(uint selector, AbiReader reader) => selector switch").Line("    {");
        foreach (var item in contract.Errors)
        {
            var values = item.Inputs.Select(field =>
                $"new(\"{field.Name}\", {SourceText.Fill(FieldType.ReadOfError(field, contract), "reader")})");
            text.Line($"        // {item.Signature}");
            text.Line($"        {item.SelectorHex} => new LedgerRefusal(RefusalCode.{item.Name}, [{string.Join(", ", values)}]),");
        }

        return text.Line("        _ => null,").Line("    };").Line("}").ToString();
    }
}
