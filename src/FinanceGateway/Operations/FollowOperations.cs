using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Submission;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Operations;

internal sealed record OperationList(IReadOnlyList<OperationView> Items);

/// <summary>Follows operations to their end: one, or up to a hundred at once, with a wait that ends when all have ended.</summary>
internal static class FollowOperations
{
    private const int MaxIds = 100;
    private const int MaxWaitSeconds = 30;

    /// <summary>A change that is no end wakes nobody.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private const string ByIdsSql = $"""
        select {OperationView.Columns}
        from unnest($1) with ordinality as q (operation_id, place)
        cross join lateral (select * from gateway.operation_state where operation_id = q.operation_id and client_id = $2 limit 1) as s
        order by q.place
        """;

    private const string OpenSql = """
        select o.operation_id, not exists (select from gateway.operation_outcome e where e.operation_id = o.operation_id offset 0)
        from gateway.operation o where o.operation_id = any($1) and o.client_id = $2
        """;

    public static void MapFollowOne(this IEndpointRouteBuilder api) =>
        api.MapGet("/operations/{operationId:guid}", One)
            .RequireAuthorization(Scopes.OperationsRead)
            .WithName("GetOperation")
            .WithSummary("Where an operation stands; waits for its end, or with If-None-Match for any change")
            .WithTags("Operations")
            .Produces<OperationView>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesRefusals();

    private static async Task<IResult> One(
        Guid operationId, int? waitSeconds, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, OperationWaiters waiters,
        ChainIdentity chain, CancellationToken cancellationToken)
    {
        if (WaitRefused(waitSeconds) is { } refusal)
        {
            return new RefusalResult(refusal);
        }

        var known = context.Request.Headers.IfNoneMatch.ToString();
        var deadline = DateTimeOffset.UtcNow.AddSeconds(waitSeconds ?? 0);
        while (true)
        {
            // A first look at once where the caller has a version already; else until the end.
            var patience = known.Length == 0 ? waitSeconds ?? 0 : 0;
            var found = await Follow([operationId], patience, client.ClientId(), database, waiters, chain, cancellationToken);
            if (found.Count == 0)
            {
                return new RefusalResult(new Refusal(ProblemKind.OperationNotFound, "operationId"));
            }

            var tag = found[0].Tag;
            context.Response.Headers.ETag = tag;
            if (tag != known)
            {
                return Results.Ok(found[0]);
            }

            if (found[0].HasEnded || DateTimeOffset.UtcNow >= deadline)
            {
                return Results.StatusCode(StatusCodes.Status304NotModified);
            }

            using var ticket = waiters.Register([operationId]);
            await ticket.Wait(Min(Look, deadline - DateTimeOffset.UtcNow), cancellationToken);
        }
    }

    /// <summary>Answers for many ids, in their order. One that this client does not have refuses the request.</summary>
    public static async Task<IResult> Many(
        string ids, int? waitSeconds, string clientId, NpgsqlDataSource database, OperationWaiters waiters, ChainIdentity chain,
        CancellationToken cancellationToken)
    {
        var parsed = ids.Split(',').Select(text => Guid.TryParse(text, out var id) ? id : (Guid?)null).ToList();
        if (parsed.Count > MaxIds || parsed.Contains(null) || parsed.Distinct().Count() != parsed.Count)
        {
            return new RefusalResult(new Refusal(ProblemKind.ValueInvalid, "ids", Detail: $"ids is a list of 1 to {MaxIds} different operation ids."));
        }

        if (WaitRefused(waitSeconds) is { } refusal)
        {
            return new RefusalResult(refusal);
        }

        var wanted = parsed.ConvertAll(id => id!.Value);
        var found = await Follow(wanted, waitSeconds ?? 0, clientId, database, waiters, chain, cancellationToken);
        if (found.Count == wanted.Count)
        {
            return Results.Ok(new OperationList(found));
        }

        var missing = wanted.First(id => found.All(view => view.OperationId != id));
        return new RefusalResult(new Refusal(ProblemKind.OperationNotFound, "ids", new Dictionary<string, object?> { ["operationId"] = missing }));
    }

    private static async Task<List<OperationView>> Follow(
        List<Guid> ids, int waitSeconds, string clientId, NpgsqlDataSource database, OperationWaiters waiters, ChainIdentity chain,
        CancellationToken cancellationToken)
    {
        if (waitSeconds > 0)
        {
            using var ticket = waiters.Register(ids);
            if (await HasOpen(ids, clientId, ticket, database, cancellationToken))
            {
                await ticket.Wait(TimeSpan.FromSeconds(waitSeconds), cancellationToken);
            }
        }

        await using var command = database.CreateCommand(ByIdsSql);
        AddParameters(command, ids, clientId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<OperationView>(ids.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(OperationView.Read(reader, chain));
        }

        return found;
    }

    // Tells the ticket what ended before it was registered. False too when an id is unknown: the answer is then a refusal.
    private static async Task<bool> HasOpen(
        List<Guid> ids, string clientId, OperationWaiters.Ticket ticket, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(OpenSql);
        AddParameters(command, ids, clientId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (known, open) = (0, 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            known++;
            if (reader.GetBoolean(1))
            {
                open++;
            }
            else
            {
                ticket.Ended(reader.GetGuid(0));
            }
        }

        return open > 0 && known == ids.Count;
    }

    private static void AddParameters(NpgsqlCommand command, List<Guid> ids, string clientId)
    {
        command.Parameters.Add(new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = clientId });
    }

    private static Refusal? WaitRefused(int? waitSeconds) => waitSeconds is null or (>= 0 and <= MaxWaitSeconds)
        ? null
        : new Refusal(ProblemKind.ValueInvalid, "waitSeconds", new Dictionary<string, object?> { ["waitSeconds"] = waitSeconds, ["max"] = MaxWaitSeconds });

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : TimeSpan.FromTicks(Math.Max(0, other.Ticks));
}
