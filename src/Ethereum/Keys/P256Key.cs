using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace FinanceChain.Ethereum;

/// <summary>
/// A P-256 private key whose signatures a verifier contract checks (ERC-7913). It signs SHA-256 of the digest, because browsers, most HSMs and .NET
/// hash what they sign; with the deterministic nonce of RFC 6979, so that a repeated request has identical bytes; with low s.
/// Thread-safe; its text is the public key.
/// </summary>
public sealed class P256Key : ISigner
{
    private const int SignatureLength = 1 + (4 * CurveScalar.Length);

    private readonly byte[] _privateKey;
    private readonly BigInteger _scalar;

    private P256Key(ReadOnlySpan<byte> privateKey, Address verifier)
    {
        _scalar = CurveScalar.PrivateKey(privateKey, P256.Order);
        _privateKey = privateKey.ToArray();
        Verifier = verifier;
        (X, Y) = MultiplyBase(_privateKey);
        var signer = new byte[Address.Length + (2 * CurveScalar.Length)];
        verifier.CopyTo(signer);
        X.CopyTo(signer.AsSpan(Address.Length));
        Y.CopyTo(signer.AsSpan(Address.Length + CurveScalar.Length));
        SignerBytes = signer;
    }

    /// <summary>The verifier contract that the signer names.</summary>
    public Address Verifier { get; }

    public Hash256 X { get; }

    public Hash256 Y { get; }

    public ReadOnlyMemory<byte> SignerBytes { get; }

    public static P256Key Create(Address verifier)
    {
        using var generated = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = generated.ExportParameters(includePrivateParameters: true);
        var key = new P256Key(parameters.D, verifier);
        CryptographicOperations.ZeroMemory(parameters.D);
        return key;
    }

    /// <param name="privateKey">32 bytes, above zero and below the order of the curve.</param>
    /// <exception cref="ArgumentException">Out of that range; the message does not hold the bytes.</exception>
    public static P256Key FromPrivateKey(ReadOnlySpan<byte> privateKey, Address verifier) => new(privateKey, verifier);

    public byte[] Sign(Hash256 digest)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        digest.CopyTo(hash);
        SHA256.HashData(hash, hash);
        var signature = new byte[SignatureLength];
        signature[0] = TaggedSignature.P256Scheme;
        X.CopyTo(signature.AsSpan(1));
        Y.CopyTo(signature.AsSpan(33));
        var (r, s) = SignHash(hash, lowS: true);
        r.CopyTo(signature.AsSpan(65));
        s.CopyTo(signature.AsSpan(97));
        return signature;
    }

    /// <summary>A copy of the 32 secret bytes: for a keystore, and nothing else.</summary>
    public byte[] ExportPrivateKey() => [.. _privateKey];

    public override string ToString() => Hex.Encode(SignerBytes.Span[Address.Length..]);

    /// <param name="lowS">False gives the signature of RFC 6979 as it is published.</param>
    internal (Hash256 R, Hash256 S) SignHash(ReadOnlySpan<byte> hash, bool lowS)
    {
        var e = new BigInteger(1, hash);
        using var nonce = new DeterministicNonce(P256.Order, _privateKey, hash);
        while (true)
        {
            var k = nonce.Next();
            var r = new BigInteger(1, MultiplyBase(CurveScalar.ToHash(k).ToArray()).X.ToArray()).Mod(P256.Order);
            var s = CurveScalar.LowS(P256.Order, e, r, _scalar, k, out var negated);
            if (r.SignValue > 0 && s.SignValue > 0)
            {
                return (CurveScalar.ToHash(r), CurveScalar.ToHash(negated && !lowS ? P256.Order.Subtract(s) : s));
            }

            nonce.Reject();
        }
    }

    // The operating system's library multiplies in constant time and three times faster than the managed curve; .NET reaches it by
    // importing the scalar as a private key and reading the public one.
    private static (Hash256 X, Hash256 Y) MultiplyBase(byte[] scalar)
    {
        using var point = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        var q = point.ExportParameters(includePrivateParameters: false).Q;
        return (Hash256.FromBytes(q.X), Hash256.FromBytes(q.Y));
    }
}
