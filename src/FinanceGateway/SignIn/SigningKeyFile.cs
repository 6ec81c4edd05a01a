using System.Security.Cryptography;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>The key that signs access tokens: P-256 in the keys directory, so that tokens stay good over a restart and on every replica.</summary>
internal static class SigningKeyFile
{
    private const string Name = "token-signing-key.pem";

    public static ECDsa LoadOrCreate(string keysDirectory)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(KeyFile.LoadOrCreate(keysDirectory, Name, Create));
        return key;
    }

    private static string Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
