using System.Text.Json.Serialization;
using FinanceChain.FinanceGateway.Observability;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Problems;

/// <summary>A refused request: what kind of refusal, which field, which values. A value, not an exception: refusals are expected.</summary>
/// <param name="Field">Path of the JSON member, or the name of the header or query parameter; null where no single one is at fault.</param>
/// <param name="Values">The offending and the allowed values.</param>
internal sealed record Refusal(
    ProblemKind Kind, string? Field = null, IReadOnlyDictionary<string, object?>? Values = null, string? Detail = null)
{
    /// <summary>What the ledger said, with the field of the body that it concerns.</summary>
    public static Refusal Of(LedgerRefusal refusal, SignedOperation signed, ChainIdentity chain) => new(
        ProblemKind.OfLedger(refusal.Code),
        RefusedField.Of(refusal, signed, chain),
        refusal.Values.ToDictionary(value => value.Name, value => (object?)value.Value));

    public static Refusal Of(ValueFault fault, string field) => new(ProblemKind.OfFault(fault), field);

    public Refusal Within(string prefix) => this with { Field = Field is null ? prefix : $"{prefix}.{Field}" };

    public ProblemBody ToBody(HttpContext context) => new(
        $"urn:financechain:problem:{Kind.Code}", Kind.English, Kind.Chinese, Kind.Status, Detail, Kind.Code, Field, Values, context.TraceIdentifier);
}

/// <summary>RFC 9457 problem details with the members of this API.</summary>
/// <param name="Title">One English sentence; the same for every refusal of this code.</param>
/// <param name="TitleZh">The same sentence in Chinese.</param>
/// <param name="Code">From a closed list.</param>
/// <param name="Field">Path of the JSON member, header or parameter at fault.</param>
/// <param name="Values">Offending and allowed values.</param>
/// <param name="RequestId">Names this request in the gateway's log.</param>
internal sealed record ProblemBody(
    string Type,
    string Title,
    string TitleZh,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    string Code,
    string? Field,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, object?>? Values,
    string RequestId);

/// <summary>Answers a refusal as <c>application/problem+json</c>.</summary>
internal sealed class RefusalResult(Refusal refusal) : IResult
{
    /// <summary>How long a client should wait where waiting helps.</summary>
    private const string RetryAfterSeconds = "2";

    public Refusal Refusal => refusal;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (refusal.Kind != ProblemKind.RateLimited && refusal.Kind.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        GatewayTelemetry.Refused(refusal.Kind.Code);
        httpContext.Response.StatusCode = refusal.Kind.Status;
        return httpContext.Response.WriteAsJsonAsync(
            refusal.ToBody(httpContext), options: null, "application/problem+json", httpContext.RequestAborted);
    }
}
