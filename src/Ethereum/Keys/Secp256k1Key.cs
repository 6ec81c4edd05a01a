using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace FinanceChain.Ethereum;

/// <summary>A secp256k1 private key. Signs with the deterministic nonce of RFC 6979 and low s (EIP-2). Thread-safe; its text is the address.</summary>
public sealed class Secp256k1Key : ISigner, ITransactionSigner
{
    private readonly byte[] _privateKey;
    private readonly BigInteger _scalar;

    private Secp256k1Key(ReadOnlySpan<byte> privateKey)
    {
        _scalar = CurveScalar.PrivateKey(privateKey, Secp256k1.Order);
        _privateKey = privateKey.ToArray();
        Address = Secp256k1.AddressOf(_scalar);
        SignerBytes = Address.ToArray();
    }

    public Address Address { get; }

    public ReadOnlyMemory<byte> SignerBytes { get; }

    public static Secp256k1Key Create()
    {
        Span<byte> bytes = stackalloc byte[CurveScalar.Length];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var scalar = new BigInteger(1, bytes);
            if (scalar.SignValue > 0 && scalar.CompareTo(Secp256k1.Order) < 0)
            {
                var key = new Secp256k1Key(bytes);
                CryptographicOperations.ZeroMemory(bytes);
                return key;
            }
        }
    }

    /// <param name="privateKey">32 bytes, above zero and below the order of the curve.</param>
    /// <exception cref="ArgumentException">Out of that range; the message does not hold the bytes.</exception>
    public static Secp256k1Key FromPrivateKey(ReadOnlySpan<byte> privateKey) => new(privateKey);

    /// <summary>The address whose key signed the digest.</summary>
    /// <exception cref="SignatureException">r, s or v is out of range, s is high, or no key can have signed so.</exception>
    public static Address Recover(Hash256 digest, RecoverableSignature signature) => Secp256k1.Recover(digest, signature);

    public RecoverableSignature SignDigest(Hash256 digest) => Secp256k1.Sign(_privateKey, _scalar, digest);

    public byte[] Sign(Hash256 digest)
    {
        var signature = new byte[1 + RecoverableSignature.Length];
        signature[0] = TaggedSignature.Secp256k1Scheme;
        SignDigest(digest).CopyTo(signature.AsSpan(1));
        return signature;
    }

    /// <summary>A copy of the 32 secret bytes: for a keystore, and nothing else.</summary>
    public byte[] ExportPrivateKey() => [.. _privateKey];

    public override string ToString() => Address.ToString();
}
