using Org.BouncyCastle.Crypto.Digests;

namespace FinanceChain.Ethereum;

/// <summary>Keccak-256 as Ethereum uses it: the original padding (0x01), not that of FIPS 202, which is the only form that .NET has. Thread-safe.</summary>
public static class Keccak256
{
    // One for each thread: making one costs as much as hashing a block, and a digest resets itself when it ends.
    [ThreadStatic]
    private static KeccakDigest? _digest;

    public static Hash256 Hash(ReadOnlySpan<byte> input)
    {
        Span<byte> output = stackalloc byte[Hash256.Length];
        Hash(input, output);
        return Hash256.FromBytes(output);
    }

    /// <param name="output32">Receives the hash in its first 32 bytes; may overlap the input.</param>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output32)
    {
        if (output32.Length < Hash256.Length)
        {
            throw new ArgumentException($"The output needs {Hash256.Length} bytes, not {output32.Length}.", nameof(output32));
        }

        var digest = _digest ??= new KeccakDigest(256);
        digest.BlockUpdate(input);
        digest.DoFinal(output32);
    }
}
