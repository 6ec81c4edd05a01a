using System.Buffers;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>
/// JSON read piece by piece as it arrives: only the piece at hand is held. A step looks at the bytes that are there; when they end in the
/// middle of its piece it takes nothing and is called again with more.
/// </summary>
internal sealed class JsonTokenStream(Stream stream, long maxBytes) : IDisposable
{
    private const int FirstBufferLength = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferLength);
    private JsonReaderState _state;
    private int _start;
    private int _end;
    private long _total;
    private bool _complete;

    /// <summary>Takes one piece. False: the piece is not complete, and the reader's movement does not count.</summary>
    public delegate bool Step(ref Utf8JsonReader reader);

    /// <summary>Runs a step until it has its piece.</summary>
    /// <exception cref="NodeResponseException">Not JSON, cut off, or longer than allowed.</exception>
    public async ValueTask Take(Step step, CancellationToken cancellationToken)
    {
        while (!TryTake(step))
        {
            if (_complete)
            {
                throw new NodeResponseException("The node's answer ends early.");
            }

            // Twice as much before the next try: a piece that arrives in thousands of packets is not looked at thousands of times.
            var wanted = (_end - _start) * 2L;
            do
            {
                await Fill(cancellationToken);
            }
            while (!_complete && _end - _start < wanted);
        }
    }

    /// <summary>Nothing but white space may follow the value.</summary>
    /// <exception cref="NodeResponseException">Something does.</exception>
    public async ValueTask End(CancellationToken cancellationToken)
    {
        while (!_complete)
        {
            RequireWhiteSpace();
            await Fill(cancellationToken);
        }

        RequireWhiteSpace();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool TryTake(Step step)
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _complete, _state);
        try
        {
            if (!step(ref reader))
            {
                return false;
            }
        }
        catch (JsonException failure)
        {
            throw new NodeResponseException($"The node's answer is not the JSON that is wanted: {failure.Message}", failure);
        }
        catch (InvalidOperationException failure)
        {
            // The reader's answer to text that is no valid Unicode.
            throw new NodeResponseException($"The node's answer holds text that is none: {failure.Message}", failure);
        }

        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return true;
    }

    private async ValueTask Fill(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(_buffer.Length * 2));
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _total += read;
        _complete = read == 0;
        if (_total > maxBytes)
        {
            throw new NodeResponseException($"The node's answer is longer than {maxBytes} bytes.");
        }
    }

    private void RequireWhiteSpace()
    {
        if (_buffer.AsSpan(_start, _end - _start).ContainsAnyExcept(" \t\r\n"u8))
        {
            throw new NodeResponseException("Something follows the node's answer.");
        }

        _start = _end;
    }
}
