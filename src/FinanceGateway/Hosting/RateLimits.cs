using System.Globalization;
using System.Threading.RateLimiting;
using FinanceChain.FinanceGateway.Problems;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace FinanceChain.FinanceGateway;

/// <summary>
/// Nobody takes the gateway from the others. Signed-in requests are counted by client; attempts to sign in by address, because who they say they are is
/// not known yet, and a stranger must not be able to lock a client out by its name.
/// </summary>
internal static class RateLimits
{
    private const int BurstSeconds = 2;
    private const int RefillsPerSecond = 10;

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<GatewayOptions>>((limits, settings) =>
        {
            var perSecond = settings.Value.ClientRequestsPerSecond;
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = Refuse;
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                context.User.GetClaim(OpenIddictConstants.Claims.Subject) is { } client
                    ? RateLimitPartition.GetTokenBucketLimiter(client, _ => OfClient(perSecond))
                    : RateLimitPartition.GetNoLimiter(""));
        });
    }

    /// <summary>Before authentication, which is where the token endpoint answers.</summary>
    public static void UseTokenRateLimit(this WebApplication app)
    {
        var perMinute = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.TokenRequestsPerMinute;
        var limits = new RateLimiterOptions
        {
            RejectionStatusCode = StatusCodes.Status429TooManyRequests,
            OnRejected = Refuse,
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions
                {
                    PermitLimit = perMinute,
                    Window = TimeSpan.FromMinutes(1),
                })),
        };
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments($"/{SignIn.ClientAssertions.TokenPath}"),
            branch => branch.UseRateLimiter(limits));
    }

    // Refilled in tenths, so that a client at its limit is slowed and not stopped.
    private static TokenBucketRateLimiterOptions OfClient(int perSecond) => new()
    {
        TokenLimit = perSecond * BurstSeconds,
        TokensPerPeriod = Math.Max(1, perSecond / RefillsPerSecond),
        ReplenishmentPeriod = perSecond < RefillsPerSecond ? TimeSpan.FromSeconds(1.0 / perSecond) : TimeSpan.FromSeconds(1.0 / RefillsPerSecond),
    };

    private static async ValueTask Refuse(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        rejected.HttpContext.Response.Headers.RetryAfter =
            Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await new RefusalResult(new Refusal(ProblemKind.RateLimited)).ExecuteAsync(rejected.HttpContext);
    }
}
