using System.Net;
using System.Text.Json;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>A refusal by the gateway (RFC 9457 problem details).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">From the gateway's closed list; codes of the ledger keep their names.</param>
/// <param name="Field">Path of the JSON member, header or parameter at fault.</param>
/// <param name="Title">One English sentence.</param>
/// <param name="TitleZh">The same in Chinese.</param>
/// <param name="Values">Offending and allowed values.</param>
/// <param name="RequestId">Names the request in the gateway's log.</param>
public sealed record GatewayProblem(
    int Status, string Code, string? Field, string Title, string TitleZh, JsonElement? Values = null, string? Detail = null, string? RequestId = null);

/// <summary>The gateway refused a request as a whole.</summary>
public sealed class GatewayProblemException : Exception
{
    public GatewayProblemException(GatewayProblem problem)
        : base($"{problem?.Code}: {problem?.Title}{(problem?.Field is null ? "" : $" ({problem.Field})")}") =>
        Problem = problem ?? throw new ArgumentNullException(nameof(problem));

    public GatewayProblem Problem { get; }

    internal static GatewayProblemException Of(HttpStatusCode status, string text) =>
        new(new GatewayProblem((int)status, "unreadable_answer", null, $"The gateway answered {(int)status} without problem details: {text}", "网关返回了无法识别的答复。"));
}
