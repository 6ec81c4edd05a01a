using Org.BouncyCastle.Math;

namespace FinanceChain.Ethereum;

/// <summary>What both curves share: the range of private keys, and the second half of a signature.</summary>
internal static class CurveScalar
{
    public const int Length = 32;

    /// <exception cref="ArgumentException">Not 32 bytes, zero, or not below the order. The message never holds the bytes.</exception>
    public static BigInteger PrivateKey(ReadOnlySpan<byte> bytes, BigInteger order)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A private key has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        var scalar = new BigInteger(1, bytes);
        return scalar.SignValue > 0 && scalar.CompareTo(order) < 0
            ? scalar
            : throw new ArgumentException("A private key is above zero and below the order of the curve.", nameof(bytes));
    }

    /// <summary>s = (e + r·d) / k mod n, taken to the lower half; <paramref name="negated"/> tells that it was in the upper one.</summary>
    public static BigInteger LowS(BigInteger order, BigInteger e, BigInteger r, BigInteger d, BigInteger k, out bool negated)
    {
        var s = Org.BouncyCastle.Utilities.BigIntegers.ModOddInverse(order, k).Multiply(e.Add(r.Multiply(d))).Mod(order);
        negated = s.CompareTo(order.ShiftRight(1)) > 0;
        return negated ? order.Subtract(s) : s;
    }

    public static Hash256 ToHash(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Org.BouncyCastle.Utilities.BigIntegers.AsUnsignedByteArray(value, bytes);
        return Hash256.FromBytes(bytes);
    }
}
