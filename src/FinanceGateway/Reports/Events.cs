using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>One event of the ledger, decoded.</summary>
/// <param name="Time">Of its block, UTC.</param>
/// <param name="Kind">snake_case, such as <c>loan_disbursed</c>.</param>
/// <param name="LogIndex">Its place among the logs of the block.</param>
/// <param name="Fields">The event's parameters by their names in Solidity; of a refused operation also the refusal's <c>code</c>.</param>
public sealed record ReportedEvent(long Block, DateTime Time, string Kind, Hash256 Transaction, int LogIndex, JsonObject Fields);

/// <param name="Events">Newest first.</param>
/// <param name="Next">Give it as <c>before</c> to go on to older events; null: there are none.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
public sealed record ReportedEvents(IReadOnlyList<ReportedEvent> Events, string? Next, long? ReplicaLagMilliseconds);

/// <summary>Where an event stands; as text block and log index joined by a hyphen.</summary>
internal readonly record struct EventCursor(long Block, int LogIndex)
{
    public static bool TryParse(string text, out EventCursor cursor)
    {
        cursor = default;
        var parts = text.Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var block)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var logIndex))
        {
            return false;
        }

        cursor = new EventCursor(block, logIndex);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Block}-{LogIndex}");
}

/// <summary>GET /api/v1/reports/events?limit=&amp;before=</summary>
internal sealed class EventsReport(ReportDatabase database, ReportScopes scopes)
{
    public const int MaxRows = 100;
    public const int DefaultRows = 20;

    private const int WordLength = 32;

    private const string Select = """
        select block_number as block, block_time as time, kind, transaction_hash as transaction, log_index as logindex, topics, data
          from report.latest_events
         where ledger_id = @ledgerId and (block_number, log_index) < (@block, @logIndex)
         order by block_number desc, log_index desc
         limit @limit
        """;

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet("/events", (string? limit, string? before, EventsReport report, CancellationToken cancellationToken) =>
            report.Answer(limit, before, cancellationToken))
        .Describe<ReportedEvents>("GetEvents", "The ledger's events, newest first");

    /// <param name="limit">1 to <see cref="MaxRows"/>.</param>
    /// <param name="before">Only older events than this; null: from the newest.</param>
    public async Task<ReportedEvents> Read(int limit, EventCursor? before, ReportScope scope, CancellationToken cancellationToken)
    {
        var from = before ?? new EventCursor(long.MaxValue, 0);
        await using var connection = await database.Open(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            Select,
            new { ledgerId = scope.LedgerId, block = from.Block, logIndex = from.LogIndex, limit = limit + 1 },
            cancellationToken: cancellationToken))).AsList();
        var events = rows.Take(limit).Select(Decode).ToList();
        var next = rows.Count > limit ? new EventCursor(events[^1].Block, events[^1].LogIndex).ToString() : null;
        return new ReportedEvents(events, next, scope.ReplicaLagMilliseconds);
    }

    private async Task<IResult> Answer(string? limit, string? before, CancellationToken cancellationToken)
    {
        if (!ReportPage.TryParseLimit(limit, DefaultRows, MaxRows, out var rows))
        {
            return new RefusalResult(ReportPage.LimitOutOfRange(limit, MaxRows));
        }

        EventCursor? cursor = null;
        if (before is not null)
        {
            if (!EventCursor.TryParse(before, out var parsed))
            {
                return new RefusalResult(new Refusal(
                    ReportRefusals.CursorInvalid, "before", new Dictionary<string, object?> { ["before"] = before }));
            }

            cursor = parsed;
        }

        var (scope, refusal) = await scopes.Parse(asOfBlock: null, asOfDate: null, region: null, cancellationToken);
        return scope is null ? new RefusalResult(refusal!) : Results.Ok(await Read(rows, cursor, scope, cancellationToken));
    }

    private static ReportedEvent Decode(Row row)
    {
        var topics = new Hash256[row.Topics.Length / WordLength];
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = Hash256.FromBytes(row.Topics.AsSpan(i * WordLength, WordLength));
        }

        var content = LedgerEvent.Decode(topics, row.Data)
            ?? throw new InvalidOperationException($"The event at block {row.Block}, log {row.LogIndex} is not one of this ledger's.");
        var fields = (JsonObject)JsonSerializer.SerializeToNode(content, content.GetType(), LedgerJson.Options)!;
        fields.Remove("eventKind");
        if (content is OperationRefused refused && LedgerErrors.Decode(refused.Reason.Span) is { } refusal)
        {
            fields["code"] = refusal.Code.ToSnakeCase();
        }

        return new ReportedEvent(row.Block, row.Time, row.Kind, Hash256.FromBytes(row.Transaction), row.LogIndex, fields);
    }

    private sealed record Row(long Block, DateTime Time, string Kind, byte[] Transaction, int LogIndex, byte[] Topics, byte[] Data);
}
