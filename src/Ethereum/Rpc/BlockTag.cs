using System.Globalization;

namespace FinanceChain.Ethereum;

/// <summary>Which block a question is about. The default value is the latest one.</summary>
public readonly record struct BlockTag
{
    private readonly Kind _kind;
    private readonly ulong _number;

    private BlockTag(Kind kind, ulong number = 0)
    {
        _kind = kind;
        _number = number;
    }

    private enum Kind
    {
        Latest,
        Safe,
        Finalized,
        Pending,
        Number,
    }

    public static BlockTag Latest => new(Kind.Latest);

    public static BlockTag Safe => new(Kind.Safe);

    public static BlockTag Finalized => new(Kind.Finalized);

    public static BlockTag Pending => new(Kind.Pending);

    /// <summary>The number, when the tag is one.</summary>
    public ulong? Number => _kind == Kind.Number ? _number : null;

    public static BlockTag At(ulong number) => new(Kind.Number, number);

    /// <summary>As JSON-RPC writes it: a word, or 0x and the number without leading zeros.</summary>
    public override string ToString() => _kind switch
    {
        Kind.Latest => "latest",
        Kind.Safe => "safe",
        Kind.Finalized => "finalized",
        Kind.Pending => "pending",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{_number:x}"),
    };
}
