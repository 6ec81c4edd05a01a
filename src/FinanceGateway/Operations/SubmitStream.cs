using System.Security.Claims;
using System.Text.Json;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>The first line of a stream: what all its operations are meant for.</summary>
internal sealed record StreamHead(ulong ChainId, Address Ledger);

/// <summary>
/// Submits a file of any length as newline-delimited JSON: a first line with chain and ledger, then one item a line. Each is answered by one
/// line, in order, as soon as it is stored or refused. Memory is bounded on both sides: the gateway reads on when what it read is answered, and
/// waits where the queue has no room, so the sender is slowed down and not refused. Whoever sends must read the answers at the same time.
/// </summary>
internal static class SubmitStream
{
    public const string MediaType = "application/x-ndjson";

    private const int MaxLineBytes = 64 * 1024;
    private const int LinesAtOnce = 100;

    private static readonly TimeSpan RoomPause = TimeSpan.FromMilliseconds(200);

    private sealed record Line(BulkItem? Item, Refusal? Problem);

    public static void MapSubmitStream(this IEndpointRouteBuilder api) =>
        api.MapPost("/operations", Handle)
            .Accepts<StreamHead>(MediaType)
            .RequireAuthorization(Scopes.SubmitsSomething)
            .WithName("StreamOperations")
            .WithSummary("Submits operations line by line; answers line by line")
            .WithTags("Operations")
            .Produces<BulkItemAnswer>(contentType: MediaType)
            .ProducesRefusals();

    private static async Task Handle(
        HttpContext context, ClaimsPrincipal client, Door door, ChainIdentity chain,
        IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, CancellationToken cancellationToken)
    {
        // The length of the whole is not limited, only that of a line.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var lines = new LineReader(context.Request.BodyReader, MaxLineBytes);
        if (await HeadRefused(lines, chain, json.Value.SerializerOptions, cancellationToken) is { } refusal)
        {
            await new RefusalResult(refusal).ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = MediaType;
        await context.Response.StartAsync(cancellationToken);
        var stream = new AnsweredStream(context, client, door, json.Value.SerializerOptions);
        while (await Read(lines, client, json.Value.SerializerOptions, cancellationToken) is { Count: > 0 } read)
        {
            await stream.Answer(read, cancellationToken);
        }
    }

    private static async Task<Refusal?> HeadRefused(
        LineReader lines, ChainIdentity chain, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        try
        {
            var head = await lines.Next(cancellationToken) is { } first ? JsonSerializer.Deserialize<StreamHead>(first, json) : null;
            return head is null
                ? new Refusal(ProblemKind.MemberMissing, "[0]", Detail: "The first line names chainId and ledger.")
                : RequestChecks.Destination(head.ChainId, head.Ledger, chain)?.Within("[0]");
        }
        catch (JsonException malformed)
        {
            return ExceptionMapping.OfJson(malformed).Within("[0]");
        }
        catch (LineTooLongException tooLong)
        {
            return new Refusal(ProblemKind.BodyTooLarge, "[0]", Detail: tooLong.Message);
        }
    }

    // What is here already, up to a bound: a slow sender gets an answer to each line, a fast one pays for many at once.
    private static async Task<List<Line>> Read(
        LineReader lines, ClaimsPrincipal client, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var read = new List<Line>();
        while (read.Count == 0 || (read.Count < LinesAtOnce && lines.HasNext()))
        {
            try
            {
                if (await lines.Next(cancellationToken) is not { } line)
                {
                    break;
                }

                read.Add(Parse(line, client, json));
            }
            catch (LineTooLongException tooLong)
            {
                // Where the next line begins is not known any more.
                read.Add(new Line(null, new Refusal(ProblemKind.BodyTooLarge, null, Detail: tooLong.Message)));
                break;
            }
        }

        return read;
    }

    private static Line Parse(byte[] line, ClaimsPrincipal client, JsonSerializerOptions json)
    {
        try
        {
            return JsonSerializer.Deserialize<BulkItem>(line, json) is { } item
                ? new Line(item, SubmitBulk.Check(item, client))
                : new Line(null, new Refusal(ProblemKind.ValueInvalid, null, Detail: "A line is an object."));
        }
        catch (JsonException malformed)
        {
            return new Line(null, ExceptionMapping.OfJson(malformed));
        }
        catch (NotSupportedException untyped) when (ExceptionMapping.OfUntyped(untyped) is { } refusal)
        {
            return new Line(null, refusal);
        }
    }

    private sealed class AnsweredStream(HttpContext context, ClaimsPrincipal client, Door door, JsonSerializerOptions json)
    {
        private static readonly byte[] NewLine = "\n"u8.ToArray();

        private readonly string _clientId = client.ClientId();
        private int _line = 1;

        public async Task Answer(List<Line> lines, CancellationToken cancellationToken)
        {
            var candidates = lines.Where(l => l.Problem is null).Select(l => new Candidate(_clientId, l.Item!.IdempotencyKey, l.Item.Agreement)).ToList();
            var admissions = await Admit(candidates, cancellationToken);
            var next = 0;
            foreach (var line in lines)
            {
                var answer = line.Problem is { } problem
                    ? SubmitBulk.Refused(line.Item?.IdempotencyKey ?? "", problem.Within($"[{_line}]"), context)
                    : SubmitBulk.Answer($"[{_line}]", line.Item!, admissions[next++], context);
                await context.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, json), cancellationToken);
                await context.Response.BodyWriter.WriteAsync(NewLine, cancellationToken);
                _line++;
            }

            if (lines is [.., { Item: null, Problem.Kind: var kind }] && kind == ProblemKind.BodyTooLarge)
            {
                context.Abort();
            }
        }

        // Where there is no room the stream waits: what was not admitted for that reason is tried again, in its order.
        private async Task<IReadOnlyList<Admission>> Admit(List<Candidate> candidates, CancellationToken cancellationToken)
        {
            var admitted = new List<Admission>(candidates.Count);
            while (admitted.Count < candidates.Count)
            {
                var answers = await door.Admit(candidates[admitted.Count..], cancellationToken);
                var taken = answers.TakeWhile(admission => admission.Refusal?.Kind.Status != StatusCodes.Status429TooManyRequests).ToList();
                admitted.AddRange(taken);
                if (taken.Count < answers.Count)
                {
                    await Task.Delay(RoomPause, cancellationToken);
                }
            }

            return admitted;
        }
    }
}
