using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Submission;
using Npgsql;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>
/// Server-sent events: how the operations of a client end, in the order in which they ended, and how one operation goes on. The id of an event
/// is its place in that order: who lost the connection names the last one in <c>Last-Event-ID</c> and misses nothing.
/// </summary>
internal static class StreamEvents
{
    private const int PageSize = 200;

    /// <summary>Another gateway may end an operation, and its wake-up does not come here.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>A word from time to time, so that nobody between takes the connection for dead.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private const string LastSql = "select coalesce(max(end_sequence), 0) from gateway.operation_outcome where client_id = $1";

    private const string AfterSql = $"""
        select {OperationView.Columns}, s.end_sequence
        from gateway.operation_outcome e
        cross join lateral (select * from gateway.operation_state where operation_id = e.operation_id limit 1) as s
        where e.client_id = $1 and e.end_sequence > $2
        order by e.end_sequence limit $3
        """;

    private const string OneSql = $"""
        select {OperationView.Columns}
        from gateway.operation_state s
        where s.operation_id = $1 and s.client_id = $2
        """;

    private sealed record Alive;

    public static void MapStreamEvents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/operations/events", OfClient)
            .RequireAuthorization(Scopes.OperationsRead)
            .WithName("StreamEnds")
            .WithSummary("Server-sent events: the client's operations as they end; resumes after Last-Event-ID")
            .WithTags("Operations")
            .Produces<OperationView>(contentType: "text/event-stream")
            .ProducesRefusals();
        api.MapGet("/operations/{operationId:guid}/events", OfOperation)
            .RequireAuthorization(Scopes.OperationsRead)
            .WithName("StreamOperation")
            .WithSummary("Server-sent events: every change of one operation until it ends")
            .WithTags("Operations")
            .Produces<OperationView>(contentType: "text/event-stream")
            .ProducesRefusals();
    }

    private static async Task<IResult> OfClient(
        HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, EndedNews news, ChainIdentity chain, IHostApplicationLifetime host,
        CancellationToken cancellationToken)
    {
        var resume = context.Request.Headers["Last-Event-ID"].ToString();
        long after = 0;
        if (resume.Length > 0 && !long.TryParse(resume, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return new RefusalResult(new Refusal(ProblemKind.ValueInvalid, "Last-Event-ID"));
        }

        if (resume.Length == 0)
        {
            await using var command = database.CreateCommand(LastSql);
            command.Parameters.Add(new() { Value = client.ClientId() });
            after = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        return Results.ServerSentEvents(Ends(client.ClientId(), after, database, news, chain, host.ApplicationStopping, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<object>> Ends(
        string clientId, long after, NpgsqlDataSource database, EndedNews news, ChainIdentity chain, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The first word says where the stream begins, so that it can be resumed before anything has happened.
        yield return new SseItem<object>(new Alive(), "alive") { EventId = Number(after) };
        var spoken = DateTimeOffset.UtcNow;
        while (!stopping.IsCancellationRequested)
        {
            var next = news.Next();
            var page = await After(clientId, after, database, chain, cancellationToken);
            foreach (var (view, number) in page)
            {
                after = number;
                yield return new SseItem<object>(view, "operation") { EventId = Number(number) };
            }

            if (page.Count == PageSize)
            {
                continue;
            }

            if (page.Count > 0)
            {
                spoken = DateTimeOffset.UtcNow;
            }
            else if (DateTimeOffset.UtcNow - spoken > Silence)
            {
                spoken = DateTimeOffset.UtcNow;
                yield return new SseItem<object>(new Alive(), "alive") { EventId = Number(after) };
            }

            await Task.WhenAny(next, Task.Delay(Look, cancellationToken));
        }
    }

    private static async Task<IResult> OfOperation(
        Guid operationId, ClaimsPrincipal client, NpgsqlDataSource database, OperationWaiters waiters, ChainIdentity chain, IHostApplicationLifetime host,
        CancellationToken cancellationToken) =>
        await One(operationId, client.ClientId(), database, chain, cancellationToken) is { } first
            ? Results.ServerSentEvents(Changes(first, client.ClientId(), database, waiters, chain, host.ApplicationStopping, cancellationToken))
            : new RefusalResult(new Refusal(ProblemKind.OperationNotFound, "operationId"));

    private static async IAsyncEnumerable<SseItem<object>> Changes(
        OperationView view, string clientId, NpgsqlDataSource database, OperationWaiters waiters, ChainIdentity chain, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new SseItem<object>(view, "operation") { EventId = view.Tag.Trim('"') };
        while (!view.HasEnded && !stopping.IsCancellationRequested)
        {
            // Its own end wakes it, and not the end of each block; a change that is no end waits for the next look.
            using var ticket = waiters.Register([view.OperationId]);
            if (await One(view.OperationId, clientId, database, chain, cancellationToken) is { } now && now.Tag != view.Tag)
            {
                view = now;
                yield return new SseItem<object>(view, "operation") { EventId = view.Tag.Trim('"') };
            }
            else
            {
                await ticket.Wait(Look, cancellationToken);
            }
        }
    }

    private static async Task<List<(OperationView View, long Number)>> After(
        string clientId, long after, NpgsqlDataSource database, ChainIdentity chain, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(AfterSql);
        command.Parameters.Add(new() { Value = clientId });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = PageSize });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<(OperationView, long)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add((OperationView.Read(reader, chain), reader.GetInt64(OperationView.ColumnCount)));
        }

        return page;
    }

    private static async Task<OperationView?> One(
        Guid operationId, string clientId, NpgsqlDataSource database, ChainIdentity chain, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(OneSql);
        command.Parameters.Add(new() { Value = operationId });
        command.Parameters.Add(new() { Value = clientId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? OperationView.Read(reader, chain) : null;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
