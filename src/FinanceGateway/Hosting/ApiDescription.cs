using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Microsoft.OpenApi;

namespace FinanceChain.FinanceGateway;

/// <summary>The OpenAPI document: value types as what they are in JSON, and how to sign in.</summary>
internal static class ApiDescription
{
    private const string Scheme = "oauth2";

    private static readonly Dictionary<Type, (JsonSchemaType Type, string? Pattern, string Description)> Values = new()
    {
        [typeof(Address)] = (JsonSchemaType.String, "^0x[0-9a-fA-F]{40}$", "20-byte address"),
        [typeof(Hash256)] = (JsonSchemaType.String, "^0x[0-9a-f]{64}$", "32 bytes"),
        [typeof(ByteString)] = (JsonSchemaType.String, "^0x([0-9a-fA-F]{2})*$", "Bytes; signatures begin with their scheme: 1 secp256k1, 2 P-256, 3 passkey"),
        [typeof(PartyId)] = (JsonSchemaType.Integer, null, "Number of a party"),
        [typeof(ReceivableId)] = (JsonSchemaType.Integer, null, "Number of a receivable"),
        [typeof(LoanId)] = (JsonSchemaType.Integer, null, "Number of a loan"),
        [typeof(Fen)] = (JsonSchemaType.Integer, null, "Amount in fen, at most 2^53 - 1"),
        [typeof(Bps)] = (JsonSchemaType.Integer, null, "Yearly rate in basis points"),
        [typeof(Rights)] = (JsonSchemaType.Integer, null, "Sum of trade 1, approve 2, disburse 4, manage 8, register 16, supervise 32"),
        [typeof(RegionCode)] = (JsonSchemaType.String, "^[0-9]{6}$", "GB/T 2260"),
        [typeof(IndustryCode)] = (JsonSchemaType.String, "^[A-T][0-9]{0,4}$", "GB/T 4754"),
    };

    public static void AddApiDescription(this WebApplicationBuilder builder) => builder.Services.AddOpenApi(openApi =>
    {
        openApi.AddSchemaTransformer((schema, context, _) =>
        {
            if (Values.TryGetValue(context.JsonTypeInfo.Type, out var value))
            {
                schema.Type = value.Type;
                schema.Pattern = value.Pattern;
                schema.Description = value.Description;
                schema.Properties?.Clear();
                schema.Required?.Clear();
            }

            return Task.CompletedTask;
        });
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "FinanceChain gateway",
                Version = "v1",
                Description = "The only door to the ledger. Operations carry the signatures of all parties that they bind; the ledger checks them.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { [Scheme] = ClientCredentials() };
            return Task.CompletedTask;
        });
    });

    private static OpenApiSecurityScheme ClientCredentials() => new()
    {
        Type = SecuritySchemeType.OAuth2,
        Flows = new OpenApiOAuthFlows
        {
            ClientCredentials = new OpenApiOAuthFlow
            {
                TokenUrl = new Uri("/oauth/token", UriKind.Relative),
                Scopes = SignIn.Scopes.All.ToDictionary(scope => scope, scope => scope),
            },
        },
    };
}
