using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>For receivers of webhooks: whether a delivery comes from the gateway, and now.</summary>
public static class WebhookSignature
{
    /// <summary>How old a delivery may be, and how far clocks may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Scheme = "v1=";

    /// <param name="secret">As shown at registration.</param>
    /// <param name="timestamp">The header Webhook-Timestamp: Unix seconds.</param>
    /// <param name="signatures">The header Webhook-Signature: <c>v1=hex</c>, several after a change of the secret.</param>
    /// <param name="body">The bytes as received.</param>
    /// <returns>True when one signature is right and the time is near. Takes the same time whatever differs.</returns>
    public static bool Verify(string secret, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(signatures);
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > (long)Tolerance.TotalSeconds)
        {
            return false;
        }

        var expected = Encoding.ASCII.GetBytes(Scheme + Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body])));
        var matches = false;
        foreach (var signature in signatures.Split(','))
        {
            matches |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(signature.Trim()));
        }

        return matches;
    }
}
