using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>Why the ledger refused an operation.</summary>
/// <param name="Values">The error's parameters in their order: numbers, ids, dates, enums, hashes; all fit for JSON.</param>
public sealed record LedgerRefusal(RefusalCode Code, ValueList<RefusalValue> Values)
{
    /// <summary>The value of a parameter; null when the error has none of this name.</summary>
    public object? this[string name] => Values.FirstOrDefault(value => value.Name == name)?.Value;

    public override string ToString() => $"{Code.ToSnakeCase()}({string.Join(", ", Values.Select(value => $"{value.Name}: {value.Value}"))})";
}

/// <summary>One offending or allowed value.</summary>
/// <param name="Name">As in the contract, camelCase.</param>
public sealed record RefusalValue(string Name, object Value);

/// <summary>Reads revert data.</summary>
public static partial class LedgerErrors
{
    private const int SelectorLength = 4;

    // Solidity's own Panic(uint256): an overflow or a division by zero inside the contract.
    private const uint PanicSelector = 0x4e487b71;

    /// <summary>The refusal behind revert data. <see cref="RefusalCode.Unknown"/> holds <c>data</c> (hex), and <c>panic</c> where Solidity panicked.</summary>
    public static LedgerRefusal Decode(ReadOnlySpan<byte> revertData)
    {
        if (revertData.Length < SelectorLength)
        {
            return Unknown(revertData);
        }

        try
        {
            var selector = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(revertData);
            var values = new AbiReader(revertData[SelectorLength..]);
            return selector == PanicSelector
                ? new LedgerRefusal(RefusalCode.Unknown, [new("data", Hex.Encode(revertData)), new("panic", LedgerAbi.Number(values.UInt256()))])
                : Read(selector, values) ?? Unknown(revertData);
        }
        catch (AbiFormatException)
        {
            return Unknown(revertData);
        }
    }

    private static LedgerRefusal Unknown(ReadOnlySpan<byte> revertData) =>
        new(RefusalCode.Unknown, [new("data", Hex.Encode(revertData))]);
}
