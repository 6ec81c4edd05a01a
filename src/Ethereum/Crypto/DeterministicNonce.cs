using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Utilities;

namespace FinanceChain.Ethereum;

/// <summary>
/// The nonce k of RFC 6979 section 3.2 with HMAC-SHA-256, for curves whose order has 256 bits: the same message always gives the same signature.
/// </summary>
internal ref struct DeterministicNonce
{
    private const int Length = 32;

    private readonly BigInteger _order;
    private readonly byte[] _key;
    private readonly byte[] _value;

    /// <param name="hash">The hash of the message, not reduced.</param>
    public DeterministicNonce(BigInteger order, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> hash)
    {
        _order = order;
        _key = new byte[Length];
        _value = new byte[Length];
        _value.AsSpan().Fill(1);
        Span<byte> seed = stackalloc byte[(3 * Length) + 1];
        privateKey.CopyTo(seed[(Length + 1)..]);
        BigIntegers.AsUnsignedByteArray(Length, new BigInteger(1, hash).Mod(order)).CopyTo(seed[((2 * Length) + 1)..]);
        for (byte round = 0; round < 2; round++)
        {
            _value.CopyTo(seed);
            seed[Length] = round;
            HMACSHA256.HashData(_key, seed, _key);
            HMACSHA256.HashData(_key, _value, _value);
        }

        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>The next candidate from 1 to the order - 1.</summary>
    public readonly BigInteger Next()
    {
        while (true)
        {
            HMACSHA256.HashData(_key, _value, _value);
            var candidate = new BigInteger(1, _value);
            if (candidate.SignValue > 0 && candidate.CompareTo(_order) < 0)
            {
                return candidate;
            }

            Reject();
        }
    }

    /// <summary>To be called when a candidate gave r or s of zero, before the next one is asked for.</summary>
    public readonly void Reject()
    {
        Span<byte> input = stackalloc byte[Length + 1];
        _value.CopyTo(input);
        input[Length] = 0;
        HMACSHA256.HashData(_key, input, _key);
        HMACSHA256.HashData(_key, _value, _value);
    }

    public readonly void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_value);
    }
}
