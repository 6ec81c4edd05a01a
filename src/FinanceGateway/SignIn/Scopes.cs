using System.Security.Claims;
using OpenIddict.Abstractions;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>What an access token may be used for. Each is also the name of an authorization policy.</summary>
internal static class Scopes
{
    public const string PartiesRegister = "parties:register";
    public const string OperationsSubmit = "operations:submit";
    public const string OperationsRead = "operations:read";
    public const string ClientsManage = "clients:manage";

    public static readonly IReadOnlyList<string> All = [PartiesRegister, OperationsSubmit, OperationsRead, ClientsManage];

    /// <summary>What the operator's own client holds: it lets others in and signs nothing for them.</summary>
    public static readonly string[] OfOperator = [PartiesRegister, ClientsManage, OperationsRead];

    /// <summary>What a client that manages clients can give away.</summary>
    public static readonly IReadOnlyList<string> Grantable = [OperationsSubmit, OperationsRead];

    public static string ClientId(this ClaimsPrincipal client) =>
        client.GetClaim(OpenIddictConstants.Claims.Subject) ?? throw new InvalidOperationException("An authorised request has no client.");
}
