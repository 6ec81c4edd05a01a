using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using FinanceChain.LedgerIndexer.Store;
using Npgsql;

namespace FinanceChain.IndexerBenchmark.OwnLedger;

/// <summary>
/// As fast as this machine can get the events into rows: four requests at once, each parsed from its bytes, written by binary COPY in large
/// transactions; and the rows of all other tables, where somebody has them at hand. No projections, no checks, no reorganisations, no restarts.
/// </summary>
internal static class LedgerLimit
{
    private const int Requests = 4;
    private const int BlocksPerRequest = 100;
    private const int RowsPerTransaction = 20_000;

    private const string Schema = """
        create table event (
            block_number bigint not null, log_index integer not null, transaction_hash bytea not null, transaction_index integer not null,
            block_time timestamptz not null, topics bytea not null, data bytea not null, primary key (block_number, log_index));
        create table checkpoint (complete boolean not null);
        insert into checkpoint values (false)
        """;

    private readonly record struct Row(long Block, int LogIndex, byte[] Transaction, int TransactionIndex, DateTime Time, byte[] Topics, byte[] Data);

    public static async Task Run(Turn turn)
    {
        await using var source = NpgsqlDataSource.Create(turn.Postgres);
        await using (var schema = source.CreateCommand(Schema))
        {
            await schema.ExecuteNonQueryAsync();
        }

        using var http = new HttpClient { BaseAddress = turn.Chain };

        // In order, so that rows go to the end of the index.
        var answers = Channel.CreateBounded<Task<List<Row>>>(Requests - 1);
        var reading = Task.Run(async () =>
        {
            for (var start = turn.First; start <= turn.Last; start += BlocksPerRequest)
            {
                await answers.Writer.WriteAsync(Fetch(http, turn.Contract.ToString(), start, Math.Min(start + BlocksPerRequest - 1, turn.Last)));
            }

            answers.Writer.Complete();
        });
        await using var connection = await source.OpenConnectionAsync();
        var rows = new List<Row>();
        await foreach (var answer in answers.Reader.ReadAllAsync())
        {
            rows.AddRange(await answer);
            if (rows.Count >= RowsPerTransaction)
            {
                await Copy(connection, rows);
                rows.Clear();
            }
        }

        await reading;
        await Copy(connection, rows);
        await LedgerRows.Copy(connection);
        await using var done = new NpgsqlCommand("update checkpoint set complete = true", connection);
        await done.ExecuteNonQueryAsync();
        await Task.Delay(Timeout.Infinite);
    }

    private static async Task Copy(NpgsqlConnection connection, List<Row> rows)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            "copy event (block_number, log_index, transaction_hash, transaction_index, block_time, topics, data) from stdin (format binary)");
        var binary = new BinaryRows();
        foreach (var row in rows)
        {
            binary.Row(values: 7)
                .Bigint(row.Block).Integer(row.LogIndex).Bytea(row.Transaction).Integer(row.TransactionIndex).Timestamptz(row.Time).Bytea(row.Topics)
                .Bytea(row.Data);
            await binary.SendFull(copy, CancellationToken.None);
        }

        await binary.SendRest(copy, CancellationToken.None);
    }

    private static async Task<List<Row>> Fetch(HttpClient http, string ledger, long from, long to)
    {
        var request = $$$"""
            {"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"address":"{{{ledger}}}","fromBlock":"0x{{{from:x}}}","toBlock":"0x{{{to:x}}}"}]}
            """;
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(request));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.PostAsync((Uri?)null, content);
        return Parse(await response.Content.ReadAsByteArrayAsync());
    }

    private static List<Row> Parse(byte[] answer)
    {
        var rows = new List<Row>();
        var reader = new Utf8JsonReader(answer);
        var topics = new List<byte>(128);
        long block = 0, time = 0;
        int logIndex = 0, transactionIndex = 0;
        byte[] transaction = [], data = [];
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 2)
            {
                rows.Add(new Row(
                    block, logIndex, transaction, transactionIndex, DateTimeOffset.FromUnixTimeSeconds(time).UtcDateTime, [.. topics], data));
                topics.Clear();
            }
            else if (reader.TokenType == JsonTokenType.String && reader.CurrentDepth == 4)
            {
                topics.AddRange(Convert.FromHexString(reader.ValueSpan[2..]));
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 3)
            {
                if (reader.ValueTextEquals("blockNumber"u8))
                {
                    block = Quantity(ref reader);
                }
                else if (reader.ValueTextEquals("blockTimestamp"u8))
                {
                    time = Quantity(ref reader);
                }
                else if (reader.ValueTextEquals("logIndex"u8))
                {
                    logIndex = (int)Quantity(ref reader);
                }
                else if (reader.ValueTextEquals("transactionIndex"u8))
                {
                    transactionIndex = (int)Quantity(ref reader);
                }
                else if (reader.ValueTextEquals("transactionHash"u8))
                {
                    reader.Read();
                    transaction = Convert.FromHexString(reader.ValueSpan[2..]);
                }
                else if (reader.ValueTextEquals("data"u8))
                {
                    reader.Read();
                    data = Convert.FromHexString(reader.ValueSpan[2..]);
                }
            }
        }

        return rows;
    }

    private static long Quantity(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Utf8Parser.TryParse(reader.ValueSpan[2..], out long value, out _, 'x') ? value : throw new InvalidDataException("A quantity is not hexadecimal.");
    }
}
