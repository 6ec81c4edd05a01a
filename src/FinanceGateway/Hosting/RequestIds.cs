using System.Text.RegularExpressions;

namespace FinanceChain.FinanceGateway;

/// <summary>
/// Every request has an id: the caller's own from <c>X-Request-Id</c> where it is well-formed, else a new one. It stands in the answer, in every problem
/// document, in the audit log and in every line that is logged for the request.
/// </summary>
internal static partial class RequestIds
{
    public const string Header = "X-Request-Id";

    // A caller's text goes into logs: nothing that could break a line or pass for something else.
    [GeneratedRegex("^[A-Za-z0-9_-]{8,64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex WellFormed();

    /// <summary>First of all, before anything is logged: the host's log scope reads the id when a line is written.</summary>
    public static void UseRequestIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var given = context.Request.Headers[Header] is [{ } only] && WellFormed().IsMatch(only) ? only : null;
        context.TraceIdentifier = given ?? Guid.CreateVersion7().ToString("n");
        context.Response.Headers[Header] = context.TraceIdentifier;
        return next(context);
    });
}
