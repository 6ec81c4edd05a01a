using System.Buffers;
using System.Buffers.Binary;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>
/// Rows in the binary format of COPY (PostgreSQL manual, "COPY", Binary Format), written into the stream of a raw COPY. The driver's importer
/// resolves a type and makes a call of its own for each value, which for nine million values took longer than the server needs to store them.
/// </summary>
internal sealed class BinaryRows
{
    /// <summary>Bytes.</summary>
    public const int SendAt = 128 * 1024;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _unsent = new(2 * SendAt);

    public BinaryRows(Stream stream)
    {
        _stream = stream;
        _unsent.Write(Header);
    }

    /// <summary>Begins a row of so many values, which follow.</summary>
    public void Row(short values)
    {
        BinaryPrimitives.WriteInt16BigEndian(_unsent.GetSpan(sizeof(short)), values);
        _unsent.Advance(sizeof(short));
    }

    public void Smallint(short value) => BinaryPrimitives.WriteInt16BigEndian(Value(sizeof(short)), value);

    public void Integer(int value) => BinaryPrimitives.WriteInt32BigEndian(Value(sizeof(int)), value);

    public void Bigint(long value) => BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), value);

    public void Bytea(ReadOnlySpan<byte> value) => value.CopyTo(Value(value.Length));

    /// <param name="value">UTC.</param>
    public void Timestamptz(DateTime value) => Bigint((value - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>After each row: sends what has gathered once it is worth it.</summary>
    public ValueTask SendIfFull(CancellationToken cancellationToken) =>
        _unsent.WrittenCount >= SendAt ? Send(cancellationToken) : ValueTask.CompletedTask;

    /// <summary>After the last row.</summary>
    public ValueTask End(CancellationToken cancellationToken)
    {
        Row(-1);
        return Send(cancellationToken);
    }

    private async ValueTask Send(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_unsent.WrittenMemory, cancellationToken);
        _unsent.ResetWrittenCount();
    }

    private Span<byte> Value(int length)
    {
        var span = _unsent.GetSpan(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        _unsent.Advance(sizeof(int) + length);
        return span.Slice(sizeof(int), length);
    }
}
