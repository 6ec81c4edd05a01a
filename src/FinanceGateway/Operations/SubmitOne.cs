using System.Security.Claims;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.LedgerContract;
using Microsoft.AspNetCore.Mvc;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>A signed operation for one chain and ledger.</summary>
/// <param name="ChainId">EIP-155 number of the chain that it is meant for.</param>
/// <param name="Ledger">Address of the ledger that it is meant for.</param>
/// <param name="Agreement">The operation and the signatures of all parties that it binds.</param>
internal sealed record SubmitRequest<TSigned>(ulong ChainId, Address Ledger, TSigned Agreement)
    where TSigned : SignedOperation;

/// <summary>Submits one signed operation; its address says which kind and, where it has one, which object.</summary>
internal static class SubmitOne
{
    private const string ReplayedHeader = "Idempotency-Replayed";

    public static void MapSubmitOne(this IEndpointRouteBuilder api)
    {
        api.MapPartyOperations();
        api.MapReceivableOperations();
        api.MapLoanOperations();
    }

    // The operator's and the regulator's agreements have doors like everybody's: whoever holds the signatures may submit them.
    private static void MapPartyOperations(this IEndpointRouteBuilder api)
    {
        Map<SignedSetStanding>(api, "/parties/{id}/standings", signed => signed.Operation.Party.ToString());
        Map<SignedAddSigner>(api, "/parties/{id}/signers", signed => signed.Operation.Party.ToString());
        Map<SignedRemoveSigner>(api, "/parties/{id}/signer-removals", signed => signed.Operation.Party.ToString());
        Map<SignedProposeRecovery>(api, "/parties/{id}/recoveries", signed => signed.Operation.Party.ToString());
        Map<SignedVetoRecovery>(api, "/parties/{id}/recovery-vetoes", signed => signed.Operation.Party.ToString());
        Map<SignedCompleteRecovery>(api, "/parties/{id}/recovery-completions", signed => signed.Operation.Party.ToString());
        Map<SignedSetLendingPolicy>(api, "/parties/{id}/lending-policies", signed => signed.Operation.Bank.ToString());
        Map<SignedSetCreditLimit>(api, "/parties/{id}/credit-limits", signed => signed.Operation.Bank.ToString());
        Map<SignedActivateModel>(api, "/parties/{id}/model-activations", signed => signed.Operation.Bank.ToString());
        Map<SignedProposeParameters>(api, "/parameters", _ => null);
        Map<SignedAdoptParameters>(api, "/parameters/adoptions", _ => null);
    }

    private static void MapReceivableOperations(this IEndpointRouteBuilder api)
    {
        Map<SignedIssueReceivable>(api, "/receivables", _ => null);
        Map<SignedAssignReceivable>(api, "/receivables/{id}/assignments", signed => signed.Operation.Receivable.ToString());
        Map<SignedRedeemReceivable>(api, "/receivables/{id}/redemptions", signed => signed.Operation.Receivable.ToString());
        Map<SignedCancelReceivable>(api, "/receivables/{id}/cancellations", signed => signed.Operation.Receivable.ToString());
        Map<SignedDisputeReceivable>(api, "/receivables/{id}/disputes", signed => signed.Operation.Receivable.ToString());
        Map<SignedResolveDispute>(api, "/receivables/{id}/dispute-resolutions", signed => signed.Operation.Receivable.ToString());
        Map<SignedFreezeReceivable>(api, "/receivables/{id}/freezes", signed => signed.Operation.Receivable.ToString());
        Map<SignedUnfreezeReceivable>(api, "/receivables/{id}/unfreezes", signed => signed.Operation.Receivable.ToString());
    }

