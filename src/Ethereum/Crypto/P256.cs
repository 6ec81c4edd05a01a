using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace FinanceChain.Ethereum;

/// <summary>Verification on the curve P-256 as contracts do it (EIP-7951 with OpenZeppelin's check of s).</summary>
internal static class P256
{
    public static readonly BigInteger Order = CustomNamedCurves.GetByName("secp256r1").N;

    private static readonly BigInteger HalfOrder = Order.ShiftRight(1);

    /// <summary>The one of s and n - s that is in the lower half: both verify, contracts take only this one.</summary>
    public static BigInteger LowS(BigInteger s) => IsLow(s) ? s : Order.Subtract(s);

    /// <summary>False also where the point is not on the curve, a number is out of range, or s is high.</summary>
    public static bool Verify(ReadOnlySpan<byte> hash, Hash256 r, Hash256 s, Hash256 x, Hash256 y)
    {
        if (!IsLow(new BigInteger(1, s.ToArray())))
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = x.ToArray(), Y = y.ToArray() },
            });
            Span<byte> signature = stackalloc byte[2 * CurveScalar.Length];
            r.CopyTo(signature);
            s.CopyTo(signature[CurveScalar.Length..]);
            return key.VerifyHash(hash, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsLow(BigInteger s) => s.CompareTo(HalfOrder) <= 0;
}
