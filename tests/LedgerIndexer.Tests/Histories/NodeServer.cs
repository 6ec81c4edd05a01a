using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>Scripted nodes over real HTTP: one server for all of them, each under a path of its own.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ScriptedNode> _nodes = new();
    private readonly WebApplication _application;
    private int _names;

    private NodeServer(WebApplication application) => _application = application;

    public static async Task<NodeServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new NodeServer(application);
        application.Run(server.Serve);
        await application.StartAsync();
        return server;
    }

    public Uri Add(ScriptedNode node)
    {
        var name = $"/{Interlocked.Increment(ref _names)}";
        _nodes[name] = node;
        return new Uri(new Uri(_application.Urls.First()), name);
    }

    public void Remove(Uri endpoint) => _nodes.TryRemove(endpoint.AbsolutePath, out _);

    public void Return(Uri endpoint, ScriptedNode node) => _nodes[endpoint.AbsolutePath] = node;

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task Serve(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !_nodes.TryGetValue(context.Request.Path, out var node))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        if (node.Answer(request.RootElement) is not { } answer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Body);
    }
}
