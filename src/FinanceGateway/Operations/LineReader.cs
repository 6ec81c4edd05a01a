using System.Buffers;
using System.IO.Pipelines;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>Lines of a body, one at a time: whatever its size, no more than one line and what the pipe holds is in memory.</summary>
internal sealed class LineReader(PipeReader pipe, int maxBytes)
{
    /// <summary>The next line that is not empty, without its end; null at the end of the body.</summary>
    /// <exception cref="LineTooLongException">A line has more bytes than allowed.</exception>
    public async ValueTask<byte[]?> Next(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Take(buffer.Slice(0, end));
                pipe.AdvanceTo(buffer.GetPosition(1, end));
                if (line.Length > 0)
                {
                    return line;
                }
            }
            else if (read.IsCompleted)
            {
                var rest = Take(buffer);
                pipe.AdvanceTo(buffer.End);
                return rest.Length == 0 ? null : rest;
            }
            else
            {
                Require(buffer.Length);
                pipe.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    /// <summary>True when a whole line is here already, so that nobody waits for the sender.</summary>
    public bool HasNext()
    {
        if (!pipe.TryRead(out var read))
        {
            return false;
        }

        var has = read.Buffer.PositionOf((byte)'\n') is not null || (read.IsCompleted && !read.Buffer.IsEmpty);
        pipe.AdvanceTo(read.Buffer.Start);
        return has;
    }

    private byte[] Take(ReadOnlySequence<byte> line)
    {
        Require(line.Length);
        var bytes = line.ToArray();
        return bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes;
    }

    private void Require(long length)
    {
        if (length > maxBytes)
        {
            throw new LineTooLongException(maxBytes);
        }
    }
}

internal sealed class LineTooLongException(int maxBytes) : Exception($"A line has more than {maxBytes} bytes.");
