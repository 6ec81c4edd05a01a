using System.Security.Cryptography;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>
/// The key that signs access tokens: P-256 in the keys directory, readable by the gateway's account only, so that tokens stay good over a
/// restart and on every replica that shares the directory.
/// </summary>
internal static class SigningKeyFile
{
    private const string Name = "token-signing-key.pem";

    public static ECDsa LoadOrCreate(string keysDirectory)
    {
        var path = Path.Combine(keysDirectory, Name);
        if (!File.Exists(path))
        {
            Create(path);
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    private static void Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(own, options))
        {
            writer.Write(key.ExportPkcs8PrivateKeyPem());
        }

        try
        {
            // Whole or not at all, and the first of two that start together wins.
            File.Move(own, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(own);
        }
    }
}
