using System.Globalization;
using FinanceChain.FinanceGateway.Portal.Overviews;
using FinanceChain.FinanceGateway.Portal.Pages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace FinanceChain.FinanceGateway.Portal;

/// <summary>
/// The overview page as an HTTP answer. It is revalidated on every use: 304 while neither the block, nor what a replica lacks, nor the program has changed; 503 with a
/// page that says so while there is nothing to read from.
/// </summary>
internal sealed class OverviewAnswer(OverviewState state, PortalLanguage language) : IResult
{
    private const string RetryAfterSeconds = "5";

    private static readonly string Release = typeof(OverviewAnswer).Module.ModuleVersionId.ToString("N")[..12];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        PortalHeaders.Apply(response);
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.Cookie;
        response.Headers.ContentLanguage = language.Tag;
        if (state.Overview is { } overview)
        {
            var tag = TagOf(overview);
            response.GetTypedHeaders().ETag = tag;
            if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        else
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        // The texts follow the current culture; it flows into the renderer from here and no further.
        CultureInfo.CurrentUICulture = language.Culture;
        var page = new RazorComponentResult<OverviewPage>(new { State = state, Language = language })
        {
            StatusCode = state.Overview is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
        };
        await page.ExecuteAsync(httpContext);
    }

    private EntityTagHeaderValue TagOf(Overview overview)
    {
        var summary = overview.Summary;
        return new EntityTagHeaderValue($"\"{Release}-{language.Code}-{summary.Block}-{summary.LedgerTotalsMatch}-{overview.ReplicaLagSeconds}\"", isWeak: true);
    }
}
