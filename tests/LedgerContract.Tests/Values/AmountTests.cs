using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.LedgerContract.Tests.Values;

public sealed class AmountTests
{
    [TestCase(0UL, "0.00")]
    [TestCase(5UL, "0.05")]
    [TestCase(60_500_000_000UL, "605,000,000.00")]
    [TestCase(Fen.MaxValue, "90,071,992,547,409.91")]
    public void Fen_Yuan_HasSeparatorsAndTwoDecimals(ulong fen, string yuan) => Assert.That(new Fen(fen).ToYuanString(), Is.EqualTo(yuan));

    [Test]
    public void Fen_BeyondItsLimits_Throws()
    {
        var most = new Fen(Fen.MaxValue);

        Assert.Multiple(() =>
        {
            Assert.That(() => new Fen(Fen.MaxValue + 1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => most + new Fen(1), Throws.TypeOf<OverflowException>());
            Assert.That(() => new Fen(1) - new Fen(2), Throws.TypeOf<OverflowException>());
            Assert.That(() => FenSum.From(new Fen(1)) - new Fen(2), Throws.TypeOf<OverflowException>());
        });
    }

    [Test]
    public void FenSum_OfManyLargeAmounts_IsExact()
    {
        var sum = Enumerable.Repeat(new Fen(Fen.MaxValue), 5_000).Aggregate(FenSum.Zero, (total, amount) => total + amount);

        Assert.That(sum.ToString(), Is.EqualTo("45035996273704955000"));
    }

    [TestCase("1.5")]
    [TestCase("-1")]
    [TestCase("\"1\"")]
    [TestCase("null")]
    [TestCase("9007199254740992")]
    [TestCase("1e3")]
    public void Fen_OtherJsonThanAWholeNumberInRange_IsRefused(string json) =>
        Assert.That(() => JsonSerializer.Deserialize<Fen>(json), Throws.TypeOf<JsonException>());

    [Test]
    public void Amounts_InJson_AreNumbersAndSumsAreStrings() => Assert.Multiple(() =>
    {
        Assert.That(JsonSerializer.Serialize(new Fen(Fen.MaxValue)), Is.EqualTo("9007199254740991"));
        Assert.That(JsonSerializer.Serialize(FenSum.From(new Fen(7))), Is.EqualTo("\"7\""));
        Assert.That(JsonSerializer.Deserialize<FenSum>("\"45035996273704955000\"").ToYuanString(), Is.EqualTo("450,359,962,737,049,550.00"));
        Assert.That(() => JsonSerializer.Deserialize<FenSum>("\"+7\""), Throws.TypeOf<JsonException>());
    });

    [TestCase(10_000_00UL, 360, 360, ExpectedResult = 36_000UL, Description = "a year of 360 days at 3.6 %")]
    [TestCase(1UL, 1, 1, ExpectedResult = 0UL)]
    [TestCase(3_600_000UL, 1, 1, ExpectedResult = 1UL)]
    [TestCase(3_599_999UL, 1, 1, ExpectedResult = 0UL, Description = "rounded down")]
    [TestCase(Fen.MaxValue, 10_000, 360, ExpectedResult = Fen.MaxValue)]
    public ulong Interest_ByHand_IsEqual(ulong principalFen, int rateBps, int days) =>
        Interest.Down(new Fen(principalFen), new Bps((ushort)rateBps), (ushort)days).Value;

    [Test]
    public void Interest_AboveOneAmount_Throws() =>
        Assert.That(() => Interest.Down(new Fen(Fen.MaxValue), new Bps(10_000), 361), Throws.TypeOf<OverflowException>());

    [Test]
    public void Interest_OfTwoTenors_IsAtMostAFenBelowTheWhole()
    {
        var property = Prop.ForAll<uint, ushort, ushort>((principal, first, second) =>
        {
            var rate = new Bps(435);
            var parts = Interest.Down(new Fen(principal), rate, (ushort)(first / 2)) + Interest.Down(new Fen(principal), rate, (ushort)(second / 2));
            var whole = Interest.Down(new Fen(principal), rate, (ushort)(first / 2 + second / 2));
            return whole >= parts && whole.Value - parts.Value <= 1;
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), property);
    }
}
