using System.Security.Claims;
using System.Text.Json.Serialization;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.FinanceGateway.Clients;

/// <param name="Name">For people: which system this is.</param>
/// <param name="Party">The party on the ledger that runs the system.</param>
/// <param name="Scopes">What its tokens may be used for; clients:manage and parties:register cannot be given away.</param>
/// <param name="Key">With it the client signs in by its private key (private_key_jwt) and has no secret at all.</param>
internal sealed record CreateClientRequest(string Name, PartyId Party, IReadOnlyList<string> Scopes, PublicJwk? Key = null);

/// <param name="ClientSecret">Shown this once; the gateway keeps only its hash. Absent for a client with a key.</param>
/// <param name="Kid">What the client names in the header of its assertions.</param>
internal sealed record ClientCreated(
    string ClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientSecret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kid);

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
        Refusal? refusal = null;
        var key = body.Key?.Read("key", out refusal);
        refusal = Check(body) ?? refusal;
        if (refusal is not null)
        {
            return new RefusalResult(refusal);
        }

        if (await new LedgerReader(ethereum, chain.Ledger).Party(body.Party, BlockTag.Latest, cancellationToken) is null)
        {
            return new RefusalResult(new Refusal(
                ProblemKind.OfLedger(RefusalCode.PartyUnknown), "party", new Dictionary<string, object?> { ["party"] = body.Party.Value }));
        }

        var created = new ClientCreated($"client-{Guid.CreateVersion7():n}", key is null ? ClientSecret.Create() : null, key?.Kid);
        var creator = client.ClientId();
        await Audit.Write(
            database, creator, context.TraceIdentifier, "create_client", created.ClientId,
            new { name = body.Name, party = body.Party.Value, scopes = body.Scopes, kid = key?.Kid }, cancellationToken);
        await Insert(database, created, body, key, creator, cancellationToken);
        return Results.Json(created, statusCode: StatusCodes.Status201Created);
    }

    private static Refusal? Check(CreateClientRequest body)
    {
        if (body.Name.Length is 0 or > MaxNameLength || body.Name != body.Name.Trim() || body.Name.Any(char.IsControl))
        {
            return new Refusal(ProblemKind.NameInvalid, "name");
        }

        return body.Scopes.Count > 0 && body.Scopes.All(Scopes.Grantable.Contains)
            ? null
            : new Refusal(ProblemKind.ScopeNotGrantable, "scopes", new Dictionary<string, object?> { ["grantable"] = Scopes.Grantable });
    }

    private static async Task Insert(
        NpgsqlDataSource database, ClientCreated created, CreateClientRequest body, ClientKey? key, string creator, CancellationToken cancellationToken)
    {
        // One implicit transaction: no client without its key.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(InsertSql)
        {
            Parameters =
            {
                new() { Value = created.ClientId },
                new() { Value = body.Name },
                new() { Value = (long)body.Party.Value },
                new() { Value = body.Scopes.Distinct().ToArray() },
                new() { Value = created.ClientSecret is { } secret ? ClientSecret.Hash(secret) : DBNull.Value },
                new() { Value = creator },
            },
        });
        if (key is not null)
        {
            batch.BatchCommands.Add(ClientKeys.Insertion(created.ClientId, key));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
