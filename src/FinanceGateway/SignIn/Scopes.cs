using System.Security.Claims;
using FinanceChain.LedgerContract;
using Microsoft.AspNetCore.Authorization;
using OpenIddict.Abstractions;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>What an access token may be used for. Each is also the name of an authorization policy.</summary>
internal static class Scopes
{
    public const string PartiesRegister = "parties:register";
    public const string PartiesSubmit = "parties:submit";
    public const string ParametersSubmit = "parameters:submit";
    public const string ReceivablesSubmit = "receivables:submit";
    public const string LoansSubmit = "loans:submit";

    /// <summary>Operations of every kind but registrations.</summary>
    public const string OperationsSubmit = "operations:submit";
    public const string OperationsRead = "operations:read";
    public const string WebhooksManage = "webhooks:manage";
    public const string ClientsManage = "clients:manage";

    /// <summary>A policy, not a scope: any of those that submit. Whoever passes it is asked for each operation's own scope.</summary>
    public const string SubmitsSomething = "submits-something";

    /// <summary>What submits one kind of thing each.</summary>
    public static readonly IReadOnlyList<string> OfKinds = [PartiesSubmit, ParametersSubmit, ReceivablesSubmit, LoansSubmit];

    public static readonly IReadOnlyList<string> All =
        [PartiesRegister, .. OfKinds, OperationsSubmit, OperationsRead, WebhooksManage, ClientsManage];

    /// <summary>What the operator's own client holds: it lets others in and signs nothing for them.</summary>
    public static readonly string[] OfOperator = [PartiesRegister, ClientsManage, OperationsRead, WebhooksManage];

    /// <summary>What a client that manages clients can give away.</summary>
    public static readonly IReadOnlyList<string> Grantable = [.. OfKinds, OperationsSubmit, OperationsRead, WebhooksManage];

    /// <summary>The scope of a kind of operation: that of the thing that it acts on.</summary>
    public static string Of(OperationKind kind) => kind switch
    {
        OperationKind.RegisterParty => PartiesRegister,
        OperationKind.AddSigner or OperationKind.RemoveSigner or OperationKind.SetStanding or OperationKind.ProposeRecovery
            or OperationKind.VetoRecovery or OperationKind.CompleteRecovery or OperationKind.SetLendingPolicy
            or OperationKind.SetCreditLimit or OperationKind.ActivateModel => PartiesSubmit,
        OperationKind.ProposeParameters or OperationKind.AdoptParameters => ParametersSubmit,
        OperationKind.IssueReceivable or OperationKind.AssignReceivable or OperationKind.RedeemReceivable
            or OperationKind.CancelReceivable or OperationKind.DisputeReceivable or OperationKind.ResolveDispute
            or OperationKind.FreezeReceivable or OperationKind.UnfreezeReceivable => ReceivablesSubmit,
        OperationKind.OpenLoan or OperationKind.DisburseLoan or OperationKind.RepayLoan or OperationKind.CancelLoan
            or OperationKind.ExtendLoan or OperationKind.DefaultLoan or OperationKind.ClaimRecourse or OperationKind.WriteOffLoan
            or OperationKind.RecoverLoan => LoansSubmit,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind of operation without a scope."),
    };

    /// <summary>Whether the scopes of a client cover a policy named after a scope.</summary>
    public static bool Covers(this ClaimsPrincipal client, string scope) =>
        client.HasScope(scope) || (OfKinds.Contains(scope) && client.HasScope(OperationsSubmit));

    public static string ClientId(this ClaimsPrincipal client) =>
        client.GetClaim(OpenIddictConstants.Claims.Subject) ?? throw new InvalidOperationException("An authorised request has no client.");

    public static void AddScopePolicies(this AuthorizationBuilder authorization, string scheme)
    {
        foreach (var scope in All)
        {
            Add(authorization, scheme, scope, client => client.Covers(scope));
        }

        Add(authorization, scheme, SubmitsSomething, client => OfKinds.Any(client.Covers));
    }

    private static void Add(AuthorizationBuilder authorization, string scheme, string name, Func<ClaimsPrincipal, bool> isMet) =>
        authorization.AddPolicy(name, policy => policy
            .AddAuthenticationSchemes(scheme).RequireAuthenticatedUser().RequireAssertion(context => isMet(context.User)));
}
