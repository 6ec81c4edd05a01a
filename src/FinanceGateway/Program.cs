using System.Text.Encodings.Web;
using System.Text.Unicode;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Clients;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Observability;
using FinanceChain.FinanceGateway.Onboarding;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.FinanceGateway.Portal;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.Reports;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Webhooks;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;
using Scalar.AspNetCore;

namespace FinanceChain.FinanceGateway;

/// <summary>The gateway: a table of contents.</summary>
public static class Program
{
    public static async Task Main(string[] args)
    {
        await using var app = Create(args);
        await app.Prepare(CancellationToken.None);
        await app.RunAsync();
    }

    /// <summary>The whole application, not yet prepared and not yet listening.</summary>
    /// <param name="submits">False: it accepts and stores, and leaves it to another gateway to submit.</param>
    public static WebApplication Create(string[] args, bool submits = true)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLogs();
        builder.AddLimits();
        builder.AddRateLimits();
        builder.AddSettings();
        builder.AddSignIn();
        builder.AddTelemetry();
        builder.AddApiDescription();
        builder.AddStores();
        builder.AddOperations();
        builder.AddSubmission(submits);
        builder.Services.AddWebhooks();
        builder.Services.AddReports();
        builder.Services.AddPortal();
        builder.Services.AddExceptionHandler<ExceptionMapping>();

        var app = builder.Build();
        app.UseRequestIds();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(_ => { });
        app.UseRefusalBodies();
        app.UseTokenRateLimit();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapHealth();
        app.MapOpenApi();
        app.MapScalarApiReference("/docs");
        app.MapReports();
        app.MapPortal();

        var api = app.MapGroup("/api/v1");
        api.MapRegisterParty();
        api.MapCreateClient();
        api.MapClientKeys();
        api.MapSubmitOne();
        api.MapSubmitBulk();
        api.MapSubmitStream();
        api.MapFollowOne();
        api.MapStreamEvents();
        api.MapListOperations();
        api.MapWebhooks();
        return app;
    }

    private static void AddSettings(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            LedgerJson.Configure(json.SerializerOptions);
            json.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        });
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    private static void AddStores(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => NpgsqlDataSource.Create(
            ConnectionSettings.Lookups(services.GetRequiredService<IOptions<GatewayOptions>>().Value.Postgres, connections: 20)));
        builder.Services.AddSingleton(services => new EthereumClient(services.GetRequiredService<IOptions<GatewayOptions>>().Value.ChainUrl!));
        builder.Services.AddSingleton<ChainIdentity>();
        builder.Services.AddSenderKeys();
        builder.Services.AddSingleton<GatewayKeys>();
    }

    private static void AddOperations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OperationStore>();
        builder.Services.AddSingleton<EarlierOperations>();
        builder.Services.AddSingleton<LedgerCheck>();
        builder.Services.AddSingleton<QueueDepth>();
        builder.Services.AddSingleton<Admissions>();
        builder.Services.AddSingleton<Door>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Door>());
    }

    private static void AddSubmission(this WebApplicationBuilder builder, bool submits)
    {
        builder.Services.AddSingleton<QueuePulse>();
        builder.Services.AddSingleton<IndexedPulse>();
        builder.Services.AddSingleton<OperationWaiters>();
        builder.Services.AddSingleton<EndedNews>();
        builder.Services.AddSingleton<EngineState>();
        builder.Services.AddSingleton<ChainFees>();
        builder.Services.AddOptions<SubmissionOptions>().BindConfiguration(SubmissionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ChainWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ChainWatch>());
        builder.Services.AddSingleton<Finality>();
        builder.Services.AddSingleton<SenderLeases>();
        builder.Services.AddSingleton<EngineDatabase>();
        builder.Services.AddSingleton<Signing>();
        builder.Services.AddSingleton<TransactionStore>();
        builder.Services.AddSingleton<BatchBuilder>();
        builder.Services.AddSingleton<ChainRepair>();
        builder.Services.AddSingleton<Replacements>();
        builder.Services.AddSingleton<StuckTransactions>();
        builder.Services.AddSingleton<LaneParts>();
        if (submits)
        {
            builder.Services.AddHostedService<SubmissionEngine>();
        }

        builder.Services.AddHostedService<OperationEnder>();
        builder.Services.AddHostedService<EndsElsewhere>();
        builder.Services.AddHostedService<IndexedNotices>();
    }
}
