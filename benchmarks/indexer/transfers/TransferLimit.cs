using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text;
using System.Text.Json;
using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>
/// The limit: fetches logs on four connections, decodes them without a check, and copies the same rows. No headers, no balances, no checkpoint, no
/// errors. What any indexer in this language could reach at most on this chain and database.
/// </summary>
internal static class TransferLimit
{
    private const int BlocksPerRange = 128;
    private const int Connections = 4;

    public static async Task Run(Turn task, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        await using var connection = await TransferTables.Open(task.Postgres, cancellationToken);
        var inFlight = new Queue<Task<List<Transfer>>>();
        var next = task.First;
        while (next <= task.Last || inFlight.Count > 0)
        {
            while (next <= task.Last && inFlight.Count < Connections)
            {
                var (from, to) = (next, Math.Min(task.Last, next + BlocksPerRange - 1));
                inFlight.Enqueue(Task.Run(() => Fetch(http, task, from, to, cancellationToken), cancellationToken));
                next = to + 1;
            }

            var rows = await inFlight.Dequeue();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await TransferTables.CopyRows(connection, rows, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await using var done = new NpgsqlCommand("update checkpoint set block_number = $1", connection) { Parameters = { new() { Value = task.Last } } };
        await done.ExecuteNonQueryAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async Task<List<Transfer>> Fetch(HttpClient http, Turn task, long from, long to, CancellationToken cancellationToken)
    {
        var body = $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"address":"{{task.Contract}}","fromBlock":"0x{{from:x}}","toBlock":"0x{{to:x}}"}]}""";
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.PostAsync(task.Chain, content, cancellationToken);
        return Decode(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private static List<Transfer> Decode(byte[] json)
    {
        var rows = new List<Transfer>(16_384);
        var reader = new Utf8JsonReader(json);
        Span<Hash256> topics = stackalloc Hash256[4];
        Span<byte> data = stackalloc byte[64];
        Span<byte> word = stackalloc byte[32];
        var (block, index, transaction) = (0L, 0, default(Hash256));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 2)
            {
                rows.Add(new Transfer(
                    block, index, Transfer.AddressOf(topics[1]), Transfer.AddressOf(topics[2]), Transfer.AddressOf(topics[3]),
                    new BigInteger(data[..32], isUnsigned: true, isBigEndian: true), new BigInteger(data[32..], isUnsigned: true, isBigEndian: true), transaction));
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 3)
            {
                if (reader.ValueTextEquals("topics"u8))
                {
                    reader.Read();
                    for (var i = 0; reader.Read() && reader.TokenType == JsonTokenType.String; i++)
                    {
                        Convert.FromHexString(reader.ValueSpan[2..], word, out _, out _);
                        topics[i] = Hash256.FromBytes(word);
                    }
                }
                else if (reader.ValueTextEquals("data"u8) && reader.Read())
                {
                    Convert.FromHexString(reader.ValueSpan[2..], data, out _, out _);
                }
                else if (reader.ValueTextEquals("blockNumber"u8) && reader.Read())
                {
                    _ = Utf8Parser.TryParse(reader.ValueSpan[2..], out block, out _, 'x');
                }
                else if (reader.ValueTextEquals("logIndex"u8) && reader.Read())
                {
                    _ = Utf8Parser.TryParse(reader.ValueSpan[2..], out index, out _, 'x');
                }
                else if (reader.ValueTextEquals("transactionHash"u8) && reader.Read())
                {
                    Convert.FromHexString(reader.ValueSpan[2..], word, out _, out _);
                    transaction = Hash256.FromBytes(word);
                }
            }
        }

        return rows;
    }
}
