using System.Security.Cryptography;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Net.Pkcs11Interop.Common;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Sender keys from files and from a real PKCS#11 token: what they sign, and how they change while the gateway runs.</summary>
[TestFixture, NonParallelizable]
internal sealed class SenderKeysTests
{
    private const string Password = "a password of the tests";
    private const int Signatures = 40;

    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("sender-keys-").FullName;
        File.WriteAllText(Path.Combine(_folder, "password"), Password + "\n");
        File.WriteAllText(Path.Combine(_folder, "pkcs11-pin"), SoftToken.Pin + "\n");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Token_SignsInside_WithLowSAndTheRightRecoveryId()
    {
        using var soft = SoftToken.Create();
        SoftToken.MakeKeys(("sender-2", false), ("sender-1", false), ("sender-p256", true), ("registrar", false));
        using var token = new Pkcs11Token(SoftToken.Library, SoftToken.Label, SoftToken.Pin);
        var keys = token.Keys("sender");
        Assert.That(keys, Has.Count.EqualTo(2), "of the right curve and label");
        foreach (var key in keys)
        {
            for (var i = 0; i < Signatures; i++)
            {
                var digest = Hash256.FromBytes(RandomNumberGenerator.GetBytes(32));
                // Refuses high s, so half of the raw signatures would fail here.
                Assert.That(Secp256k1Key.Recover(digest, key.SignDigest(digest)), Is.EqualTo(key.Address));
            }
        }
    }

    [Test]
    public void Token_WithAWrongPin_OrOfAnotherLabel_IsRefused()
    {
        using var soft = SoftToken.Create();
        Assert.That(() => new Pkcs11Token(SoftToken.Library, SoftToken.Label, "0000"), Throws.InstanceOf<Pkcs11Exception>());
        Assert.That(() => new Pkcs11Token(SoftToken.Library, "another", SoftToken.Pin), Throws.InvalidOperationException);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Gateway_WithNoKeyFile_PaysFromTheToken()
    {
        var stop = TestContext.CurrentContext.CancellationToken;
        using var soft = SoftToken.Create();
        SoftToken.MakeKeys(("sender", false));
        await using var town = await Town.Build(stop);
        await File.WriteAllTextAsync(Path.Combine(town.KeysDirectory, "pkcs11-pin"), SoftToken.Pin, stop);
        File.Delete(Path.Combine(town.KeysDirectory, "sender.json"));
        await using var gateway = await RunningGateway.Start(
            town, stop, more: [$"--FinanceGateway:Pkcs11Library={SoftToken.Library}", $"--FinanceGateway:Pkcs11Token={SoftToken.Label}"]);
        using var actor = await Actor.Operator(town, gateway, stop);
        var newcomer = Secp256k1Key.Create();
        var terms = new AddSigner(PartyId.Operator, new ByteString(newcomer.SignerBytes.Span), Rights.Manage, await town.Deadline(stop));
        var state = await Trade.Complete(actor, town.Ledger.SignAll(terms, town.Manager, newcomer), stop);
        var sender = gateway.Services.GetRequiredService<ISenderKeys>().Current.Single();

        Assert.That(state.Status, Is.EqualTo(OperationStatus.Final));
        Assert.That(sender, Is.Not.EqualTo(town.Sender.Address));
        Assert.That(await town.Node.TransactionCount(sender, BlockTag.Latest, stop), Is.EqualTo(1));
    }

    [Test]
    public void Keyring_TakesNewFiles_DrainsThoseThatGo_AndKeepsTheLast()
    {
        var (first, second, third) = (Secp256k1Key.Create(), Secp256k1Key.Create(), Secp256k1Key.Create());
        Write("sender.json", first);
        using var keyring = Keyring();
        Assert.That(keyring.Current, Is.EqualTo(new[] { first.Address }));

        Write("sender-2.json", second);
        Directory.CreateDirectory(Path.Combine(_folder, "senders"));
        Write("senders/c.json", third);
        File.WriteAllText(Path.Combine(_folder, "senders/broken.json"), "{}");
        keyring.Refresh();
        Assert.That(keyring.Current, Is.EqualTo(new[] { first.Address, second.Address, third.Address }));

        File.Delete(Path.Combine(_folder, "sender.json"));
        keyring.Refresh();
        Assert.That(keyring.Current, Is.EqualTo(new[] { second.Address, third.Address }));
        var digest = Hash256.FromBytes(RandomNumberGenerator.GetBytes(32));
        Assert.That(Secp256k1Key.Recover(digest, keyring.Of(first.Address).SignDigest(digest)), Is.EqualTo(first.Address), "it drains");
        Assert.That(() => keyring.Of(Secp256k1Key.Create().Address), Throws.InstanceOf<KeyNotFoundException>());

        File.Delete(Path.Combine(_folder, "sender-2.json"));
        File.Delete(Path.Combine(_folder, "senders/c.json"));
        keyring.Refresh();
        Assert.That(keyring.Current, Has.Count.EqualTo(2), "the last ones are kept");
    }

    [Test]
    public void Keyring_WithoutAnyKey_DoesNotStart() => Assert.That(() => Keyring(), Throws.InvalidOperationException);

    private void Write(string name, Secp256k1Key key) =>
        File.WriteAllText(Path.Combine(_folder, name), KeystoreV3.Encrypt(key, Password, KeystoreParameters.Light));

    private SenderKeyring Keyring() => new(Options.Create(new GatewayOptions { KeysDirectory = _folder }), NullLogger<SenderKeyring>.Instance);
}
