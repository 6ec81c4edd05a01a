using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace FinanceChain.FinanceGateway.Portal;

/// <summary>
/// Style, script and icon, embedded in the assembly so that they are found whatever the working directory is. Their addresses carry a
/// digest of their content: a browser may keep them for a year and still sees a new release at once.
/// </summary>
internal static class PortalAssets
{
    private const string ResourcePrefix = "portal/";
    private const int DigestCharacters = 16;

    private static readonly FrozenDictionary<string, Asset> ByName = new[]
    {
        Load("portal.css", "text/css; charset=utf-8"),
        Load("portal.js", "text/javascript; charset=utf-8"),
        Load("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(asset => asset.Name);

    /// <summary>The address of an asset, relative to the site.</summary>
    public static string Address(string name) => $"/portal/{name}?v={ByName[name].Digest}";

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapMethods("/portal/{name}", [HttpMethods.Get, HttpMethods.Head], (string name, HttpContext context) => Serve(name, context));

    private static IResult Serve(string name, HttpContext context)
    {
        if (!ByName.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        PortalHeaders.Apply(context.Response);
        var current = context.Request.Query["v"] == asset.Digest;
        context.Response.Headers.CacheControl = current ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(asset.Content, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Digest}\""));
    }

    private static Asset Load(string name, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourcePrefix + name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new Asset(name, contentType, content, Convert.ToHexStringLower(SHA256.HashData(content))[..DigestCharacters]);
    }

    private sealed record Asset(string Name, string ContentType, byte[] Content, string Digest);
}
