using FinanceChain.FinanceGateway.Operations;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <summary>A webhook with deliveries to make, taken by this gateway until <paramref name="ClaimedUntil"/>.</summary>
internal sealed record ClaimedWebhook(Guid WebhookId, Uri Url, int SecretVersion, bool SignsWithPrevious, int Failures, DateTime ClaimedUntil);

internal sealed record WaitingDelivery(long Sequence, int Attempts, OperationView Operation);

/// <summary>
/// The outbox as its deliverers see it. A webhook belongs to one gateway at a time, so that its receiver gets one delivery after the other; a gateway that
/// died or was paused loses it after the lease.
/// </summary>
internal sealed class WebhookOutbox(NpgsqlDataSource database, ChainIdentity chain)
{
    private const string ClaimSql = """
        update gateway.webhook w set claimed_until = now() + $2
        where w.webhook_id in (
            select c.webhook_id from gateway.webhook c
            where c.removed_at is null and c.next_attempt_at <= now() and (c.claimed_until is null or c.claimed_until < now())
              and exists (select from gateway.webhook_delivery d where d.webhook_id = c.webhook_id and d.status = 1 offset 0)
            order by c.next_attempt_at limit $1
            for update skip locked)
        returning w.webhook_id, w.url, w.secret_version, coalesce(w.previous_until > now(), false), w.failures, w.claimed_until
        """;

    private const string WaitingSql = $"""
        select {OperationView.Columns}, d.sequence, d.attempts
        from gateway.webhook_delivery d
        cross join lateral (select * from gateway.operation_state where operation_id = d.operation_id limit 1) as s
        where d.webhook_id = $1 and d.status = 1
        order by d.sequence limit $2
        """;

    private const int SequenceColumn = 10;

    private const string DeliveredSql = """
        with delivered as (
            update gateway.webhook_delivery set status = 2, attempts = attempts + 1, last_attempt_at = now(), last_answer = $2
            where sequence = $1)
        update gateway.webhook set failures = 0 where webhook_id = $3 and failures > 0
        """;

    private const string FailedSql = """
        with tried as (
            update gateway.webhook_delivery
            set attempts = attempts + 1, last_attempt_at = now(), last_answer = $2, status = case when $5 then 3 else status end
            where sequence = $1)
        update gateway.webhook set failures = case when $5 then 0 else failures + 1 end, next_attempt_at = now() + $4 where webhook_id = $3
        """;

    private const string ParkAllSql = "update gateway.webhook_delivery set status = 3, last_answer = $2 where webhook_id = $1 and status = 1";

    private const string ReleaseSql = "update gateway.webhook set claimed_until = null where webhook_id = $1 and claimed_until = $2";

    private const string PruneSql = """
        delete from gateway.webhook_delivery where sequence = any(array(
            select sequence from gateway.webhook_delivery where status = 2 and last_attempt_at < now() - $1 limit 10000))
        """;

    public async Task<List<ClaimedWebhook>> Claim(int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = Command(ClaimSql, limit, lease);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<ClaimedWebhook>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new ClaimedWebhook(
                reader.GetGuid(0), new Uri(reader.GetString(1)), reader.GetInt32(2), reader.GetBoolean(3), reader.GetInt32(4), reader.GetDateTime(5)));
        }

        return claimed;
    }

    public async Task<List<WaitingDelivery>> Waiting(Guid webhookId, int limit, CancellationToken cancellationToken)
    {
        await using var command = Command(WaitingSql, webhookId, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var waiting = new List<WaitingDelivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting.Add(new WaitingDelivery(reader.GetInt64(SequenceColumn), reader.GetInt32(SequenceColumn + 1), OperationView.Read(reader, chain)));
        }

        return waiting;
    }

    public Task Delivered(Guid webhookId, long sequence, string answer, CancellationToken cancellationToken) =>
        Execute(DeliveredSql, cancellationToken, sequence, answer, webhookId);

    public Task Failed(Guid webhookId, long sequence, string answer, TimeSpan delay, bool park, CancellationToken cancellationToken) =>
        Execute(FailedSql, cancellationToken, sequence, answer, webhookId, delay, park);

    /// <summary>For a receiver that was away for as long as one delivery is tried: what waits behind it would fare no better.</summary>
    public Task ParkAll(Guid webhookId, string answer, CancellationToken cancellationToken) => Execute(ParkAllSql, cancellationToken, webhookId, answer);

    public Task Release(ClaimedWebhook webhook, CancellationToken cancellationToken) =>
        Execute(ReleaseSql, cancellationToken, webhook.WebhookId, webhook.ClaimedUntil);

    public Task Prune(TimeSpan age, CancellationToken cancellationToken) => Execute(PruneSql, cancellationToken, age);

    private async Task Execute(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DateTime
                ? new() { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz }
                : new() { Value = value });
        }

        return command;
    }
}
