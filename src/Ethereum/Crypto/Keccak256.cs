using System.Buffers.Binary;
using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>
/// Keccak-256 as Ethereum uses it: the original padding (0x01), not that of FIPS 202. Written here because .NET has only the FIPS form and
/// the library's digest allocates and is several times slower, while every struct that is signed or verified is hashed more than once.
/// </summary>
public static class Keccak256
{
    private const int RateBytes = 136;
    private const int Lanes = 25;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

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

        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        while (input.Length >= RateBytes)
        {
            Absorb(state, input[..RateBytes]);
            input = input[RateBytes..];
        }

        Span<byte> last = stackalloc byte[RateBytes];
        last.Clear();
        input.CopyTo(last);
        last[input.Length] = 0x01;
        last[RateBytes - 1] |= 0x80;
        Absorb(state, last);
        for (var i = 0; i < Hash256.Length / sizeof(ulong); i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(output32[(i * sizeof(ulong))..], state[i]);
        }
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < RateBytes / sizeof(ulong); i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        }

        Permute(state);
    }

    // Keccak-f[1600]. The lanes live in locals: indexing a span would cost a bounds check and a store for each of the 1,800 steps.
    private static void Permute(Span<ulong> state)
    {
        var s = state[..Lanes];
        var a00 = s[0]; var a10 = s[1]; var a20 = s[2]; var a30 = s[3]; var a40 = s[4];
        var a01 = s[5]; var a11 = s[6]; var a21 = s[7]; var a31 = s[8]; var a41 = s[9];
        var a02 = s[10]; var a12 = s[11]; var a22 = s[12]; var a32 = s[13]; var a42 = s[14];
        var a03 = s[15]; var a13 = s[16]; var a23 = s[17]; var a33 = s[18]; var a43 = s[19];
        var a04 = s[20]; var a14 = s[21]; var a24 = s[22]; var a34 = s[23]; var a44 = s[24];
        foreach (var constant in RoundConstants)
        {
            // Theta: each lane takes in the parity of two neighbouring columns.
            var c0 = a00 ^ a01 ^ a02 ^ a03 ^ a04;
            var c1 = a10 ^ a11 ^ a12 ^ a13 ^ a14;
            var c2 = a20 ^ a21 ^ a22 ^ a23 ^ a24;
            var c3 = a30 ^ a31 ^ a32 ^ a33 ^ a34;
            var c4 = a40 ^ a41 ^ a42 ^ a43 ^ a44;
            var d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
            var d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
            var d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
            var d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
            var d4 = c3 ^ BitOperations.RotateLeft(c0, 1);

            // Rho and pi: rotate every lane and move it.
            var b00 = a00 ^ d0;
            var b13 = BitOperations.RotateLeft(a01 ^ d0, 36);
            var b21 = BitOperations.RotateLeft(a02 ^ d0, 3);
            var b34 = BitOperations.RotateLeft(a03 ^ d0, 41);
            var b42 = BitOperations.RotateLeft(a04 ^ d0, 18);
            var b02 = BitOperations.RotateLeft(a10 ^ d1, 1);
            var b10 = BitOperations.RotateLeft(a11 ^ d1, 44);
            var b23 = BitOperations.RotateLeft(a12 ^ d1, 10);
            var b31 = BitOperations.RotateLeft(a13 ^ d1, 45);
            var b44 = BitOperations.RotateLeft(a14 ^ d1, 2);
            var b04 = BitOperations.RotateLeft(a20 ^ d2, 62);
            var b12 = BitOperations.RotateLeft(a21 ^ d2, 6);
            var b20 = BitOperations.RotateLeft(a22 ^ d2, 43);
            var b33 = BitOperations.RotateLeft(a23 ^ d2, 15);
            var b41 = BitOperations.RotateLeft(a24 ^ d2, 61);
            var b01 = BitOperations.RotateLeft(a30 ^ d3, 28);
            var b14 = BitOperations.RotateLeft(a31 ^ d3, 55);
            var b22 = BitOperations.RotateLeft(a32 ^ d3, 25);
            var b30 = BitOperations.RotateLeft(a33 ^ d3, 21);
            var b43 = BitOperations.RotateLeft(a34 ^ d3, 56);
            var b03 = BitOperations.RotateLeft(a40 ^ d4, 27);
            var b11 = BitOperations.RotateLeft(a41 ^ d4, 20);
            var b24 = BitOperations.RotateLeft(a42 ^ d4, 39);
            var b32 = BitOperations.RotateLeft(a43 ^ d4, 8);
            var b40 = BitOperations.RotateLeft(a44 ^ d4, 14);

            // Chi mixes within rows; iota breaks the symmetry.
            a00 = b00 ^ (~b10 & b20) ^ constant;
            a10 = b10 ^ (~b20 & b30);
            a20 = b20 ^ (~b30 & b40);
            a30 = b30 ^ (~b40 & b00);
            a40 = b40 ^ (~b00 & b10);
            a01 = b01 ^ (~b11 & b21);
            a11 = b11 ^ (~b21 & b31);
            a21 = b21 ^ (~b31 & b41);
            a31 = b31 ^ (~b41 & b01);
            a41 = b41 ^ (~b01 & b11);
            a02 = b02 ^ (~b12 & b22);
            a12 = b12 ^ (~b22 & b32);
            a22 = b22 ^ (~b32 & b42);
            a32 = b32 ^ (~b42 & b02);
            a42 = b42 ^ (~b02 & b12);
            a03 = b03 ^ (~b13 & b23);
            a13 = b13 ^ (~b23 & b33);
            a23 = b23 ^ (~b33 & b43);
            a33 = b33 ^ (~b43 & b03);
            a43 = b43 ^ (~b03 & b13);
            a04 = b04 ^ (~b14 & b24);
            a14 = b14 ^ (~b24 & b34);
            a24 = b24 ^ (~b34 & b44);
            a34 = b34 ^ (~b44 & b04);
            a44 = b44 ^ (~b04 & b14);
        }

        s[0] = a00;
        s[1] = a10;
        s[2] = a20;
        s[3] = a30;
        s[4] = a40;
        s[5] = a01;
        s[6] = a11;
        s[7] = a21;
        s[8] = a31;
        s[9] = a41;
        s[10] = a02;
        s[11] = a12;
        s[12] = a22;
        s[13] = a32;
        s[14] = a42;
        s[15] = a03;
        s[16] = a13;
        s[17] = a23;
        s[18] = a33;
        s[19] = a43;
        s[20] = a04;
        s[21] = a14;
        s[22] = a24;
        s[23] = a34;
        s[24] = a44;
    }
}
