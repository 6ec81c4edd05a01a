using System.Buffers;
using System.Globalization;
using System.Text;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark.OwnLedger.Repeated;

/// <summary>One block of a turn, as it stands in every turn: the JSON of its logs with holes, and the answers of the contract after it.</summary>
internal sealed class RepeatedBlock
{
    private readonly IReadOnlyList<(Log Log, Course TransactionHash, Course[] Topics, Course[] Data)> _logs;
    private readonly Dictionary<string, Course[]> _answers;
    private readonly Dictionary<int, Template> _templates = [];

    /// <param name="blockHash">Of the block, from turn to turn.</param>
    public RepeatedBlock(RecordedBlock first, RecordedBlock second, RecordedBlock third, Course blockHash)
    {
        BlockHash = blockHash;
        Bloom = first.Header.LogsBloom ?? throw new InvalidOperationException("The chain's headers have no filter.");
        _logs = [.. first.Logs.Zip(second.Logs, third.Logs).Select(logs => (
            logs.First,
            Course.Of(WordOf(logs.First.TransactionHash), WordOf(logs.Second.TransactionHash), WordOf(logs.Third.TransactionHash)),
            Courses(Topics(logs.First), Topics(logs.Second), Topics(logs.Third)),
            Courses(logs.First.Data, logs.Second.Data, logs.Third.Data)))];
        _answers = first.Answers.ToDictionary(
            item => item.Key, item => Courses(item.Value, second.Answers[item.Key], third.Answers[item.Key]), StringComparer.Ordinal);
    }

    public Course BlockHash { get; }

    public LogsBloom Bloom { get; }

    public int LogCount => _logs.Count;

    /// <summary>What the contract answers in this turn, as 0x text; null for another call.</summary>
    public string? Answer(string call, ulong turn)
    {
        if (!_answers.TryGetValue(call, out var words))
        {
            return null;
        }

        Span<byte> digits = stackalloc byte[2 * Word.Size];
        var text = new StringBuilder("0x");
        foreach (var word in words)
        {
            word.At(turn).WriteHex(digits);
            text.Append(Encoding.ASCII.GetString(digits));
        }

        return text.ToString();
    }

    /// <summary>Writes the logs of this turn's block, between commas.</summary>
    public void WriteLogs(IBufferWriter<byte> target, ulong turn, long number, long time)
    {
        var digits = number.ToString("x", CultureInfo.InvariantCulture);
        if (!_templates.TryGetValue(digits.Length, out var template))
        {
            lock (_templates)
            {
                _templates[digits.Length] = template = Make(digits.Length);
            }
        }

        var text = target.GetSpan(template.Text.Length)[..template.Text.Length];
        template.Text.CopyTo(text);
        foreach (var (at, course) in template.Words)
        {
            course.At(turn).WriteHex(text[at..]);
        }

        foreach (var at in template.Numbers)
        {
            Encoding.ASCII.GetBytes(digits, text[at..]);
        }

        Span<byte> seconds = stackalloc byte[8];
        Encoding.ASCII.GetBytes(time.ToString("x8", CultureInfo.InvariantCulture), seconds);
        foreach (var at in template.Times)
        {
            seconds.CopyTo(text[at..]);
        }

        target.Advance(template.Text.Length);
    }

    private static byte[] Topics(Log log) => [.. log.Topics.SelectMany(topic => topic.ToArray())];

    private static Word WordOf(Hash256 hash) => Word.Read(hash.ToArray());

    private static Course[] Courses(byte[] first, byte[] second, byte[] third)
    {
        if (first.Length != second.Length || second.Length != third.Length || first.Length % Word.Size != 0)
        {
            throw new InvalidOperationException("The recorded ledger does not repeat itself: lengths differ.");
        }

        return [.. Enumerable.Range(0, first.Length / Word.Size).Select(i => Course.Of(At(first, i), At(second, i), At(third, i)))];

        static Word At(byte[] words, int i) => Word.Read(words.AsSpan(i * Word.Size));
    }

    private Template Make(int digits)
    {
        var text = new StringBuilder();
        var words = new List<(int At, Course Course)>();
        var numbers = new List<int>();
        var times = new List<int>();
        foreach (var (log, transactionHash, topics, data) in _logs)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"address\":\"{log.Address}\",\"topics\":[");
            for (var i = 0; i < topics.Length; i++)
            {
                text.Append(i == 0 ? "\"0x" : ",\"0x");
                Put(topics[i]);
                text.Append('"');
            }

            text.Append("],\"data\":\"0x");
            foreach (var word in data)
            {
                Put(word);
            }

            text.Append("\",\"blockNumber\":\"0x");
            numbers.Add(text.Length);
            text.Append('0', digits).Append("\",\"blockHash\":\"0x");
            Put(BlockHash);
            text.Append("\",\"blockTimestamp\":\"0x");
            times.Add(text.Length);
            text.Append('0', 8).Append("\",\"transactionHash\":\"0x");
            Put(transactionHash);
            text.Append(CultureInfo.InvariantCulture, $"\",\"transactionIndex\":\"0x{log.TransactionIndex:x}\",\"logIndex\":\"0x{log.LogIndex:x}\",\"removed\":false}}");
        }

        return new Template(Encoding.ASCII.GetBytes(text.ToString()), [.. words], [.. numbers], [.. times]);

        void Put(Course word)
        {
            if (word.Changes)
            {
                words.Add((text.Length, word));
            }

            Span<byte> hex = stackalloc byte[2 * Word.Size];
            word.First.WriteHex(hex);
            text.Append(Encoding.ASCII.GetString(hex));
        }
    }

    /// <param name="Words">Where words of 64 digits go that change from turn to turn.</param>
    /// <param name="Numbers">Where the digits of the block's number go.</param>
    /// <param name="Times">Where the eight digits of its time go.</param>
    private sealed record Template(byte[] Text, (int At, Course Course)[] Words, int[] Numbers, int[] Times);
}
