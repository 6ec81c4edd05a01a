using System.Collections.Frozen;
using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>Deployment and batches of the contract.</summary>
public static partial class FinanceLedgerContract
{
    private static readonly Lazy<FrozenDictionary<string, byte[]>> Codes = new(LoadCreationCodes);

    /// <summary>The creation bytecode of one of the contracts that <see cref="DeploymentPlan"/> deploys, without constructor arguments.</summary>
    public static ReadOnlySpan<byte> CreationCode(string contract) => Codes.Value[contract];

    /// <summary>Calldata of <c>submit</c>: many operations in one transaction.</summary>
    /// <param name="operations">The calldata of each operation.</param>
    public static byte[] EncodeSubmit(IReadOnlyList<ByteString> operations) =>
        new AbiWriter().BytesArray(operations).ToCall(LedgerAbi.SelectorBytes(SubmitSelector));

    /// <summary>Reads what a simulated <c>submit</c> returned: for each operation its refusal, null where it was accepted.</summary>
    /// <exception cref="AbiFormatException">Malformed.</exception>
    public static IReadOnlyList<LedgerRefusal?> DecodeSubmit(ReadOnlySpan<byte> answer)
    {
        var reader = new AbiReader(answer);
        return [.. LedgerAbi.ReadBytesArray(ref reader).Select(reason => reason.Length == 0 ? null : LedgerErrors.Decode(reason.Span))];
    }

    private static FrozenDictionary<string, byte[]> LoadCreationCodes()
    {
        using var stream = typeof(FinanceLedgerContract).Assembly.GetManifestResourceStream("FinanceLedger.json")
            ?? throw new InvalidOperationException("The description of the contract is not embedded.");
        using var description = JsonDocument.Parse(stream);
        return description.RootElement.GetProperty("deployed").EnumerateArray().ToFrozenDictionary(
            item => item.GetProperty("contract").GetString()!,
            item => Hex.Decode(item.GetProperty("bytecode").GetString()!),
            StringComparer.Ordinal);
    }
}
