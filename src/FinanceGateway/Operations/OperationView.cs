using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>Where an operation stands.</summary>
/// <param name="Result">The ledger's event with its name in <c>event</c>: the numbers that it gave out, amounts, parties. Null until final.</param>
/// <param name="Refusal">Why the ledger refused it on execution, though it had passed the door.</param>
/// <param name="Transaction">Hash of the transaction that holds it.</param>
/// <param name="Block">The block that holds it, once indexed.</param>
internal sealed record OperationView(
    Guid OperationId,
    OperationKind Kind,
    OperationStatus Status,
    JsonObject? Result,
    RefusalView? Refusal,
    string? Transaction,
    long? Block,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>The columns that <see cref="Read"/> takes, in its order, of gateway.operation_state with the alias s.</summary>
    public const string Columns = """
        s.operation_id, s.kind, s.status, s.transaction_hash, s.block_number, s.received_at, s.ended_at, s.topics, s.data, s.calldata
        """;

    public const int ColumnCount = 10;

    /// <summary>Changes whenever the view does (RFC 9110, entity tag).</summary>
    [JsonIgnore]
    public string Tag => string.Create(CultureInfo.InvariantCulture, $"\"{(short)Status}-{Block ?? 0}-{Transaction?[2..10] ?? "0"}\"");

    [JsonIgnore]
    public bool HasEnded => Status is OperationStatus.Final or OperationStatus.Refused;

    private const int WordLength = 32;

    public static OperationView Read(NpgsqlDataReader reader, ChainIdentity chain)
    {
        var status = (OperationStatus)reader.GetInt16(2);
        var ended = status is OperationStatus.Final or OperationStatus.Refused ? Event(reader) : null;
        var refused = ended as OperationRefused;
        return new OperationView(
            reader.GetGuid(0),
            (OperationKind)reader.GetInt16(1),
            status,
            ended is null || refused is not null ? null : ResultOf(ended),
            refused is null ? null : RefusalView.Of(refused, SignedOperation.Decode(reader.GetFieldValue<byte[]>(9)), chain),
            reader.IsDBNull(3) ? null : Hex.Encode(reader.GetFieldValue<byte[]>(3)),
            reader.IsDBNull(4) ? null : reader.GetInt64(4),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
    }

    private static LedgerEvent? Event(NpgsqlDataReader reader)
    {
        var topics = reader.GetFieldValue<byte[]>(7);
        var words = Enumerable.Range(0, topics.Length / WordLength).Select(i => Hash256.FromBytes(topics.AsSpan(i * WordLength, WordLength)));
        return LedgerEvent.Decode([.. words], reader.GetFieldValue<byte[]>(8));
    }

    private static JsonObject ResultOf(LedgerEvent ended)
    {
        var result = new JsonObject { ["event"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(ended.EventKind.ToString()) };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(ended, ended.GetType(), LedgerJson.Options)!.AsObject().Where(p => p.Key != "eventKind"))
        {
            result[name] = value?.DeepClone();
        }

        return result;
    }
}

/// <summary>A refusal that came after acceptance.</summary>
internal sealed record RefusalView(string Code, string? Field, string Title, string TitleZh, IReadOnlyDictionary<string, object?>? Values)
{
    public static RefusalView Of(OperationRefused refused, SignedOperation signed, ChainIdentity chain)
    {
        var refusal = Problems.Refusal.Of(LedgerErrors.Decode(refused.Reason.Span), signed, chain);
        return new RefusalView(refusal.Kind.Code, refusal.Field, refusal.Kind.English, refusal.Kind.Chinese, refusal.Values);
    }
}
