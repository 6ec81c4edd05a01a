using System.Security.Cryptography;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Platform;

/// <summary>
/// The keys of the operator and of the regulator, made at the first start and never replaced: keystore V3 files, readable by their owner only.
/// The operator's are under one random password, the regulator's under another, so that the gateway, which knows the first, cannot open it.
/// </summary>
/// <param name="Sender">Deploys the ledger and pays for transactions; no right on the ledger.</param>
/// <param name="Registrar">The gateway's right to register parties, and nothing else.</param>
/// <param name="Manager">Changes the operator's signers. No process uses it: production keeps it offline.</param>
/// <param name="Regulator">Freezes receivables and adopts parameters. No service uses it: in production the regulator keeps it.</param>
/// <param name="ClientSecret">Of the operator's own API client.</param>
internal sealed record OperatorKeys(
    Secp256k1Key Sender, Secp256k1Key Registrar, Secp256k1Key Manager, Secp256k1Key Regulator, string ClientSecret)
{
    public const string ClientId = "operator";

    private const string PasswordFile = "password";
    private const string RegulatorPasswordFile = "regulator-password";
    private const string ClientSecretFile = "operator-client-secret";

    public static OperatorKeys Ensure(string folder)
    {
        string password = Secret(Path.Combine(folder, PasswordFile));
        return new OperatorKeys(
            Key(Path.Combine(folder, "sender.json"), password),
            Key(Path.Combine(folder, "registrar.json"), password),
            Key(Path.Combine(folder, "manager.json"), password),
            Key(Path.Combine(folder, "regulator.json"), Secret(Path.Combine(folder, RegulatorPasswordFile))),
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
