namespace FinanceChain.FinanceGateway.Problems;

/// <summary>Answers of the framework that have no body yet get one: every refusal of this API is a problem document with a code.</summary>
internal static class RefusalAnswers
{
    private static readonly int[] Documented = [400, 401, 403, 404, 409, 413, 422, 429, 503];

    public static void UseRefusalBodies(this IApplicationBuilder app) => app.UseStatusCodePages(async context =>
    {
        var response = context.HttpContext.Response;
        if (KindOf(response.StatusCode) is { } kind)
        {
            await new RefusalResult(new Refusal(kind, FieldOf(kind))).ExecuteAsync(context.HttpContext);
        }
    });

    /// <summary>Documents the problem answers of an endpoint.</summary>
    public static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder endpoint)
    {
        foreach (var status in Documented)
        {
            endpoint.Produces<ProblemBody>(status, "application/problem+json");
        }

        return endpoint;
    }

    private static string? FieldOf(ProblemKind kind) =>
        kind == ProblemKind.BodyTooLarge ? "body" : kind == ProblemKind.MediaTypeUnsupported ? "Content-Type" : null;

    private static ProblemKind? KindOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ProblemKind.RequestMalformed,
        StatusCodes.Status401Unauthorized => ProblemKind.Unauthenticated,
        StatusCodes.Status403Forbidden => ProblemKind.ScopeMissing,
        StatusCodes.Status404NotFound => ProblemKind.NotFound,
        StatusCodes.Status405MethodNotAllowed => ProblemKind.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ProblemKind.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ProblemKind.MediaTypeUnsupported,
        _ => null,
    };
}
