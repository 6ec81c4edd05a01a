using Org.BouncyCastle.Math;

namespace FinanceChain.Ethereum;

/// <summary>A secp256k1 signature from which the signer's address can be recovered.</summary>
/// <param name="R">The x coordinate of k·G modulo the order of the curve.</param>
/// <param name="S">At most half the order (EIP-2), so that nobody can turn a signature into a second one.</param>
/// <param name="V">27 or 28: 27 plus the parity of the y coordinate of k·G.</param>
public readonly record struct RecoverableSignature(Hash256 R, Hash256 S, byte V)
{
    /// <summary>r, s, v.</summary>
    public const int Length = 65;

    /// <summary>0 or 1, as typed transactions carry it.</summary>
    public int YParity => V - 27;

    /// <param name="bytes">r(32) s(32) v(1).</param>
    /// <exception cref="SignatureException">Not 65 bytes, or v is neither 27 nor 28.</exception>
    public static RecoverableSignature FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length || bytes[64] is not (27 or 28))
        {
            throw new SignatureException($"A recoverable signature is r, s and v of 27 or 28 in {Length} bytes.");
        }

        return new RecoverableSignature(Hash256.FromBytes(bytes[..32]), Hash256.FromBytes(bytes[32..64]), bytes[64]);
    }

    /// <summary>Makes a signature of what a device gives: it knows neither low s nor the recovery id.</summary>
    /// <param name="rs">r(32) s(32); s may be high.</param>
    /// <param name="signer">Whose key the device used.</param>
    /// <exception cref="SignatureException">Not 64 bytes, out of range, or not a signature of that key over the digest.</exception>
    public static RecoverableSignature Complete(ReadOnlySpan<byte> rs, Hash256 digest, Address signer)
    {
        if (rs.Length != Length - 1)
        {
            throw new SignatureException($"A device's signature is r and s in {Length - 1} bytes, not {rs.Length}.");
        }

        var s = new BigInteger(1, rs[32..].ToArray());
        var low = s.CompareTo(Secp256k1.Order.ShiftRight(1)) > 0 && s.CompareTo(Secp256k1.Order) < 0 ? Secp256k1.Order.Subtract(s) : s;
        var even = new RecoverableSignature(Hash256.FromBytes(rs[..32]), CurveScalar.ToHash(low), 27);
        foreach (var candidate in new[] { even, even with { V = 28 } })
        {
            if (Secp256k1.Recover(digest, candidate) == signer)
            {
                return candidate;
            }
        }

        throw new SignatureException($"The signature is not one of {signer}.");
    }

    /// <summary>r(32) s(32) v(1).</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <param name="destination">At least 65 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        R.CopyTo(destination);
        S.CopyTo(destination[32..]);
        destination[64] = V;
    }
}
