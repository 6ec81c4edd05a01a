using System.Text.Encodings.Web;
using System.Text.Unicode;
using FinanceChain.FinanceGateway.Portal.Overviews;
using Microsoft.Extensions.WebEncoders;

namespace FinanceChain.FinanceGateway.Portal;

/// <summary>The portal: server-rendered pages for people. It reads through the same functions as the public reports.</summary>
internal static class PortalEndpoints
{
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        // Chinese as itself: as numeric entities the page would be three times as long.
        services.Configure<WebEncoderOptions>(encoders => encoders.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        return services
            .AddSingleton<NameDirectory>()
            .AddSingleton<OverviewReader>()
            .AddSingleton<OverviewDesk>();
    }

    public static IEndpointRouteBuilder MapPortal(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        PortalAssets.Map(pages);
        pages.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], ShowOverview);
        return routes;
    }

    private static async Task<IResult> ShowOverview(HttpContext context, OverviewDesk desk, CancellationToken cancellationToken)
    {
        var language = PortalLanguage.Of(context);
        return new OverviewAnswer(await desk.Current(cancellationToken), language);
    }
}
