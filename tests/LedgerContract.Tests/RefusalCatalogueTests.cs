using System.Text;
using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests;

public sealed class RefusalCatalogueTests
{
    private static readonly RefusalCode[] Codes = Enum.GetValues<RefusalCode>();

    [TestCaseSource(nameof(Codes))]
    public void RefusalCode_Any_HasASentenceInBothLanguages(RefusalCode code)
    {
        var meaning = RefusalCatalogue.Of(code);

        Assert.Multiple(() =>
        {
            Assert.That(meaning.English, Does.Match("^[A-Z].*\\.$"));
            Assert.That(meaning.Chinese, Does.Match("[\\u4e00-\\u9fff].*。$"));
        });
    }

    [TestCaseSource(nameof(Codes))]
    public void RefusalCode_Field_IsAFieldOfAnOperation(RefusalCode code)
    {
        var fields = typeof(ILedgerOperation).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(ILedgerStruct)) && !type.IsInterface)
            .SelectMany(type => type.GetProperties())
            .Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..])
            .Append(null);

        Assert.That(fields, Does.Contain(RefusalCatalogue.Of(code).Field));
    }

    [TestCase(RefusalCode.ReceivableRevisionStale, "receivable_revision_stale")]
    [TestCase(RefusalCode.AmountOutOfRange, "amount_out_of_range")]
    [TestCase(RefusalCode.Unknown, "unknown")]
    public void RefusalCode_Name_IsSnakeCase(RefusalCode code, string expected) => Assert.That(code.ToSnakeCase(), Is.EqualTo(expected));

    [TestCase("0x")]
    [TestCase("0x123456")]
    [TestCase("0xdeadbeef")]
    [TestCase("0xdeadbeef00000000000000000000000000000000000000000000000000000000000000ff")]
    public void RevertData_OfNoDeclaredError_IsUnknownWithItsData(string data)
    {
        var refusal = LedgerErrors.Decode(Hex.Decode(data));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Code, Is.EqualTo(RefusalCode.Unknown));
            Assert.That(refusal["data"], Is.EqualTo(data));
        });
    }

    [Test]
    public void RevertData_Panic_IsUnknownWithItsNumber()
    {
        var overflow = "0x4e487b71" + new string('0', 62) + "11";

        Assert.That(LedgerErrors.Decode(Hex.Decode(overflow))["panic"], Is.EqualTo(0x11UL));
    }

    [Test]
    public void RevertData_CutOff_IsUnknown()
    {
        // DeadlineExpired(uint64,uint64) with its second value missing.
        var selector = Keccak256.Hash("DeadlineExpired(uint64,uint64)"u8).ToArray()[..4];
        var cut = new AbiWriter().UInt(7UL).ToCall(selector);

        Assert.That(LedgerErrors.Decode(cut).Code, Is.EqualTo(RefusalCode.Unknown));
    }

    [TestCaseSource(nameof(Errors))]
    public void RevertData_OfADeclaredError_HasItsCodeAndNames(string name, string[] types, string[] names)
    {
        var selector = Keccak256.Hash(Encoding.ASCII.GetBytes($"{name}({string.Join(',', types)})")).ToArray()[..4];
        var values = new AbiWriter();
        foreach (var type in types)
        {
            _ = type.StartsWith("bytes", StringComparison.Ordinal) ? values.FixedBytes([1]) : values.UInt(1UL);
        }

        var refusal = LedgerErrors.Decode(values.ToCall(selector));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Code.ToString(), Is.EqualTo(name));
            Assert.That(refusal.Values.Select(value => value.Name), Is.EqualTo(names));
            Assert.That(() => JsonSerializer.Serialize(refusal, LedgerJson.Options), Does.Contain(refusal.Code.ToSnakeCase()));
        });
    }

    private static IEnumerable<TestCaseData> Errors()
    {
        var path = Repository.Path("src", "LedgerContract", "Generated", "FinanceLedger.json");
        using var description = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var entry in description.RootElement.GetProperty("abi").EnumerateArray().Where(entry => Text(entry, "type") == "error"))
        {
            var inputs = entry.GetProperty("inputs").EnumerateArray().ToList();
            string[] types = [.. inputs.Select(input => Text(input, "type"))];
            string[] names = [.. inputs.Select(input => Text(input, "name"))];
            yield return new TestCaseData(Text(entry, "name"), types, names).SetArgDisplayNames(Text(entry, "name"));
        }
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
