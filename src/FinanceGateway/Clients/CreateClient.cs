using System.Security.Claims;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.FinanceGateway.Clients;

/// <param name="Name">For people: which system this is.</param>
/// <param name="Party">The party on the ledger that runs the system.</param>
/// <param name="Scopes">Among operations:submit and operations:read.</param>
internal sealed record CreateClientRequest(string Name, PartyId Party, IReadOnlyList<string> Scopes);

/// <param name="ClientSecret">Shown this once; the gateway keeps only its hash.</param>
internal sealed record ClientCreated(string ClientId, string ClientSecret);

/// <summary>Gives a party's system its own credentials.</summary>
internal static class CreateClient
{
    private const int MaxNameLength = 200;

    private const string InsertSql = """
        insert into gateway.client (client_id, name, party, scopes, secret_hash, created_by) values ($1, $2, $3, $4, $5, $6)
        """;

    public static void MapCreateClient(this IEndpointRouteBuilder api) =>
        api.MapPost("/clients", Handle)
            .RequireAuthorization(Scopes.ClientsManage)
            .WithName("CreateClient")
            .WithTags("Clients")
            .Produces<ClientCreated>(StatusCodes.Status201Created)
            .ProducesRefusals();

    private static async Task<IResult> Handle(
        CreateClientRequest body, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, EthereumClient ethereum,
        ChainIdentity chain, CancellationToken cancellationToken)
    {
        if (body.Name.Length is 0 or > MaxNameLength || body.Name != body.Name.Trim() || body.Name.Any(char.IsControl))
        {
            return new RefusalResult(new Refusal(ProblemKind.NameInvalid, "name"));
        }

        if (body.Scopes.FirstOrDefault(scope => !Scopes.Grantable.Contains(scope)) is { } foreign || body.Scopes.Count == 0)
        {
            return new RefusalResult(new Refusal(
                ProblemKind.ScopeNotGrantable, "scopes", new Dictionary<string, object?> { ["grantable"] = Scopes.Grantable }));
        }

        if (await new LedgerReader(ethereum, chain.Ledger).Party(body.Party, BlockTag.Latest, cancellationToken) is null)
        {
            return new RefusalResult(new Refusal(
                ProblemKind.OfLedger(RefusalCode.PartyUnknown), "party", new Dictionary<string, object?> { ["party"] = body.Party.Value }));
        }

        var created = new ClientCreated($"client-{Guid.CreateVersion7():n}", ClientSecret.Create());
        var creator = client.ClientId();
        await Audit.Write(
            database, creator, context.TraceIdentifier, "create_client", created.ClientId,
            new { name = body.Name, party = body.Party.Value, scopes = body.Scopes }, cancellationToken);
        await Insert(database, created, body, creator, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(created, statusCode: StatusCodes.Status201Created);
    }

    private static async Task Insert(
        NpgsqlDataSource database, ClientCreated created, CreateClientRequest body, string creator, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(InsertSql);
        command.Parameters.Add(new() { Value = created.ClientId });
        command.Parameters.Add(new() { Value = body.Name });
        command.Parameters.Add(new() { Value = (long)body.Party.Value });
        command.Parameters.Add(new() { Value = body.Scopes.Distinct().ToArray() });
        command.Parameters.Add(new() { Value = ClientSecret.Hash(created.ClientSecret) });
        command.Parameters.Add(new() { Value = creator });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
