namespace FinanceChain.LedgerContract.Generator;

/// <summary>All C# files of the contract.</summary>
internal static class CodeFiles
{
    public static IEnumerable<(string Name, string Source)> Of(ContractModel contract)
    {
        yield return ("Enums.cs", EnumCode.Emit(contract));
        foreach (var item in contract.Structs)
        {
            yield return ($"{item.Name}.cs", new StructCode(contract, item).Emit());
        }

        yield return ("SignedOperation.cs", OperationCode.EmitBase(contract));
        foreach (var operation in contract.Operations)
        {
            yield return ($"Signed{operation.PascalName}.cs", new OperationCode(contract, operation).Emit());
        }

        yield return ("LedgerEvent.cs", EventCode.EmitBase(contract));
        foreach (var item in contract.Events)
        {
            yield return ($"{item.Name}.cs", EventCode.Emit(contract, item));
        }

        yield return ("RefusalCode.cs", ErrorCode.EmitCodes(contract));
        yield return ("LedgerErrors.cs", ErrorCode.EmitDecode(contract));
        yield return ("LedgerReader.cs", ViewCode.EmitReader(contract));
        yield return ("FinanceLedgerContract.cs", ViewCode.EmitContract(contract));
    }
}
