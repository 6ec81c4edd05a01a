using System.Security.Cryptography;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Platform;

/// <summary>
/// The operator's keys, made at the first start and never replaced: keystore V3 files under one random password, all readable by their owner only.
/// </summary>
/// <param name="Sender">Deploys the ledger and pays for transactions; no right on the ledger.</param>
/// <param name="Registrar">The gateway's right to register parties, and nothing else.</param>
/// <param name="Manager">Changes the operator's signers. No process uses it: production keeps it offline.</param>
/// <param name="ClientSecret">Of the operator's own API client.</param>
internal sealed record OperatorKeys(Secp256k1Key Sender, Secp256k1Key Registrar, Secp256k1Key Manager, string ClientSecret)
{
    public const string ClientId = "operator";

    private const string PasswordFile = "password";
    private const string ClientSecretFile = "operator-client-secret";

    public static OperatorKeys Ensure(string folder)
    {
        string password = Secret(Path.Combine(folder, PasswordFile));
        return new OperatorKeys(
            Key(Path.Combine(folder, "sender.json"), password),
            Key(Path.Combine(folder, "registrar.json"), password),
            Key(Path.Combine(folder, "manager.json"), password),
            Secret(Path.Combine(folder, ClientSecretFile)));
    }

    private static string Secret(string path)
    {
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }

        return File.ReadAllText(path).Trim();
    }

    private static Secp256k1Key Key(string path, string password)
    {
        if (!File.Exists(path))
        {
            // The password has 256 random bits, which no slower derivation could make harder to guess.
            PrivateFile.Write(path, KeystoreV3.Encrypt(Secp256k1Key.Create(), password, KeystoreParameters.Light));
        }

        return KeystoreV3.Decrypt(File.ReadAllText(path), password);
    }
}
