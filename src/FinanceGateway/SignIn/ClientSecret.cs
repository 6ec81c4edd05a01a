using System.Security.Cryptography;
using System.Text;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>
/// Secrets of API clients are 256 random bits, so a plain SHA-256 keeps them: there is no dictionary to try, and slow hashes would only
/// slow down sign-in.
/// </summary>
internal static class ClientSecret
{
    private const int Bytes = 32;

    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Takes the same time whatever differs.</summary>
    public static bool Matches(string secret, byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash(secret), hash);
}
