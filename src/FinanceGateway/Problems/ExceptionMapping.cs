using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using FinanceChain.Ethereum;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace FinanceChain.FinanceGateway.Problems;

/// <summary>The one place where an exception becomes an answer: a request that could not be read, a dependency that is away, or a bug.</summary>
internal sealed partial class ExceptionMapping(ILogger<ExceptionMapping> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = RefusalOf(exception);
        if (refusal.Kind == ProblemKind.InternalError)
        {
            LogFailed(exception, httpContext.TraceIdentifier);
        }
        else if (refusal.Kind.Status == StatusCodes.Status503ServiceUnavailable)
        {
            LogUnavailable(refusal.Kind.Code, exception.Message, httpContext.TraceIdentifier);
        }

        await new RefusalResult(refusal).ExecuteAsync(httpContext);
        return true;
    }

    private static Refusal RefusalOf(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => OfJson(json),
        BadHttpRequestException bad => OfRequest(bad),
        NotSupportedException untyped when OfUntyped(untyped) is { } refusal => refusal,
        NpgsqlException or SocketException => new Refusal(ProblemKind.DatabaseUnavailable),
        EthereumException => new Refusal(ProblemKind.ChainUnavailable),
        _ => new Refusal(ProblemKind.InternalError),
    };

    private static Refusal OfRequest(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new Refusal(ProblemKind.BodyTooLarge, "body"),
        StatusCodes.Status408RequestTimeout => new Refusal(ProblemKind.BodyTooSlow, "body"),
        StatusCodes.Status415UnsupportedMediaType => new Refusal(ProblemKind.MediaTypeUnsupported, "Content-Type"),
        _ => new Refusal(ProblemKind.RequestMalformed, Detail: bad.Message),
    };

    // System.Text.Json tells these cases apart by its message only; tests hold the words that are looked for.
    public static Refusal OfJson(JsonException json)
    {
        var field = FieldOf(json.Path);
        var message = json.Message;
        if (MissingMembers().Match(message) is { Success: true } missing)
        {
            return new Refusal(ProblemKind.MemberMissing, Join(field, missing.Groups[1].Value));
        }

        if (UnmappedMember().Match(message) is { Success: true } unmapped)
        {
            var name = unmapped.Groups[1].Value;
            return new Refusal(ProblemKind.MemberUnknown, field is not null && field.EndsWith(name, StringComparison.Ordinal) ? field : Join(field, name));
        }

        if (DuplicateMember().Match(message) is { Success: true } duplicate)
        {
            var name = duplicate.Groups[1].Value;
            return new Refusal(ProblemKind.MemberDuplicate, field is not null && field.EndsWith(name, StringComparison.Ordinal) ? field : Join(field, name));
        }

        if (UnknownKind().IsMatch(message))
        {
            return new Refusal(ProblemKind.ValueInvalid, Join(field, "kind"), Detail: SentenceOf(message));
        }

        // The reader's own exceptions are syntax; a converter's are values.
        return json.GetType() == typeof(JsonException) && json.InnerException?.GetType().Name != "JsonReaderException"
            ? new Refusal(ProblemKind.ValueInvalid, field, Detail: SentenceOf(message))
            : new Refusal(ProblemKind.JsonMalformed, field, Values: new Dictionary<string, object?> { ["line"] = json.LineNumber + 1, ["byte"] = json.BytePositionInLine });
    }

    /// <summary>An operation of no kind: the reader does not know what to read. Null where the exception says something else.</summary>
    public static Refusal? OfUntyped(NotSupportedException untyped) => Discriminator().IsMatch(untyped.Message)
        ? new Refusal(ProblemKind.MemberMissing, PathOf().Match(untyped.Message) is { Success: true } path ? Join(FieldOf(path.Groups[1].Value), "kind") : "kind")
        : null;

    private static string Join(string? field, string name) => field is null ? name : $"{field}.{name}";

    private static string? FieldOf(string? path) => path is null or "$" or "" ? null : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');

    // Names of .NET types mean nothing to a caller.
    private static string? SentenceOf(string message) =>
        message.Contains("FinanceChain", StringComparison.Ordinal) || message.Contains("System.", StringComparison.Ordinal)
            ? null
            : message.Split(" Path:", 2)[0];

    [GeneratedRegex("missing required properties including: '([^']+)'")]
    private static partial Regex MissingMembers();

    [GeneratedRegex("The JSON property '([^']+)' could not be mapped")]
    private static partial Regex UnmappedMember();

    [GeneratedRegex("[Dd]uplicate property '([^']+)'")]
    private static partial Regex DuplicateMember();

    [GeneratedRegex("unrecognized type discriminator")]
    private static partial Regex UnknownKind();

    [GeneratedRegex("must specify a type discriminator")]
    private static partial Regex Discriminator();

    [GeneratedRegex(@" Path: (\S+) \|")]
    private static partial Regex PathOf();

    [LoggerMessage(1001, LogLevel.Error, "Request {RequestId} failed")]
    private partial void LogFailed(Exception exception, string requestId);

    [LoggerMessage(1002, LogLevel.Warning, "Request {RequestId} was answered {Code}: {Problem}")]
    private partial void LogUnavailable(string code, string problem, string requestId);
}
