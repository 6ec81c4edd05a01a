namespace FinanceChain.FinanceGateway.Webhooks;

internal static class WebhookSetup
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<INameResolver, SystemNames>();
        services.AddSingleton<WebhookTarget>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookPost>();
        services.AddSingleton<WebhookOutbox>();
        services.AddHostedService<WebhookDeliverer>();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        api.MapRegisterWebhook();
        api.MapKeepWebhooks();
        api.MapReplayDeliveries();
    }
}
