using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace FinanceChain.Ethereum;

/// <summary>
/// scrypt (RFC 7914). Written here because the library refuses N of 2^16 and more with r = 1, as RFC 7914 advises, while the published vector
/// of the keystore and files in the wild have exactly that.
/// </summary>
internal static class Scrypt
{
    private const int BlockWords = 16;

    /// <summary>Takes 128 · <paramref name="n"/> · <paramref name="r"/> bytes of memory.</summary>
    /// <param name="n">A power of two above 1.</param>
    public static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        var laneBytes = 128 * r;
        var lanes = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, p * laneBytes);
        var table = new uint[(long)n * laneBytes / sizeof(uint)];
        for (var i = 0; i < p; i++)
        {
            Mix(lanes.AsSpan(i * laneBytes, laneBytes), table, n);
        }

        var derived = Rfc2898DeriveBytes.Pbkdf2(password, lanes, 1, HashAlgorithmName.SHA256, length);
        CryptographicOperations.ZeroMemory(lanes);
        return derived;
    }

    // scryptROMix: fill the table with successive states, then visit it in an order that depends on the state.
    private static void Mix(Span<byte> lane, uint[] table, int n)
    {
        var words = lane.Length / sizeof(uint);
        var state = new uint[words];
        var next = new uint[words];
        for (var i = 0; i < words; i++)
        {
            state[i] = BinaryPrimitives.ReadUInt32LittleEndian(lane[(i * sizeof(uint))..]);
        }

        for (var i = 0; i < n; i++)
        {
            state.CopyTo(table.AsSpan(i * words));
            MixBlocks(state, next);
            (state, next) = (next, state);
        }

        for (var i = 0; i < n; i++)
        {
            var entry = table.AsSpan((int)(state[words - BlockWords] & (uint)(n - 1)) * words, words);
            for (var j = 0; j < words; j++)
            {
                state[j] ^= entry[j];
            }

            MixBlocks(state, next);
            (state, next) = (next, state);
        }

        for (var i = 0; i < words; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(lane[(i * sizeof(uint))..], state[i]);
        }
    }

    // scryptBlockMix: even blocks go to the first half, odd ones to the second.
    private static void MixBlocks(ReadOnlySpan<uint> input, Span<uint> output)
    {
        Span<uint> block = stackalloc uint[BlockWords];
        input[^BlockWords..].CopyTo(block);
        var blocks = input.Length / BlockWords;
        for (var i = 0; i < blocks; i++)
        {
            Salsa8(block, input.Slice(i * BlockWords, BlockWords));
            block.CopyTo(output[(((i / 2) + (i % 2 * (blocks / 2))) * BlockWords)..]);
        }
    }

    private static void Salsa8(Span<uint> block, ReadOnlySpan<uint> added)
    {
        Span<uint> x = stackalloc uint[BlockWords];
        for (var i = 0; i < BlockWords; i++)
        {
            block[i] ^= added[i];
            x[i] = block[i];
        }

        for (var round = 0; round < 8; round += 2)
        {
            Quarter(ref x[0], ref x[4], ref x[8], ref x[12]);
            Quarter(ref x[5], ref x[9], ref x[13], ref x[1]);
            Quarter(ref x[10], ref x[14], ref x[2], ref x[6]);
            Quarter(ref x[15], ref x[3], ref x[7], ref x[11]);
            Quarter(ref x[0], ref x[1], ref x[2], ref x[3]);
            Quarter(ref x[5], ref x[6], ref x[7], ref x[4]);
            Quarter(ref x[10], ref x[11], ref x[8], ref x[9]);
            Quarter(ref x[15], ref x[12], ref x[13], ref x[14]);
        }

        for (var i = 0; i < BlockWords; i++)
        {
            block[i] += x[i];
        }
    }

    private static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        b ^= BitOperations.RotateLeft(a + d, 7);
        c ^= BitOperations.RotateLeft(b + a, 9);
        d ^= BitOperations.RotateLeft(c + b, 13);
        a ^= BitOperations.RotateLeft(d + c, 18);
    }
}