    private static void MapLoanOperations(this IEndpointRouteBuilder api)
    {
        Map<SignedOpenLoan>(api, "/loans", _ => null);
        Map<SignedDisburseLoan>(api, "/loans/{id}/disbursements", signed => signed.Operation.Loan.ToString());
        Map<SignedRepayLoan>(api, "/loans/{id}/repayments", signed => signed.Operation.Loan.ToString());
        Map<SignedCancelLoan>(api, "/loans/{id}/cancellations", signed => signed.Operation.Loan.ToString());
        Map<SignedExtendLoan>(api, "/loans/{id}/extensions", signed => signed.Operation.Loan.ToString());
        Map<SignedDefaultLoan>(api, "/loans/{id}/defaults", signed => signed.Operation.Loan.ToString());
        Map<SignedClaimRecourse>(api, "/loans/{id}/recourse-claims", signed => signed.Operation.Loan.ToString());
        Map<SignedWriteOffLoan>(api, "/loans/{id}/write-offs", signed => signed.Operation.Loan.ToString());
        Map<SignedRecoverLoan>(api, "/loans/{id}/recoveries", signed => signed.Operation.Loan.ToString());
    }

    private static void Map<TSigned>(IEndpointRouteBuilder api, string route, Func<TSigned, string?> objectOf)
        where TSigned : SignedOperation
    {
        var name = typeof(TSigned).Name["Signed".Length..];
        var kind = Enum.Parse<OperationKind>(name);
        api.MapPost(route, Handle(objectOf))
            .RequireAuthorization(Scopes.Of(kind))
            .WithName(name)
            .WithSummary(OperationSummary.Of(kind))
            .WithTags("Operations")
            .Produces<OperationAccepted>(StatusCodes.Status202Accepted)
            .ProducesRefusals();
    }

    private static Func<SubmitRequest<TSigned>, string?, HttpContext, ClaimsPrincipal, Door, ChainIdentity, CancellationToken, Task<IResult>>
        Handle<TSigned>(Func<TSigned, string?> objectOf)
        where TSigned : SignedOperation =>
        async (
            SubmitRequest<TSigned> body,
            [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
            HttpContext context,
            ClaimsPrincipal client,
            Door door,
            ChainIdentity chain,
            CancellationToken cancellationToken) =>
        {
            var refusal = RequestChecks.IdempotencyKey(idempotencyKey)
                ?? RequestChecks.Destination(body.ChainId, body.Ledger, chain)
                ?? Addressed(objectOf(body.Agreement), context);
            return refusal is not null
                ? new RefusalResult(refusal)
                : await Admit(new Candidate(client.ClientId(), idempotencyKey!, body.Agreement), "agreement", context, door, cancellationToken);
        };

    /// <summary>202 with the operation's number; the same again, and a header that says so, for a key that was used.</summary>
    public static async Task<IResult> Admit(
        Candidate candidate, string? fieldPrefix, HttpContext context, Door door, CancellationToken cancellationToken)
    {
        var admission = (await door.Admit([candidate], cancellationToken))[0];
        if (admission.Refusal is { } refusal)
        {
            return new RefusalResult(Prefixed(refusal, fieldPrefix));
        }

        if (admission.Replayed)
        {
            context.Response.Headers[ReplayedHeader] = "true";
        }

        var id = admission.OperationId!.Value;
        return Results.Accepted($"/api/v1/operations/{id}", new OperationAccepted(id, admission.Status!.Value));
    }

    /// <summary>Refusals of the ledger speak of members of the signed operation; the gateway's own already name theirs.</summary>
    public static Refusal Prefixed(Refusal refusal, string? prefix) =>
        prefix is null || refusal.Field == "Idempotency-Key" || refusal.Kind == ProblemKind.QueueFull ? refusal : refusal.Within(prefix);

    private static Refusal? Addressed(string? signedObject, HttpContext context)
    {
        var addressed = context.Request.RouteValues["id"] as string;
        return addressed is null || addressed == signedObject
            ? null
            : new Refusal(ProblemKind.PathMismatch, "id", new Dictionary<string, object?> { ["id"] = addressed, ["expected"] = signedObject });
    }
}

/// <summary>The operation is stored and will be executed or refused by the ledger: follow it at its address.</summary>
internal sealed record OperationAccepted(Guid OperationId, Submission.OperationStatus Status);
