namespace FinanceChain.LedgerContract.Generator;

/// <summary>Solidity's enums, the bits of <c>Rights</c>, and the numbered kinds of operations and events.</summary>
internal static class EnumCode
{
    public static string Emit(ContractModel contract)
    {
        var text = new SourceText("System.Text.Json.Serialization");
        foreach (var (name, members) in contract.Enums.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Emit(text, name, $"Solidity's enum {name}. JSON: snake_case names.", "byte", members.Select((member, value) => (member, (long)value)));
        }

        text.Summary("What a signer may do for its party. JSON: a number.");
        text.Line("[Flags]").Line("public enum Rights : byte").Line("{").Line("    None = 0,");
        text.Lines(contract.Rights.Select(right => $"    {Pascal(right.Name)} = {right.Value},")).Line("}").Line();

        var operations = contract.Operations.Select(item => (item.PascalName, (long)NumberOf(AgreementTable.Operations, item.Name).Number));
        Emit(text, "OperationKind", "The operations of the ledger. Numbers are stable; 0 is none. JSON: snake_case names.", "byte", operations);
        var events = contract.Events.Select(item => (item.Name, (long)NumberOf(AgreementTable.Events, item.Name)));
        Emit(text, "EventKind", "The events of the ledger. Numbers are stable; 0 is none. JSON: snake_case names.", "byte", events);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Emit(SourceText text, string name, string summary, string underlying, IEnumerable<(string Name, long Value)> members)
    {
        text.Summary(summary);
        text.Line($"[JsonConverter(typeof(NameJsonConverter<{name}>))]");
        text.Line($"public enum {name} : {underlying}").Line("{");
        text.Lines(members.OrderBy(member => member.Value).Select(member => $"    {member.Name} = {member.Value},"));
        text.Line("}").Line();
    }

    private static T NumberOf<T>(IReadOnlyDictionary<string, T> table, string name) =>
        table.TryGetValue(name, out var found) ? found : throw new InvalidDataException($"{name} has no entry in {nameof(AgreementTable)}.");

    // OF_OPERATOR and OF_REGULATOR are so called only because OPERATOR and REGULATOR are parties in Solidity.
    private static string Pascal(string upper)
    {
        var name = upper.StartsWith("OF_", StringComparison.Ordinal) ? upper["OF_".Length..] : upper;
        return name[0] + name[1..].ToLowerInvariant();
    }
}
