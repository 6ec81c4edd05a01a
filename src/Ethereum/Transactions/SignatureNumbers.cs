using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>In a transaction r and s are numbers, so their leading zeros go.</summary>
internal static class SignatureNumbers
{
    public static RlpItem Of(Hash256 value) => RlpItem.Of(new BigInteger(value.ToArray(), isUnsigned: true, isBigEndian: true));
}
