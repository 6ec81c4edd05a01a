using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using FinanceChain.FinanceGateway.Portal;
using FinanceChain.FinanceGateway.Portal.Texts;
using FinanceChain.LedgerContract;

namespace FinanceChain.Portal.Tests;

/// <summary>Both languages say everything, and figures are written as a bank reads them.</summary>
[TestFixture]
internal sealed partial class TextTests
{
    [Test]
    public void Texts_OfBothLanguages_HaveTheSameKeysAndPlaces()
    {
        var chinese = Texts("");
        var english = Texts("en");

        Assert.That(english.Keys, Is.EquivalentTo(chinese.Keys));
        Assert.That(english.Values, Is.All.Not.Empty);
        Assert.That(english.Where(text => Places(text.Value) != Places(chinese[text.Key])).Select(text => text.Key), Is.Empty);
        Assert.That(english.Values, Has.None.Match(@"\p{IsCJKUnifiedIdeographs}"));
    }

    [Test]
    public void Texts_Always_NameEveryEvent()
    {
        var kinds = Enum.GetValues<EventKind>().Select(kind => System.Text.Json.JsonSerializer.Serialize(kind).Trim('"'));
        var keys = Texts("").Keys.ToHashSet();

        Assert.That(kinds.Where(kind => !keys.Contains($"event_{kind}")), Is.EqualTo(new[] { "party_registered" }));
        Assert.That(
            new[] { PartyKind.Operator, PartyKind.Enterprise, PartyKind.Bank, PartyKind.Regulator }.Select(kind => $"event_party_registered_{kind.ToString().ToLowerInvariant()}"),
            Is.SubsetOf(keys));
    }

    [TestCase(60_500_000_000ul, "zh", "6.05 亿元", true)]
    [TestCase(60_500_000_000ul, "en", "605 million yuan", true)]
    [TestCase(1_234_567ul, "zh", "1.23 万元", false)]
    [TestCase(1_230_000ul, "zh", "1.23 万元", true)]
    [TestCase(1_234_567ul, "en", "12.34 thousand yuan", false)]
    [TestCase(99_999ul, "zh", null, true)]
    public void Short_OfASum_IsCutToTwoDecimals(ulong fen, string language, string? expected, bool exact)
    {
        Assert.That(PortalFormat.Short(new FenSum(fen), Language(language), out var isExact), Is.EqualTo(expected));
        Assert.That(isExact, Is.EqualTo(exact));
    }

    [TestCase(0ul, 0ul, "0.0%")]
    [TestCase(1ul, 3ul, "33.3%")]
    [TestCase(2ul, 3ul, "66.7%")]
    [TestCase(5ul, 5ul, "100.0%")]
    public void Percent_OfAPart_IsRoundedToATenth(ulong part, ulong whole, string expected) =>
        Assert.That(PortalFormat.Percent(PortalFormat.PerMille(new FenSum(part), new FenSum(whole))), Is.EqualTo(expected));

    [Test]
    public void Time_OfAnInstant_IsChinese()
    {
        var lastSecondOfJune = new DateTime(2025, 6, 30, 15, 59, 59, DateTimeKind.Utc);

        Assert.That(PortalFormat.Time(lastSecondOfJune), Is.EqualTo("2025-06-30 23:59:59"));
        Assert.That(PortalFormat.MachineTime(lastSecondOfJune), Is.EqualTo("2025-06-30T23:59:59+08:00"));
    }

    private static PortalLanguage Language(string code) => PortalLanguage.All.Single(language => language.Code == code);

    private static string Places(string text) => string.Concat(Place().Matches(text).Select(match => match.Value).Order());

    private static Dictionary<string, string> Texts(string culture)
    {
        var resources = new ResourceManager(typeof(PortalTexts));
        var set = resources.GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!;
        return set.Cast<System.Collections.DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();
}
