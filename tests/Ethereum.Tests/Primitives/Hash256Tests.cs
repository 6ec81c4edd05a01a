using System.Text.Json;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Primitives;

internal sealed class Hash256Tests
{
    [Test]
    public void Hash_AnyBytes_ComeBackInTextAndJson() => Randomly.Holds(Prop.ForAll(Randomly.Hash.ToArbitrary(), hash =>
        Hash256.Parse(hash.ToString()) == hash
        && Hash256.FromBytes(hash.ToArray()) == hash
        && JsonSerializer.Deserialize<Hash256>(JsonSerializer.Serialize(hash)) == hash));

    [Test]
    public void Hash_OneBitSet_IsNotZero() => Assert.That(
        Enumerable.Range(0, 256).Select(bit =>
        {
            var bytes = new byte[32];
            bytes[bit / 8] = (byte)(1 << (bit % 8));
            return Hash256.FromBytes(bytes);
        }),
        Has.All.Matches<Hash256>(hash => !hash.IsZero && hash != Hash256.Zero));

    [TestCase("0x")]
    [TestCase("0x00000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("0x000000000000000000000000000000000000000000000000000000000000000000")]
    public void Hash_OfAnotherLength_IsRefused(string text)
    {
        Assert.That(Hash256.TryParse(text, out _), Is.False);
        Assert.That(() => Hash256.Parse(text), Throws.TypeOf<FormatException>());
    }
}
