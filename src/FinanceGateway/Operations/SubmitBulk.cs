using System.Security.Claims;
using System.Text.Json.Serialization;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>1 to 200 signed operations of any kind, in the order in which they shall be executed.</summary>
internal sealed record BulkRequest(ulong ChainId, Address Ledger, IReadOnlyList<BulkItem> Items);

/// <param name="Agreement">With its <c>kind</c>.</param>
internal sealed record BulkItem(string IdempotencyKey, SignedOperation Agreement);

internal sealed record BulkAnswer(IReadOnlyList<BulkItemAnswer> Items);

/// <param name="Status">Where the operation stands, or <c>refused</c> when it was not stored.</param>
/// <param name="Replayed">The key was used before; this is the operation that was stored then.</param>
/// <param name="Problem">Why it was not stored.</param>
internal sealed record BulkItemAnswer(
    string IdempotencyKey,
    OperationStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? OperationId,
    bool Replayed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ProblemBody? Problem);

/// <summary>Submits many operations. Each stands for itself: 200 when all were stored, 207 when some were refused.</summary>
internal static class SubmitBulk
{
    private const int MaxItems = 200;

    public static void MapSubmitBulk(this IEndpointRouteBuilder api) =>
        api.MapPost("/operations", Handle)
            .Accepts<BulkRequest>("application/json")
            .RequireAuthorization(Scopes.SubmitsSomething)
            .WithName("SubmitOperations")
            .WithSummary("Submits up to 200 operations of any kind but registrations, in their order; each has its own answer")
            .WithTags("Operations")
            .Produces<BulkAnswer>()
            .Produces<BulkAnswer>(StatusCodes.Status207MultiStatus)
            .ProducesRefusals();

    private static async Task<IResult> Handle(
        BulkRequest body, HttpContext context, ClaimsPrincipal client, Door door, ChainIdentity chain, CancellationToken cancellationToken)
    {
        if (body.Items.Count is 0 or > MaxItems)
        {
            return new RefusalResult(new Refusal(
                ProblemKind.ValueInvalid, "items", new Dictionary<string, object?> { ["count"] = body.Items.Count, ["max"] = MaxItems }));
        }

        if (RequestChecks.Destination(body.ChainId, body.Ledger, chain) is { } foreign)
        {
            return new RefusalResult(foreign);
        }

        var clientId = client.ClientId();
        var answers = new BulkItemAnswer[body.Items.Count];
        var candidates = new List<Candidate>(body.Items.Count);
        var places = new List<int>(body.Items.Count);
        for (var i = 0; i < body.Items.Count; i++)
        {
            var item = body.Items[i];
            if (Check(item, client) is { } refusal)
            {
                answers[i] = Refused(item.IdempotencyKey, refusal.Within($"items[{i}]"), context);
            }
            else
            {
                candidates.Add(new Candidate(clientId, item.IdempotencyKey, item.Agreement));
                places.Add(i);
            }
        }

        var admissions = candidates.Count == 0 ? [] : await door.Admit(candidates, cancellationToken);
        for (var i = 0; i < admissions.Count; i++)
        {
            answers[places[i]] = Answer($"items[{places[i]}]", body.Items[places[i]], admissions[i], context);
        }

        var status = answers.All(answer => answer.Problem is null) ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus;
        return Results.Json(new BulkAnswer(answers), statusCode: status);
    }

    /// <summary>What can be said of an item before the ledger is asked.</summary>
    public static Refusal? Check(BulkItem item, ClaimsPrincipal client) => RequestChecks.IdempotencyKey(item.IdempotencyKey, "idempotencyKey")
        ?? (item.Agreement is SignedRegisterParty ? new Refusal(ProblemKind.KindNotAccepted, "agreement.kind") : null)
        ?? RequestChecks.Scope(item.Agreement, client, "agreement.kind");

    /// <param name="place">Path of the item in the request.</param>
    public static BulkItemAnswer Answer(string place, BulkItem item, Admission admission, HttpContext context)
    {
        if (admission.Refusal is not { } refusal)
        {
            return new BulkItemAnswer(item.IdempotencyKey, admission.Status!.Value, admission.OperationId, admission.Replayed, null);
        }

        var named = refusal.Kind == ProblemKind.IdempotencyKeyReused ? refusal with { Field = "idempotencyKey" } : refusal.Within("agreement");
        return Refused(item.IdempotencyKey, named.Within(place), context);
    }

    public static BulkItemAnswer Refused(string idempotencyKey, Refusal refusal, HttpContext context) =>
        new(idempotencyKey, OperationStatus.Refused, null, false, refusal.ToBody(context));
}
