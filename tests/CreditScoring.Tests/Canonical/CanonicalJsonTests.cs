using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Models;
using FinanceChain.Tests.CreditScoring.Models;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Canonical;

public sealed class CanonicalJsonTests
{
    // Appendix B of RFC 8785.
    [TestCase(0x0000000000000000UL, "0")]
    [TestCase(0x8000000000000000UL, "0")]
    [TestCase(0x0000000000000001UL, "5e-324")]
    [TestCase(0x7fefffffffffffffUL, "1.7976931348623157e+308")]
    [TestCase(0xffefffffffffffffUL, "-1.7976931348623157e+308")]
    [TestCase(0x4340000000000000UL, "9007199254740992")]
    [TestCase(0xc340000000000000UL, "-9007199254740992")]
    [TestCase(0x4430000000000000UL, "295147905179352830000")]
    [TestCase(0x44b52d02c7e14af5UL, "9.999999999999997e+22")]
    [TestCase(0x44b52d02c7e14af6UL, "1e+23")]
    [TestCase(0x444b1ae4d6e2ef4eUL, "999999999999999700000")]
    [TestCase(0x444b1ae4d6e2ef50UL, "1e+21")]
    [TestCase(0x3eb0c6f7a0b5ed8cUL, "9.999999999999997e-7")]
    [TestCase(0x3eb0c6f7a0b5ed8dUL, "0.000001")]
    [TestCase(0x41b3de4355555555UL, "333333333.3333333")]
    [TestCase(0xbecbf647612f3696UL, "-0.0000033333333333333333")]
    public void Number_OfTheStandard_WrittenAsECMAScriptDoes(ulong bits, string expected) =>
        Assert.That(CanonicalJson.Number(BitConverter.UInt64BitsToDouble(bits)), Is.EqualTo(expected));

    [Test]
    public void Number_Any_ReadsBackToTheSame() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<NormalFloat>().Select(value => value.Get).ToArbitrary(), value =>
            value == double.Parse(CanonicalJson.Number(value), System.Globalization.CultureInfo.InvariantCulture)).QuickCheckThrowOnFailure();

    [Test]
    public void Write_Members_SortedByCodeUnitsWithoutSpace()
    {
        var node = JsonNode.Parse("{ \"\\u20ac\": 1, \"\\r\": 2, \"a\": [true, null, \"\\u000f\\\"\"], \"1\": 1.50 }");
        Assert.That(CanonicalJson.Write(node), Is.EqualTo("{\"\\r\":2,\"1\":1.5,\"a\":[true,null,\"\\u000f\\\"\"],\"€\":1}"));
    }

    [Test]
    public void ModelFile_WrittenAndRead_IsTheSameBytes()
    {
        string json = SmallModel.File().ToCanonicalJson();
        Assert.Multiple(() =>
        {
            Assert.That(CreditModelFile.Parse(json).ToCanonicalJson(), Is.EqualTo(json));
            Assert.That(CreditModelFile.Parse(json).Hash(), Is.EqualTo(CanonicalJson.HashOf(System.Text.Encoding.UTF8.GetBytes(json))));
        });
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("{\"format\":\"financechain-credit-model/1\"}")]
    public void Parse_NotAModelFile_OneSentence(string json) => Assert.That(() => CreditModelFile.Parse(json), Throws.TypeOf<FormatException>());
}
