using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway;

/// <summary>
/// What a browser may do with an answer of the gateway: nothing. Pages for people replace these with their own, see <see cref="Portal.PortalHeaders"/>;
/// <c>/docs</c> needs its script and is only kept out of frames.
/// </summary>
internal static class SecurityHeaders
{
    private const string OfDocuments = "frame-ancestors 'none'; base-uri 'none'";
    private const string OfData = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var behindTls = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.BehindTlsProxy;
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs") ? OfDocuments : OfData;
            if (behindTls)
            {
                headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            }

            // What a token opens is nobody's to keep; the public reports say themselves how long they are good.
            if (context.Request.Headers.Authorization.Count > 0)
            {
                headers.CacheControl = "no-store";
            }

            return next(context);
        });
    }
}
