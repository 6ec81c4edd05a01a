using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <summary>The secrets that sign deliveries: derived (HKDF, RFC 5869) from one key file for each webhook and version, and stored nowhere.</summary>
internal sealed class WebhookSecrets(IOptions<GatewayOptions> options)
{
    private const string FileName = "webhook-key";
    private const int Bytes = 32;

    private readonly Lazy<byte[]> _key = new(() => Convert.FromHexString(KeyFile.LoadOrCreate(
        options.Value.KeysDirectory, FileName, () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)))));

    /// <summary>64 hex digits; as ASCII they are the key of the HMAC.</summary>
    public string Of(Guid webhookId, int version)
    {
        var info = Encoding.ASCII.GetBytes($"financechain webhook {webhookId:n} {version.ToString(CultureInfo.InvariantCulture)}");
        return Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, _key.Value, Bytes, info: info));
    }

    /// <summary>HMAC-SHA256 over <c>timestamp.body</c>, in hex.</summary>
    public static string Sign(string secret, string timestamp, ReadOnlySpan<byte> body) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body]));
}
