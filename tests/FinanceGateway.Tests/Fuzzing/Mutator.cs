namespace FinanceChain.FinanceGateway.Tests.Fuzzing;

/// <summary>Makes inputs that are nearly right of inputs that are right. The same seed makes the same inputs.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private const int MaxLength = 8192;

    private static readonly byte[][] Words =
    [
        [0], [0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], new byte[32],
        [.. Enumerable.Repeat((byte)0xff, 32)], "null"u8.ToArray(), "\"\""u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "9007199254740993"u8.ToArray(),
        "{}"u8.ToArray(), "[]"u8.ToArray(), "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), [0xc0, 0xaf], [0xef, 0xbb, 0xbf], "0x"u8.ToArray(), " "u8.ToArray(),
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var bytes = new List<byte>(corpus[_random.Next(corpus.Count)]);
        for (var steps = 1 << _random.Next(5); steps > 0; steps--)
        {
            Step(bytes);
        }

        return [.. bytes.Take(MaxLength)];
    }

    private void Step(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var count = Math.Min(_random.Next(1, 33), bytes.Count - at);
        switch (_random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.Insert(at, (byte)_random.Next(256));
                break;
            case 3:
                bytes.RemoveRange(at, count);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, count));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                var word = Words[_random.Next(Words.Length)];
                bytes.RemoveRange(at, Math.Min(word.Length, bytes.Count - at));
                bytes.InsertRange(at, word);
                break;
            default:
                var other = corpus[_random.Next(corpus.Count)];
                var from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(_random.Next(1, 65), other.Length - from)));
                break;
        }
    }
}
