using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace FinanceChain.Ethereum.Tests.Crypto;

internal sealed class ScryptTests
{
    // RFC 7914, section 12, each shortened to its first 32 bytes.
    [TestCase("", "", 16, 1, 1, "0x77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442")]
    [TestCase("password", "NaCl", 1024, 8, 16, "0xfdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")]
    [TestCase("pleaseletmein", "SodiumChloride", 16384, 8, 1, "0x7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")]
    public void Scrypt_OfTheStandard_GivesThePublishedKey(string password, string salt, int n, int r, int p, string key) => Assert.That(
        Hex.Encode(Scrypt.Derive(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), n, r, p, 32)), Is.EqualTo(key));

    [TestCase(2, 1, 1)]
    [TestCase(64, 2, 3)]
    [TestCase(512, 5, 2)]
    [TestCase(4096, 8, 6)]
    public void Scrypt_AnyCost_AgreesWithTheLibrary(int n, int r, int p)
    {
        var salt = new byte[40];
        new Random(n).NextBytes(salt);
        Assert.That(Scrypt.Derive([1, 2, 3], salt, n, r, p, 64), Is.EqualTo(SCrypt.Generate([1, 2, 3], salt, n, r, p, 64)));
    }
}
