using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum.Tests.Vectors;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.TypedData;

internal sealed class Eip712Tests
{
    // EIP-712, "Test Cases": Example.js.
    private const string Mail = """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
        {"name":"verifyingContract","type":"address"}],"Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
        "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},"primaryType":"Mail",
        "domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
        "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
        """;

    private const string MailDigest = "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2";

    private static readonly Eip712Domain Domain = new("Ether Mail", "1", 1, Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));

    [Test]
    public void Document_OfTheStandard_HasThePublishedDigestAndSignature()
    {
        var digest = Eip712.Digest(JsonElement.Parse(Mail));
        Assert.That(digest.ToString(), Is.EqualTo(MailDigest));
        var signature = Secp256k1Key.FromPrivateKey(Keccak256.Hash("cow"u8).ToArray()).SignDigest(digest);
        Assert.That(signature, Is.EqualTo(new RecoverableSignature(
            Hash256.Parse("0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"),
            Hash256.Parse("0x07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"),
            28)));
    }

    [Test]
    public void Domain_OfTheStandard_HasThePublishedSeparator() => Assert.That(
        Domain.Separator.ToString(), Is.EqualTo("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"));

    [Test]
    public void Digest_OfHashes_IsThatOfTheDocument() => Assert.That(
        Eip712.Digest(Domain.Separator, Hash256.Parse("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e")).ToString(), Is.EqualTo(MailDigest));

    [Test]
    public void TypeHash_OfTheStandard_IsThePublishedOne() => Assert.That(
        Eip712.TypeHash("Mail(Person from,Person to,string contents)Person(string name,address wallet)").ToString(),
        Is.EqualTo("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2"));

    [TestCase("/types/Mail", "7", Description = "No list of members.")]
    [TestCase("/types/Mail/0/type", "\"Nobody\"", Description = "An undeclared type.")]
    [TestCase("/types/Mail/0/type", "\"uint9\"", Description = "No width of a number.")]
    [TestCase("/types/Mail/0/type", "\"bytes33\"")]
    [TestCase("/types/Mail/0/type", "\"Person[0]\"")]
    [TestCase("/types/Mail/0/type", "\"Person[\"")]
    [TestCase("/types/Mail/0/type", "\"Person\\n\"")]
    [TestCase("/types/Mail/0/name", "\"contents\"", Description = "The same name twice.")]
    [TestCase("/types/Mail/0/name", "\"a b\"")]
    [TestCase("/types/uint8", "[]", Description = "The name of a built-in type.")]
    [TestCase("/primaryType", "\"Nobody\"")]
    [TestCase("/primaryType", "\"EIP712Domain\"")]
    [TestCase("/primaryType", "7")]
    [TestCase("/domain/chainId", "1.5")]
    [TestCase("/domain/chainId", "-1")]
    [TestCase("/domain/chainId", "\"\"")]
    [TestCase("/domain/chainId", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"", Description = "2^256.")]
    [TestCase("/domain/verifyingContract", "\"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCccccccCC\"", Description = "A wrong checksum.")]
    [TestCase("/domain/salt", "\"0x00\"", Description = "A member that the domain's type does not declare.")]
    [TestCase("/message/contents", "7")]
    [TestCase("/message/contents", "null")]
    [TestCase("/message/from", "\"Cow\"")]
    [TestCase("/message/unsigned", "\"shown but not signed\"")]
    [TestCase("/extra", "1")]
    public void Document_OneMemberWrong_IsRefused(string path, string value)
    {
        var document = JsonNode.Parse(Mail)!;
        var names = path[1..].Split('/');
        var parent = names[..^1].Aggregate(document, (node, name) => node is JsonArray items ? items[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);
        Assert.That(() => Eip712.Digest(JsonElement.Parse(document.ToJsonString())), Throws.TypeOf<TypedDataException>());
    }

    [TestCase("\"contents\":\"Hello, Bob!\"", "\"contents\":\"Hello, Bob!\",\"contents\":\"Hello, Eve!\"", Description = "A member twice.")]
    [TestCase(",\"contents\":\"Hello, Bob!\"", "", Description = "A member missing.")]
    [TestCase("Hello, Bob!", "\\ud800", Description = "Half a surrogate pair.")]
    [TestCase("\"domain\"", "\"\\ud800\"", Description = "A name that is no text.")]
    [TestCase("{\"name\":\"from\",\"type\":\"Person\"}", "{\"name\":\"from\",\"\\ud800\":\"Person\"}")]
    public void Document_WithOneTextReplaced_IsRefused(string from, string to)
    {
        var changed = Mail.Replace(from, to, StringComparison.Ordinal);
        Assert.That(changed, Is.Not.EqualTo(Mail));
        var document = JsonElement.Parse(changed);
        Assert.That(() => Eip712.Digest(document), Throws.TypeOf<TypedDataException>());
    }

    [Test]
    public void Document_TypeThatUsesItself_IsRefusedBeforeTheStackEnds()
    {
        var value = Enumerable.Range(0, 40).Aggregate("{\"next\":[]}", (inner, _) => $"{{\"next\":[{inner}]}}");
        var document = JsonElement.Parse(
            $$"""{"types":{"Node":[{"name":"next","type":"Node[]"}]},"primaryType":"Node","domain":{},"message":{{value}}}""",
            new JsonDocumentOptions { MaxDepth = 200 });
        Assert.That(() => Eip712.Digest(document), Throws.TypeOf<TypedDataException>());
    }

    [TestCase("\"0x1\"")]
    [TestCase("\"1\"")]
    [TestCase("1")]
    public void Document_NumberInAnyForm_IsTheSame(string chainId) => Assert.That(
        Eip712.Digest(JsonElement.Parse(Mail.Replace("\"chainId\":1", $"\"chainId\":{chainId}", StringComparison.Ordinal))).ToString(), Is.EqualTo(MailDigest));

    [Test]
    public void Document_BytesChangedAtRandom_IsADigestOrARefusal()
    {
        var original = Encoding.UTF8.GetBytes(Mail);
        Randomly.Holds(
            Prop.ForAll(Gen.Choose(0, original.Length - 1).ToArbitrary(), Randomly.Byte.ToArbitrary(), (at, value) =>
            {
                var changed = (byte[])original.Clone();
                changed[at] = value;
                try
                {
                    return Randomly.RefusesOnlyBy<TypedDataException>(() => Eip712.Digest(JsonElement.Parse(changed)));
                }
                catch (JsonException)
                {
                    return true;
                }
            }),
            times: 3_000);
    }

    [Test]
    public void Document_VectorsOfEthers_Agree()
    {
        foreach (var vector in EthersVectors.Of("typedData"))
        {
            Assert.That(Eip712.Digest(vector.GetProperty("document")), Is.EqualTo(vector.Hash("digest")), vector.GetProperty("document").GetRawText());
        }
    }
}
