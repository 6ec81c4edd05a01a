using System.Text.Json.Serialization;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>
/// An operation with all its signatures: whoever holds it may submit it. JSON: <c>kind</c> (snake_case), <c>operation</c> and the signatures by
/// their parameter names.
/// </summary>
public abstract partial record SignedOperation
{
    private const int SelectorLength = 4;

    [JsonIgnore]
    public OperationKind Kind => Operation.OperationKind;

    public abstract ILedgerOperation Operation { get; }

    /// <summary>In the order of <see cref="ILedgerOperation.RequiredSignatures"/>; an optional one that is not there is empty.</summary>
    public abstract ValueList<ByteString> Signatures { get; }

    /// <summary>The calldata. Equal operations give equal bytes.</summary>
    public abstract byte[] Encode();

    /// <summary>Keccak-256 of the calldata, by which the ledger names an operation that it refused.</summary>
    public Hash256 OperationHash() => Keccak256.Hash(Encode());

    /// <summary>Reads calldata of an operation, in its canonical encoding only: so that one operation has one calldata.</summary>
    /// <exception cref="AbiFormatException">Not an operation, or malformed, or a value is out of range.</exception>
    public static SignedOperation Decode(ReadOnlySpan<byte> calldata)
    {
        var operation = calldata.Length < SelectorLength ? null : Read(calldata);
        if (operation is null)
        {
            throw new AbiFormatException("The calldata names no operation of the ledger.");
        }

        return calldata.SequenceEqual(operation.Encode())
            ? operation
            : throw new AbiFormatException("The calldata is not in the canonical encoding.");
    }

    internal static void RequireCount(IReadOnlyList<ByteString> signatures, int needed, bool isLastOptional = false)
    {
        if (signatures.Count != needed && !(isLastOptional && signatures.Count == needed - 1))
        {
            throw new ArgumentException($"The operation needs {needed} signatures and has {signatures.Count}.", nameof(signatures));
        }
    }
}
