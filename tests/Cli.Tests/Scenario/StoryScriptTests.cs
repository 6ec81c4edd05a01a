using FinanceChain.Cli.Scenario;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Tests.Scenario;

public sealed class StoryScriptTests
{
    private static readonly Address P256Verifier = Address.Parse("0x0000000000000000000000000000000000000101");
    private static readonly Address PasskeyVerifier = Address.Parse("0x0000000000000000000000000000000000000102");
    private static readonly YongkangPlan Plan = YongkangPlan.Write(new byte[32]);
    private static readonly StoryKeys Keys = new(
        new byte[32], P256Verifier, PasskeyVerifier, new Offices("", "", Secp256k1Key.Create(), Secp256k1Key.Create()));

    private static readonly StoryScript Script = new(
        Plan,
        new StoryPen(new StoryState(YongkangCast.Members.Count, Plan.Claims.Count), Keys, new LedgerDomain(1, P256Verifier)));

    /// <summary>The same operation must have the same key on every attempt, and no two operations one key of a client.</summary>
    [Test]
    public void Moves_OfTheWholeStory_HaveKeysOfTheirOwn()
    {
        string[] keys = [.. Waves().SelectMany(wave => wave).Select(move => move.Key)];

        Assert.That(keys, Is.Unique);
        Assert.That(keys, Has.Length.EqualTo(Script.Operations - YongkangCast.Members.Count));
    }

    /// <summary>Moves of one wave are submitted at once: two on one claim would name the same revision.</summary>
    [Test]
    public void Moves_OfOneWave_TouchEachClaimOnce() => Assert.Multiple(() =>
    {
        foreach (IReadOnlyList<StoryMove> wave in Waves())
        {
            Assert.That(wave.SelectMany(ClaimsOf), Is.Unique);
        }
    });

    [Test]
    public void Keys_OfTheCast_AreOfAllThreeSchemes()
    {
        Dictionary<byte, int> schemes = YongkangCast.Members
            .SelectMany(member => Keys.SignersOf(member))
            .GroupBy(signer => signer.Key.Sign(Hash256.Zero)[0])
            .ToDictionary(group => group.Key, group => group.Count());

        Assert.That(schemes.Keys, Is.EquivalentTo(new byte[] { 1, 2, 3 }));
        Assert.That(schemes.Values, Is.All.GreaterThan(40));
    }

    private static IEnumerable<IReadOnlyList<StoryMove>> Waves() => Enumerable.Range(0, StoryCalendar.Steps.Count)
        .SelectMany(step => new IReadOnlyList<StoryMove>[] { [.. Script.FirstWave(step)], [.. Script.SecondWave(step)] });

    private static IEnumerable<int> ClaimsOf(StoryMove move)
    {
        string[] words = move.Key.Split('-');
        if (words[0] is "policy" or "model" or "limit" or "stop")
        {
            return [];
        }

        int claim = int.Parse(words.First(word => char.IsAsciiDigit(word[0])), System.Globalization.CultureInfo.InvariantCulture);
        return words[0] == "split" ? [claim, Plan.Claims[claim].Parent!.Value] : [claim];
    }
}
