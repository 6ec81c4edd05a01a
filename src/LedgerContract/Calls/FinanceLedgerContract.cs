using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>Deployment and batches of the contract.</summary>
public static partial class FinanceLedgerContract
{
    private static readonly Lazy<byte[]> Code = new(LoadCreationCode);

    /// <summary>The creation bytecode, without constructor arguments.</summary>
    public static ReadOnlySpan<byte> CreationCode => Code.Value;

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

    private static byte[] LoadCreationCode()
    {
        using var stream = typeof(FinanceLedgerContract).Assembly.GetManifestResourceStream("FinanceLedger.json")
            ?? throw new InvalidOperationException("The description of the contract is not embedded.");
        using var description = JsonDocument.Parse(stream);
        return Hex.Decode(description.RootElement.GetProperty("bytecode").GetString()!);
    }
}
