using FinanceChain.LedgerIndexer.Chain;

namespace FinanceChain.LedgerIndexer.Tests;

internal sealed class RangeSizeTests
{
    [Test]
    public void Range_WithSmallAnswers_GrowsToItsLimit()
    {
        var size = new RangeSize(maxBlocks: 1_000);
        for (var answer = 0; answer < 10; answer++)
        {
            size.Answered(logs: 10);
        }

        Assert.That(size.Blocks, Is.EqualTo(1_000));
    }

    [Test]
    public void Range_WithALargeAnswer_Halves()
    {
        var size = new RangeSize(maxBlocks: 1_000);
        var before = size.Blocks;
        size.Answered(logs: 50_000);
        Assert.That(size.Blocks, Is.EqualTo(before / 2));
    }

    [Test]
    public void Range_RefusedAgainAndAgain_EndsAtOneBlock()
    {
        var size = new RangeSize(maxBlocks: 1_000);
        for (var refused = size.Blocks; refused > 0; refused /= 2)
        {
            size.Refused(next: refused / 2);
        }

        Assert.That(size.Blocks, Is.EqualTo(1));
    }

    [Test]
    public void Range_NeverPassesASmallLimit() => Assert.That(new RangeSize(maxBlocks: 3).Blocks, Is.EqualTo(3));
}
