using System.Runtime.CompilerServices;
using FinanceChain.FinanceGateway.Problems;

// The reports are tested against the tables of a real indexer.
[assembly: InternalsVisibleTo("FinanceChain.LedgerIndexer.Tests")]

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>The public reports: GET /api/v1/reports/summary, /lending, /holdings, /exposures and /events. The portal calls the same <c>Read</c> methods.</summary>
internal static class ReportEndpoints
{
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<ReportDatabase>()
        .AddSingleton<ReportScopes>()
        .AddSingleton<SummaryReport>()
        .AddSingleton<LendingReport>()
        .AddSingleton<HoldingsReport>()
        .AddSingleton<ExposuresReport>()
        .AddSingleton<EventsReport>();

    public static IEndpointRouteBuilder MapReports(this IEndpointRouteBuilder routes)
    {
        var reports = routes.MapGroup("/api/v1/reports").WithTags("Reports").AllowAnonymous();
        SummaryReport.Map(reports);
        LendingReport.Map(reports);
        HoldingsReport.Map(reports);
        ExposuresReport.Map(reports);
        EventsReport.Map(reports);
        return routes;
    }

    /// <summary>Names the answers of a report in the OpenAPI document.</summary>
    internal static RouteHandlerBuilder Describe<TAnswer>(this RouteHandlerBuilder route, string name, string summary) => route
        .WithName(name)
        .WithSummary(summary)
        .Produces<TAnswer>()
        .Produces<ProblemBody>(StatusCodes.Status400BadRequest, "application/problem+json")
        .Produces<ProblemBody>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")
        .Produces<ProblemBody>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");
}
