namespace FinanceChain.Ethereum;

/// <summary>
/// The filter of 2048 bits in which a block's header marks the contracts and topics of its events. It can say "perhaps" of what is not there, but
/// never "no" of what is. Source: Yellow Paper 4.3.1 (M3:2048).
/// </summary>
public sealed record LogsBloom
{
    public const int Length = 256;

    private readonly byte[] _bits;

    private LogsBloom(byte[] bits) => _bits = bits;

    /// <param name="bits">Exactly 256 bytes, which the filter takes over.</param>
    public static LogsBloom FromBytes(byte[] bits)
    {
        ArgumentNullException.ThrowIfNull(bits);
        return bits.Length == Length ? new LogsBloom(bits) : throw new ArgumentException($"A filter has {Length} bytes, not {bits.Length}.", nameof(bits));
    }

    /// <summary>False: the block holds no event of this contract.</summary>
    public bool MayHoldEventsOf(Address contract) => MayHold(contract.ToArray());

    public byte[] ToArray() => [.. _bits];

    public bool Equals(LogsBloom? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bits);
        return hash.ToHashCode();
    }

    private bool MayHold(byte[] value)
    {
        Span<byte> digest = stackalloc byte[Hash256.Length];
        Keccak256.Hash(value).CopyTo(digest);
        for (var pair = 0; pair < 6; pair += 2)
        {
            var bit = ((digest[pair] << 8) | digest[pair + 1]) & 2047;
            if ((_bits[Length - 1 - (bit / 8)] & (1 << (bit % 8))) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
