using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Keys;

internal sealed class KeystoreV3Tests
{
    // Web3 Secret Storage Definition, test vectors.
    private const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Scrypt = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Password = "testpassword";
    private const string Secret = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    private static readonly KeystoreParameters Fast = new(1024, 8, 1);

    [TestCase(Pbkdf2)]
    [TestCase(Scrypt)]
    public void Keystore_OfTheDefinition_IsOpened(string json) =>
        Assert.That(Hex.Encode(KeystoreV3.Decrypt(json, Password).ExportPrivateKey()), Is.EqualTo(Secret));

    [TestCase("")]
    [TestCase("永康 password")]
    public void Keystore_Written_ComesBack(string password)
    {
        var key = Secp256k1Key.Create();
        var json = KeystoreV3.Encrypt(key, password, Fast);
        Assert.That(KeystoreV3.Decrypt(json, password).Address, Is.EqualTo(key.Address));
        Assert.That(json, Does.Not.Contain(Convert.ToHexString(key.ExportPrivateKey())).IgnoreCase);
        Assert.That(() => KeystoreV3.Decrypt(json, password + " "), Throws.TypeOf<KeystoreException>().With.Message.Contains("password"));
    }

    [Test]
    public void Keystore_WrittenTwice_SharesNoSalt()
    {
        var key = Secp256k1Key.Create();
        var salts = new[] { KeystoreV3.Encrypt(key, Password, Fast), KeystoreV3.Encrypt(key, Password, Fast) }
            .Select(json => JsonNode.Parse(json)!["crypto"]!["kdfparams"]!["salt"]!.GetValue<string>());
        Assert.That(salts, Is.Unique);
    }

    [Test]
    public void Keystore_WithTheAddressOfAnother_IsRefused()
    {
        var json = JsonNode.Parse(KeystoreV3.Encrypt(Secp256k1Key.Create(), Password, Fast))!;
        json["address"] = Secp256k1Key.Create().Address.ToString()[2..];
        Assert.That(() => KeystoreV3.Decrypt(json.ToJsonString(), Password), Throws.TypeOf<KeystoreException>().With.Message.Contains("address"));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"version\":3}")]
    [TestCase("{\"version\":3,\"crypto\":7}")]
    [TestCase("{\"version\":\"3\",\"crypto\":{}}")]
    [TestCase("{\"version\":3,\"Crypto\":[]}")]
    public void Keystore_Malformed_IsRefused(string json) => Assert.That(() => KeystoreV3.Decrypt(json, Password), Throws.TypeOf<KeystoreException>());

    [TestCase("/version", "1")]
    [TestCase("/crypto/cipher", "\"aes-256-gcm\"")]
    [TestCase("/crypto/cipherparams/iv", "\"00\"")]
    [TestCase("/crypto/ciphertext", "\"00\"")]
    [TestCase("/crypto/ciphertext", "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa47\"")]
    [TestCase("/crypto/kdf", "\"none\"")]
    [TestCase("/crypto/kdfparams/prf", "\"hmac-sha1\"")]
    [TestCase("/crypto/kdfparams/dklen", "16")]
    [TestCase("/crypto/kdfparams/c", "0")]
    [TestCase("/crypto/kdfparams/c", "2000000000", Description = "Hours of work.")]
    [TestCase("/crypto/kdfparams/c", "1.5")]
    [TestCase("/crypto/kdfparams/salt", "\"xyz\"")]
    public void Keystore_OneMemberWrong_IsRefused(string path, string value)
    {
        var json = JsonNode.Parse(Pbkdf2)!;
        var names = path[1..].Split('/');
        var parent = names[..^1].Aggregate(json, (node, name) => node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);
        Assert.That(() => KeystoreV3.Decrypt(json.ToJsonString(), Password), Throws.TypeOf<KeystoreException>());
    }

    [Test]
    public void Keystore_WithAnAddressThatIsNoUnicode_IsRefused()
    {
        var json = Pbkdf2.Replace("\"version\"", "\"address\":\"2c75\\ud80036\",\"version\"", StringComparison.Ordinal);
        Assert.That(() => KeystoreV3.Decrypt(json, Password), Throws.TypeOf<KeystoreException>().With.Message.Contains("address"));
    }

    [TestCase("pbkdf2", "\\ud800")]
    [TestCase("\"version\"", "\"\\ud800 and more\":1,\"version\"")]
    [TestCase("\"mac\"", "\"\\ud800 and more\":1,\"mac\"")]
    public void Keystore_TextThatIsNoUnicode_IsRefused(string from, string to)
    {
        var json = Pbkdf2.Replace(from, to, StringComparison.Ordinal);
        Assert.That(json, Is.Not.EqualTo(Pbkdf2));
        Assert.That(() => KeystoreV3.Decrypt(json, "another"), Throws.TypeOf<KeystoreException>());
    }

    [Test]
    public void Keystore_BytesChangedAtRandom_IsTheKeyOrARefusal()
    {
        var key = Secp256k1Key.Create();
        var original = Encoding.UTF8.GetBytes(KeystoreV3.Encrypt(key, Password, new KeystoreParameters(2, 1, 1)));
        Randomly.Holds(
            Prop.ForAll(Gen.Choose(0, original.Length - 1).ToArbitrary(), Gen.Choose(32, 126).ToArbitrary(), (at, value) =>
            {
                var changed = (byte[])original.Clone();
                changed[at] = (byte)value;
                return Randomly.RefusesOnlyBy<KeystoreException>(
                    () => Assert.That(KeystoreV3.Decrypt(Encoding.UTF8.GetString(changed), Password).Address, Is.EqualTo(key.Address)));
            }),
            times: 3_000);
    }

    [TestCase(1_048_576, 8, 1, Description = "A gigabyte.")]
    [TestCase(1000, 8, 1, Description = "No power of two.")]
    [TestCase(1024, 8, 1000)]
    public void Keystore_CostlyScrypt_IsRefusedAtOnce(int n, int r, int p)
    {
        var json = JsonNode.Parse(Scrypt)!;
        json["crypto"]!["kdfparams"] = new JsonObject { ["dklen"] = 32, ["n"] = n, ["r"] = r, ["p"] = p, ["salt"] = "00" };
        var watch = Stopwatch.StartNew();
        Assert.That(() => KeystoreV3.Decrypt(json.ToJsonString(), Password), Throws.TypeOf<KeystoreException>());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void Keystore_VectorsOfEthers_AreOpened()
    {
        foreach (var vector in EthersVectors.Of("keystore"))
        {
            Assert.That(Hex.Encode(KeystoreV3.Decrypt(vector.Text("json"), vector.Text("password")).ExportPrivateKey()), Is.EqualTo(vector.Text("key")));
        }
    }
}
