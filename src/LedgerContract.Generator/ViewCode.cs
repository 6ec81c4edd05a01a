namespace FinanceChain.LedgerContract.Generator;

/// <summary>Typed reads of the contract, the batch call and the deployment.</summary>
internal static class ViewCode
{
    public static string EmitReader(ContractModel contract)
    {
        var text = new SourceText("FinanceChain.Ethereum");
        text.Line("public sealed partial class LedgerReader").Line("{");
        foreach (var view in contract.Views)
        {
            EmitView(text, contract, view);
        }

        return text.ToString().TrimEnd('\n') + "\n}\n";
    }

    public static string EmitContract(ContractModel contract)
    {
        var text = new SourceText("FinanceChain.Ethereum");
        var submit = contract.Entries.Single(entry => entry is { Type: "function", Name: "submit" });
        text.Line("public static partial class FinanceLedgerContract").Line("{");
        text.Line($"    /// <summary>{submit.Signature}</summary>");
        text.Line($"    public const uint SubmitSelector = {submit.SelectorHex};");
        foreach (var (name, constructor) in contract.Deployed)
        {
            EmitCreation(text.Line(), contract, name, constructor);
        }

        return text.Line("}").ToString();
    }

    private static void EmitCreation(SourceText text, ContractModel contract, string name, IReadOnlyList<AbiField> constructor)
    {
        // Solidity parameters that would shadow a function end in an underscore.
        var inputs = constructor.Select(input => (Name: input.Name.TrimEnd('_'), Type: FieldType.Of(input, "", contract))).ToList();
        text.Line($"    /// <summary>What a transaction carries that creates {name}: creation bytecode and constructor arguments.</summary>");
        text.Line($"    public static byte[] Create{name}({string.Join(", ", inputs.Select(input => $"{input.Type.CSharp} {input.Name}"))}) =>");
        if (inputs.Count == 0)
        {
            text.Line($"        [.. CreationCode(\"{name}\")];");
            return;
        }

        text.Line("    [").Line($"        .. CreationCode(\"{name}\"),").Line("        .. new AbiWriter()");
        text.Lines(inputs.Select(input => $"            {SourceText.Fill(input.Type.Write, input.Name)}"));
        text.Line("            .ToArray(),").Line("    ];");
    }

    private static void EmitView(SourceText text, ContractModel contract, AbiEntry view)
    {
        var method = Pascal(view.Name);
        // A result has no name in the ABI, so that the view's own name tells its unit.
        var result = FieldType.Of(view.Outputs[0] with { Name = view.Name }, "", contract);
        var absent = AgreementTable.AbsentWhenZero.GetValueOrDefault(view.Name);
        var inputs = view.Inputs.Select(input => (input.Name, Type: FieldType.Of(input, "", contract))).ToList();
        var parameters = string.Concat(inputs.Select(input => $"{input.Type.CSharp} {input.Name}, "));
        var returned = result.CSharp + (absent is null ? "" : "?");
        text.Summary(contract.Notices.GetValueOrDefault(view.Name, $"{view.Signature} at a block.") + (absent is null ? "" : " Null when there is none."), "    ");
        text.Line($"    public async Task<{returned}> {method}({parameters}BlockTag at, CancellationToken cancellationToken)").Line("    {");
        var call = string.Concat(inputs.Select(input => SourceText.Fill(input.Type.Write, input.Name)));
        text.Line($"        var data = new AbiWriter(){call}.ToCall(LedgerAbi.SelectorBytes({view.SelectorHex}));");
        text.Line($"        return Read{method}(await CallAsync(data, at, cancellationToken));").Line("    }").Line();
        text.Line($"    private static {returned} Read{method}(byte[] answer)").Line("    {");
        if (absent is not null)
        {
            text.Line($"        if (LedgerAbi.IsZeroWord(answer, {AbiStruct.WordOf(view.Outputs[0].Components, absent)}))").Line("        {").Line("            return null;").Line("        }").Line();
        }

        // The method that reads a struct has the struct's name, so that the type must be qualified.
        var qualified = view.Outputs[0].IsStruct ? "LedgerContract." : "";
        text.Line("        var reader = new AbiReader(answer);");
        text.Line($"        return {qualified}{SourceText.Fill(result.Read, "reader")};").Line("    }").Line();
    }

    // Constants are in capitals: OPERATION_GAS.
    private static string Pascal(string name) => name.All(character => character == '_' || char.IsUpper(character))
        ? string.Concat(name.Split('_').Select(word => word[0] + word[1..].ToLowerInvariant()))
        : char.ToUpperInvariant(name[0]) + name[1..];
}
