using System.Buffers;
using System.Buffers.Binary;
using FinanceChain.LedgerIndexer.Projection;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>
/// Rows in the binary format of COPY (PostgreSQL manual, "COPY", Binary Format), gathered in pieces and written into the stream of a raw COPY. The
/// driver's importer resolves a type and makes a call of its own for each value, which for nine million values took longer than the server needs to
/// store them. The server refuses a value whose length is not that of its column's type.
/// </summary>
internal sealed class BinaryRows
{
    /// <summary>Of a piece; what is longer gets a piece of its own.</summary>
    public const int PieceBytes = 64 * 1024;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Queue<(byte[] Bytes, int Length)> _full = new();
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
    private int _length;

    public BinaryRows() => Header.CopyTo(Next(Header.Length));

    /// <summary>Begins a row of so many values, which follow.</summary>
    public BinaryRows Row(short values)
    {
        BinaryPrimitives.WriteInt16BigEndian(Next(sizeof(short)), values);
        return this;
    }

    public BinaryRows Boolean(bool value)
    {
        Value(1)[0] = value ? (byte)1 : (byte)0;
        return this;
    }

    public BinaryRows Smallint(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Value(sizeof(short)), value);
        return this;
    }

    public BinaryRows Integer(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Value(sizeof(int)), value);
        return this;
    }

    public BinaryRows Integer(int? value) => value is { } present ? Integer(present) : Null();

    public BinaryRows Bigint(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), value);
        return this;
    }

    public BinaryRows Bigint(long? value) => value is { } present ? Bigint(present) : Null();

    public BinaryRows Bytea(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Value(value.Length));
        return this;
    }

    /// <summary>Null is null here; <see cref="Bytea"/> would make it empty.</summary>
    public BinaryRows OptionalBytea(byte[]? value) => value is null ? Null() : Bytea(value);

    public BinaryRows Date(DateOnly value) => Integer(value.DayNumber - DateOnly.FromDateTime(Epoch).DayNumber);

    /// <param name="value">UTC.</param>
    public BinaryRows Timestamptz(DateTime value) => Bigint((value - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc cref="Timestamptz(DateTime)"/>
    public BinaryRows Timestamptz(DateTime? value) => value is { } present ? Timestamptz(present) : Null();

    /// <summary>The block, the place among its logs and its time.</summary>
    public BinaryRows At(EventPlace place) => Bigint(place.BlockNumber).Integer(place.LogIndex).Timestamptz(place.BlockTime);

    /// <summary>Sends the pieces that are full.</summary>
    public async ValueTask SendFull(Stream stream, CancellationToken cancellationToken)
    {
        while (_full.TryPeek(out var piece))
        {
            await stream.WriteAsync(piece.Bytes.AsMemory(0, piece.Length), cancellationToken);
            ArrayPool<byte>.Shared.Return(piece.Bytes);
            _full.Dequeue();
        }
    }

    /// <summary>After the last row: sends what is left. What was sent is gone: sent again it lacks its header, which the server refuses.</summary>
    public ValueTask SendRest(Stream stream, CancellationToken cancellationToken)
    {
        Row(-1);
        _full.Enqueue((_piece, _length));
        (_piece, _length) = ([], 0);
        return SendFull(stream, cancellationToken);
    }

    private BinaryRows Null()
    {
        BinaryPrimitives.WriteInt32BigEndian(Next(sizeof(int)), -1);
        return this;
    }

    private Span<byte> Value(int length)
    {
        var span = Next(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        return span[sizeof(int)..];
    }

    private Span<byte> Next(int length)
    {
        if (_piece.Length - _length < length)
        {
            _full.Enqueue((_piece, _length));
            _piece = ArrayPool<byte>.Shared.Rent(Math.Max(PieceBytes, length));
            _length = 0;
        }

        _length += length;
        return _piece.AsSpan(_length - length, length);
    }
}
