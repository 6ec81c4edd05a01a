using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Submission;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>Pages through a client's own operations in the order of acceptance. <c>next</c> is the <c>after</c> of the following page.</summary>
internal sealed record OperationPage(IReadOnlyList<OperationView> Items, string? Next);

/// <summary>Operations of the calling client: by ids (<see cref="FollowOperations"/>), or page by page.</summary>
internal static class ListOperations
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    private const string PageSql = $"""
        select {OperationView.Columns}
        from gateway.operation_state s
        where s.client_id = $1
          and s.sequence > coalesce((select a.sequence from gateway.operation a where a.operation_id = $2 and a.client_id = $1), 0)
          and ($3::smallint is null or s.status = $3)
        order by s.sequence limit $4
        """;

    public static void MapListOperations(this IEndpointRouteBuilder api) =>
        api.MapGet("/operations", Handle)
            .RequireAuthorization(Scopes.OperationsRead)
            .WithName("ListOperations")
            .WithTags("Operations")
            .Produces<OperationPage>()
            .ProducesRefusals();

    private static async Task<IResult> Handle(
        string? ids, int? waitSeconds, string? status, Guid? after, int? limit, ClaimsPrincipal client, NpgsqlDataSource database,
        OperationWaiters waiters, ChainIdentity chain, CancellationToken cancellationToken)
    {
        if (ids is not null)
        {
            return await FollowOperations.Many(ids, waitSeconds, client.ClientId(), database, waiters, chain, cancellationToken);
        }

        OperationStatus? wanted = Enum.TryParse<OperationStatus>(status, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) ? parsed : null;
        if (status is not null && (wanted is null || char.IsDigit(status[0])))
        {
            return new RefusalResult(new Refusal(ProblemKind.ValueInvalid, "status"));
        }

        if (limit is < 1 or > MaxLimit)
        {
            return new RefusalResult(new Refusal(ProblemKind.ValueInvalid, "limit", new Dictionary<string, object?> { ["limit"] = limit, ["max"] = MaxLimit }));
        }

        var size = limit ?? DefaultLimit;
        var page = await Page(client.ClientId(), after, wanted, size, database, chain, cancellationToken);
        return Results.Ok(new OperationPage(page, page.Count == size ? page[^1].OperationId.ToString() : null));
    }

    private static async Task<List<OperationView>> Page(
        string clientId, Guid? after, OperationStatus? status, int limit, NpgsqlDataSource database, ChainIdentity chain,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(PageSql);
        command.Parameters.Add(new() { Value = clientId });
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = status is { } wanted ? (short)wanted : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<OperationView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(OperationView.Read(reader, chain));
        }

        return page;
    }
}
