using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Values;

public sealed class IdentifierTests
{
    private static readonly Uscc Seller = Uscc.Parse("91350100M000100Y43");

    [TestCase("330784", true)]
    [TestCase("110000", true)]
    [TestCase("829999", true)]
    [TestCase("109999", false)]
    [TestCase("830000", false)]
    [TestCase("33078", false)]
    [TestCase("0330784", false)]
    [TestCase("33078a", false)]
    [TestCase("３３０７８４", false, Description = "full-width digits")]
    [TestCase(null, false)]
    public void Region_Text_IsTakenOrRefused(string? text, bool taken) => Assert.Multiple(() =>
    {
        Assert.That(RegionCode.TryParse(text, out var region, out var fault), Is.EqualTo(taken));
        Assert.That(fault?.Code, Is.EqualTo(taken ? null : "region_invalid"));
        Assert.That(taken ? region.ToString() : text, Is.EqualTo(text));
    });

    [Test]
    public void Region_Yongkang_LiesInJinhuaInZhejiang() => Assert.Multiple(() =>
    {
        Assert.That(RegionCode.Parse("330784").Prefecture, Is.EqualTo(RegionCode.Parse("330700")));
        Assert.That(RegionCode.Parse("330784").Province, Is.EqualTo(RegionCode.Parse("330000")));
    });

    [TestCase("C", true)]
    [TestCase("C33", true)]
    [TestCase("C3324", true)]
    [TestCase("T9600", true)]
    [TestCase("U33", false)]
    [TestCase("c33", false)]
    [TestCase("C33240", false)]
    [TestCase("33", false)]
    [TestCase("C3a", false)]
    [TestCase("C\0", false)]
    [TestCase("", false)]
    public void Industry_Text_IsTakenOrRefused(string text, bool taken) => Assert.Multiple(() =>
    {
        Assert.That(IndustryCode.TryParse(text, out var industry, out var fault), Is.EqualTo(taken));
        Assert.That(fault?.Code, Is.EqualTo(taken ? null : "industry_invalid"));
        Assert.That(taken ? IndustryCode.FromBytes(industry.ToArray()).ToString() : text, Is.EqualTo(text));
    });

    [Test]
    public void Industry_BytesThatAreNoCode_AreKeptAndShownAsHex()
    {
        var odd = IndustryCode.FromBytes([0x43, 0x00, 0x33, 0xff, 0x00]);

        Assert.Multiple(() =>
        {
            Assert.That(odd.IsWellFormed, Is.False);
            Assert.That(odd.ToString(), Is.EqualTo("0x430033ff00"));
            Assert.That(default(IndustryCode).ToString(), Is.Empty);
        });
    }

    [TestCase("", "25332000000012345678", true)]
    [TestCase(null, "25332000000012345678", true)]
    [TestCase("3300201130", "12345678", true)]
    [TestCase("033002000111", "12345678", true)]
    [TestCase("", "12345678", false)]
    [TestCase("3300201130", "25332000000012345678", false)]
    [TestCase("33002011301", "12345678", false)]
    [TestCase("3300201130", "1234567a", false)]
    [TestCase("", "2533200000001234567 ", false)]
    public void InvoiceFingerprint_CodeAndNumber_AreTakenOrRefused(string? code, string number, bool taken) => Assert.Multiple(() =>
    {
        Assert.That(InvoiceFingerprint.TryOf(Seller, code, number, out var fingerprint, out var fault), Is.EqualTo(taken));
        Assert.That(fingerprint.IsZero, Is.EqualTo(!taken));
        Assert.That(fault is null, Is.EqualTo(taken));
    });

    [Test]
    public void InvoiceFingerprint_IsTheDocumentedHash()
    {
        var expected = Keccak256.Hash("financechain:invoice:1|91350100M000100Y43|3300201130|12345678"u8);

        Assert.That(InvoiceFingerprint.Of(Seller, "3300201130", "12345678"), Is.EqualTo(expected));
    }

    [Test]
    public void InvoiceFingerprint_OtherSellerOrNumber_IsAnother()
    {
        var other = Uscc.Compose("91", RegionCode.Parse("330784"), "MA2E0001");
        Hash256[] fingerprints =
        [
            InvoiceFingerprint.Of(Seller, null, "25332000000012345678"),
            InvoiceFingerprint.Of(Seller, null, "25332000000012345679"),
            InvoiceFingerprint.Of(other, null, "25332000000012345678"),
        ];

        Assert.That(fingerprints, Is.Unique);
    }

    [Test]
    public void ProfileHash_SaltNameAndCode_AllCount()
    {
        var salt = Keccak256.Hash("salt"u8);
        var other = Uscc.Compose("91", RegionCode.Parse("330784"), "MA2E0001");
        Hash256[] hashes =
        [
            ProfileHash.Of(salt, "永康五金", Seller),
            ProfileHash.Of(Keccak256.Hash("pepper"u8), "永康五金", Seller),
            ProfileHash.Of(salt, "永康五金厂", Seller),
            ProfileHash.Of(salt, "永康五金", other),
        ];

        Assert.Multiple(() =>
        {
            Assert.That(hashes, Is.Unique);
            Assert.That(() => ProfileHash.Of(Hash256.Zero, "永康五金", Seller), Throws.ArgumentException);
        });
    }

    [TestCase(0UL, "1970-01-01")]
    [TestCase(57_599UL, "1970-01-01", Description = "a second before midnight in China")]
    [TestCase(57_600UL, "1970-01-02")]
    [TestCase(1_751_299_200UL, "2025-07-01", Description = "16:00 UTC on 30 June 2025")]
    public void BusinessDate_Timestamp_IsTheDateInChina(ulong unixSeconds, string date) =>
        Assert.That(BusinessDate.At(unixSeconds), Is.EqualTo(DateOnly.ParseExact(date, "yyyy-MM-dd")));

    [Test]
    public void BusinessDate_Days_GoBothWays() => Assert.Multiple(() =>
    {
        Assert.That(BusinessDate.FromDays(BusinessDate.ToDays(new DateOnly(2025, 6, 30))), Is.EqualTo(new DateOnly(2025, 6, 30)));
        Assert.That(BusinessDate.FromDays(ushort.MaxValue), Is.EqualTo(new DateOnly(2149, 6, 6)));
        Assert.That(() => BusinessDate.ToDays(new DateOnly(2149, 6, 7)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => BusinessDate.ToDays(new DateOnly(1969, 12, 31)), Throws.TypeOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void Ids_InJson_AreNumbersInRange() => Assert.Multiple(() =>
    {
        Assert.That(JsonSerializer.Serialize(new ReceivableId(42)), Is.EqualTo("42"));
        Assert.That(JsonSerializer.Deserialize<LoanId>("1099511627775").Value, Is.EqualTo(LoanId.MaxValue));
        Assert.That(() => JsonSerializer.Deserialize<LoanId>("1099511627776"), Throws.TypeOf<JsonException>());
        Assert.That(() => JsonSerializer.Deserialize<PartyId>("4294967296"), Throws.TypeOf<JsonException>());
        Assert.That(() => JsonSerializer.Deserialize<PartyId>("\"1\""), Throws.TypeOf<JsonException>());
    });
}
