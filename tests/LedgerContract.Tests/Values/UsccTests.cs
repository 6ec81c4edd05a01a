using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.LedgerContract.Tests.Values;

public sealed class UsccTests
{
    [TestCase("91350100M000100Y43", Description = "the sample of GB 32100 with the right check character")]
    [TestCase("91110000600037341L", Description = "a published code")]
    [TestCase("914403001922038216", Description = "a published code with a digit at the end")]
    public void Uscc_WithBothChecks_IsTaken(string text)
    {
        var taken = Uscc.TryParse(text, out var uscc, out var fault);

        Assert.Multiple(() =>
        {
            Assert.That(taken, Is.True, fault?.English);
            Assert.That(uscc.ToString(), Is.EqualTo(text));
        });
    }

    [TestCase(null, "uscc_length_wrong")]
    [TestCase("", "uscc_length_wrong")]
    [TestCase("91350100M000100Y4", "uscc_length_wrong")]
    [TestCase("91350100M000100Y433", "uscc_length_wrong")]
    [TestCase("91350100I000100Y43", "uscc_character_invalid")]
    [TestCase("91350100O000100Y43", "uscc_character_invalid")]
    [TestCase("91350100m000100y43", "uscc_character_invalid")]
    [TestCase("91350100M000100Y4Z", "uscc_character_invalid", Description = "Z is outside the alphabet")]
    [TestCase("9135O100M000100Y43", "uscc_character_invalid")]
    [TestCase("91A50100M000100Y43", "uscc_region_invalid")]
    [TestCase("91350100M000100Y53", "uscc_organisation_check_wrong")]
    [TestCase("91350100M000101Y43", "uscc_organisation_check_wrong")]
    [TestCase("91350100M000100Y44", "uscc_check_wrong")]
    [TestCase("91350200M000100Y43", "uscc_check_wrong")]
    public void Uscc_Wrong_NamesTheFirstFault(string? text, string code)
    {
        var taken = Uscc.TryParse(text, out _, out var fault);

        Assert.Multiple(() =>
        {
            Assert.That(taken, Is.False);
            Assert.That(fault!.Code, Is.EqualTo(code));
            Assert.That(fault.English, Does.EndWith("."));
            Assert.That(fault.Chinese, Does.EndWith("。"));
        });
    }

    [Test]
    public void Uscc_Composed_PassesAndEverySingleChangeIsCaught()
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var organisations = Gen.ArrayOf(Gen.Elements(Alphabet.ToCharArray()), 8).Select(characters => new string(characters));
        var changes = Gen.Zip(Gen.Choose(0, 17), Gen.Elements(Alphabet.ToCharArray()));
        var property = Prop.ForAll(Arb.From(organisations), Arb.From(changes), (organisation, change) =>
        {
            var text = Uscc.Compose("91", RegionCode.Parse("330784"), organisation).ToString();
            var changed = text.Remove(change.Item1, 1).Insert(change.Item1, change.Item2.ToString());
            return Uscc.TryParse(text, out _, out _) && (changed == text || !Uscc.TryParse(changed, out _, out _));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    [Test]
    public void Uscc_CheckCharacter_IsThatOfPowersOfThree()
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var property = Prop.ForAll(Arb.From(Gen.Choose(110_000, 829_999)), Arb.From(Gen.Choose(10_000_000, 99_999_999)), (region, organisation) =>
        {
            var text = Uscc.Compose("91", new RegionCode((uint)region), organisation.ToString(CultureInfo.InvariantCulture)).ToString();
            // GB 32100: the weight of place i is 3^(i-1) mod 31, and the sum over all 18 places is divisible by 31, the last one counting once.
            var (sum, weight) = (Alphabet.IndexOf(text[17], StringComparison.Ordinal), 1);
            foreach (var character in text[..17])
            {
                sum += Alphabet.IndexOf(character, StringComparison.Ordinal) * weight;
                weight = weight * 3 % 31;
            }

            return sum % 31 == 0;
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), property);
    }

    [TestCase("9", "M000100Y")]
    [TestCase("91", "M000100")]
    [TestCase("91", "M000I00Y")]
    public void Uscc_ComposedOfAWrongPart_IsRefused(string authorityAndType, string organisation) =>
        Assert.That(() => Uscc.Compose(authorityAndType, RegionCode.Parse("330784"), organisation), Throws.TypeOf<FormatException>());
}
