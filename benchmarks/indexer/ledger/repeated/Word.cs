using System.Buffers.Binary;

namespace FinanceChain.IndexerBenchmark.OwnLedger.Repeated;

/// <summary>A word of 256 bits, with the arithmetic of the EVM.</summary>
internal readonly record struct Word(ulong A, ulong B, ulong C, ulong D)
{
    public const int Size = 32;

    /// <summary>No count, amount or date reaches this: what does is a hash.</summary>
    public bool IsHash => A != 0;

    public static Word operator +(Word left, Word right)
    {
        ulong d = left.D + right.D;
        ulong c = Carry(left.C, right.C, d < left.D, out bool beyondC);
        ulong b = Carry(left.B, right.B, beyondC, out bool beyondB);
        return new Word(left.A + right.A + (beyondB ? 1UL : 0), b, c, d);
    }

    public static Word operator -(Word left, Word right) => left + new Word(~right.A, ~right.B, ~right.C, ~right.D) + new Word(0, 0, 0, 1);

    public static Word operator *(Word word, ulong times)
    {
        ulong carry1 = Math.BigMul(word.D, times, out ulong d);
        ulong carry2 = Math.BigMul(word.C, times, out ulong c);
        ulong carry3 = Math.BigMul(word.B, times, out ulong b);
        return new Word(word.A * times, b, c, d) + new Word(carry3, carry2, carry1, 0);
    }

    public static Word Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>64 hexadecimal digits.</summary>
    public void WriteHex(Span<byte> digits)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
        Convert.TryToHexStringLower(bytes, digits, out _);
    }

    private static ulong Carry(ulong left, ulong right, bool carried, out bool beyond)
    {
        ulong sum = left + right;
        beyond = sum < left;
        if (carried)
        {
            sum++;
            beyond |= sum == 0;
        }

        return sum;
    }
}

/// <summary>How a word changes from turn to turn: by the same amount each time, or, where it is a hash, to another hash.</summary>
internal readonly record struct Course(Word First, Word Step, bool IsHash)
{
    public bool Changes => IsHash || Step != default;

    /// <exception cref="InvalidOperationException">It changes in no such way, so that what comes next cannot be told.</exception>
    public static Course Of(Word first, Word second, Word third)
    {
        Word step = second - first;
        if (third - second == step)
        {
            return new Course(first, step, IsHash: false);
        }

        return first.IsHash && second.IsHash && third.IsHash
            ? new Course(first, default, IsHash: true)
            : throw new InvalidOperationException($"The recorded ledger does not repeat itself: {first}, {second}, {third}.");
    }

    public Word At(ulong turn) => IsHash ? First with { B = First.B ^ turn } : First + (Step * turn);
}
