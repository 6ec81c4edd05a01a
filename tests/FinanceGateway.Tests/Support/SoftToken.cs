using System.Diagnostics;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>A token of Debian's softhsm2 in a folder of its own, with secp256k1 keys made inside it. A laptop without it skips the tests; CI must not.</summary>
internal sealed partial class SoftToken : IDisposable
{
    public const string Label = "financechain-test";
    public const string Pin = "4711-0815-user";

    private static readonly byte[] Secp256k1Parameters = [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x0A];
    private static readonly byte[] P256Parameters = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private readonly string _folder;

    private SoftToken(string folder) => _folder = folder;

    public static string Library { get; } = "/usr/lib/softhsm/libsofthsm2.so";

    public static SoftToken Create()
    {
        if (!File.Exists(Library))
        {
            var sentence = $"There is no {Library}: install the package softhsm2.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(sentence);
            }

            Assert.Ignore(sentence);
        }

        var folder = Directory.CreateTempSubdirectory("softhsm-").FullName;
        var configuration = Path.Combine(folder, "softhsm2.conf");
        File.WriteAllText(configuration, $"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n");
        // The library reads the environment of the process itself, which .NET only copies.
        _ = SetEnvironment("SOFTHSM2_CONF", configuration, 1);
        var start = new ProcessStartInfo("softhsm2-util") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SOFTHSM2_CONF"] = configuration;
        foreach (var argument in new[] { "--init-token", "--free", "--label", Label, "--pin", Pin, "--so-pin", "0815-4711-so" })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, said);
        return new SoftToken(folder);
    }

    /// <summary>The token makes keys by itself, and keeps them.</summary>
    public static void MakeKeys(params (string Label, bool IsP256)[] keys)
    {
        using var library = Keys.Pkcs11Token.Load(Library);
        var slot = library.GetSlotList(SlotsType.WithTokenPresent).Single(slot => slot.GetTokenInfo().Label == Label);
        using var session = slot.OpenSession(SessionType.ReadWrite);
        session.Login(CKU.CKU_USER, Pin);
        var create = session.Factories.ObjectAttributeFactory;
        foreach (var (label, isP256) in keys)
        {
            using var mechanism = session.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN);
            var id = Guid.NewGuid().ToByteArray();
            session.GenerateKeyPair(
                mechanism,
                [
                    create.Create(CKA.CKA_TOKEN, true), create.Create(CKA.CKA_VERIFY, true), create.Create(CKA.CKA_LABEL, label),
                    create.Create(CKA.CKA_ID, id), create.Create(CKA.CKA_EC_PARAMS, isP256 ? P256Parameters : Secp256k1Parameters),
                ],
                [
                    create.Create(CKA.CKA_TOKEN, true), create.Create(CKA.CKA_PRIVATE, true), create.Create(CKA.CKA_SENSITIVE, true),
                    create.Create(CKA.CKA_EXTRACTABLE, false), create.Create(CKA.CKA_SIGN, true), create.Create(CKA.CKA_LABEL, label),
                    create.Create(CKA.CKA_ID, id),
                ],
                out _,
                out _);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
