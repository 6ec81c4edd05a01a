using System.Security.Cryptography;
using System.Text;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Keys;

internal sealed class Secp256k1KeyTests
{
    private const string Order = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    // RFC 6979 has no secp256k1; these circulate with Bitcoin implementations (SHA-256 of the text, low s).
    [TestCase(
        "0x0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
        "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "0x2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [TestCase(
        "0x0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...",
        "0x8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "0x547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [TestCase(
        "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "0xfd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0", "0x6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [TestCase(
        "0xf8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "0x7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c", "0x58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Key_KnownMessage_GivesThePublishedSignature(string key, string message, string r, string s)
    {
        var signature = Key(key).SignDigest(Hash256.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(message))));
        Assert.That((signature.R.ToString(), signature.S.ToString()), Is.EqualTo((r, s)));
    }

    [TestCase("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318", "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23")]
    [TestCase("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    public void Key_KnownPrivateKey_HasItsAddress(string key, string address) => Assert.That(Key(key).Address.ToString(), Is.EqualTo(address));

    [Test]
    public void Key_AnyDigest_IsRecoveredFromItsSignature() => Randomly.Holds(
        Prop.ForAll(Randomly.Hash.ToArbitrary(), Randomly.Hash.ToArbitrary(), (secret, digest) =>
        {
            var key = Secp256k1Key.FromPrivateKey(secret.IsZero ? Hash256.Parse(Order).ToArray()[1..].Prepend((byte)0).ToArray() : secret.ToArray());
            var signature = key.SignDigest(digest);
            return Secp256k1Key.Recover(digest, signature) == key.Address
                && Secp256k1Key.Recover(digest, signature with { V = (byte)(55 - signature.V) }) != key.Address
                && RecoverableSignature.FromBytes(signature.ToArray()) == signature;
        }),
        times: 100);

    [Test]
    public void Key_TaggedSignature_IsSchemeAndRecoverableSignature()
    {
        var key = Secp256k1Key.Create();
        var digest = Keccak256.Hash([1]);
        var tagged = key.Sign(digest);
        Assert.That(tagged, Has.Length.EqualTo(66));
        Assert.That(tagged[0], Is.EqualTo(1));
        Assert.That(Secp256k1Key.Recover(digest, RecoverableSignature.FromBytes(tagged.AsSpan(1))), Is.EqualTo(key.Address));
        Assert.That(key.SignerBytes.ToArray(), Is.EqualTo(key.Address.ToArray()));
        Assert.That(key.Sign(digest), Is.EqualTo(tagged));
    }

    [Test]
    public void Key_UsedByManyThreads_SignsTheSame()
    {
        var key = Secp256k1Key.Create();
        var digests = Enumerable.Range(0, 200).Select(i => Keccak256.Hash(BitConverter.GetBytes(i))).ToArray();
        var expected = digests.Select(key.SignDigest).ToArray();
        var parallel = digests.AsParallel().AsOrdered().WithDegreeOfParallelism(8).Select(key.SignDigest).ToArray();
        Assert.That(parallel, Is.EqualTo(expected));
    }

    [TestCase("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase(Order)]
    [TestCase("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [TestCase("0x01")]
    public void Key_OutOfRange_IsRefusedWithoutItsBytes(string key)
    {
        var refusal = Assert.Throws<ArgumentException>(() => Secp256k1Key.FromPrivateKey(Hex.Decode(key)));
        Assert.That(refusal!.ToString(), Does.Not.Contain(key[2..]).IgnoreCase);
    }

    [Test]
    public void Key_AsText_IsItsAddress()
    {
        var key = Secp256k1Key.Create();
        Assert.That(key.ToString(), Is.EqualTo(key.Address.ToString()));
        Assert.That($"{key}", Does.Not.Contain(Convert.ToHexString(key.ExportPrivateKey())).IgnoreCase);
    }

    [TestCase("0x01", "0x01", 26)]
    [TestCase("0x01", "0x01", 29)]
    [TestCase("0x", "0x01", 27)]
    [TestCase("0x01", "0x", 27)]
    [TestCase(Order, "0x01", 27)]
    [TestCase("0x01", "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1", 27, Description = "Half the order and one: high s.")]
    [TestCase("0x05", "0x01", 27, Description = "No point of the curve has an x of 5.")]
    public void Recover_ImpossibleSignature_IsRefused(string r, string s, byte v) => Assert.That(
        () => Secp256k1Key.Recover(Hash256.Zero, new RecoverableSignature(Word(r), Word(s), v)), Throws.TypeOf<SignatureException>());

    [Test]
    public void Recover_AnyBytes_IsAnAddressOrARefusal() => Randomly.Holds(
        Prop.ForAll(Randomly.Bytes(65).ToArbitrary(), bytes => Randomly.RefusesOnlyBy<SignatureException>(() =>
        {
            bytes[64] = (byte)(27 + (bytes[64] % 3));
            Secp256k1Key.Recover(Hash256.Zero, RecoverableSignature.FromBytes(bytes));
        })),
        times: 200);

    [Test]
    public void Key_VectorsOfEthers_Agree()
    {
        foreach (var vector in EthersVectors.Of("address"))
        {
            Assert.That(Key(vector.Text("key")).Address.ToString(), Is.EqualTo(vector.Text("address")));
        }

        foreach (var vector in EthersVectors.Of("signature"))
        {
            var signature = Key(vector.Text("key")).SignDigest(vector.Hash("digest"));
            Assert.That(signature, Is.EqualTo(new RecoverableSignature(vector.Hash("r"), vector.Hash("s"), (byte)vector.Number("v"))));
            Assert.That(Secp256k1Key.Recover(vector.Hash("digest"), signature).ToString(), Is.EqualTo(vector.Text("address")));
        }
    }

    private static Secp256k1Key Key(string hex) => Secp256k1Key.FromPrivateKey(Hex.Decode(hex));

    private static Hash256 Word(string hex)
    {
        var word = new byte[32];
        var bytes = Hex.Decode(hex);
        bytes.CopyTo(word.AsSpan(32 - bytes.Length));
        return Hash256.FromBytes(word);
    }
}
