using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.Portal.Tests;

/// <summary>A small market over three months: five receivables, three loans, two repayments and a redemption, all signed by their parties.</summary>
internal sealed class MarketStory(Town town, RunningGateway gateway, Trade trade) : IDisposable
{
    private const ulong FaceFen = 123_456_789;

    public Trade Trade => trade;

    public static async Task<MarketStory> Play(Town town, RunningGateway gateway, CancellationToken cancellationToken)
    {
        var story = new MarketStory(town, gateway, await Trade.Open(town, gateway, cancellationToken));
        await story.Lend(100_000_000, 0, cancellationToken);
        await story.NextMonth(cancellationToken);
        await story.Lend(50_000_000, 20_000_000, cancellationToken);
        await story.NextMonth(cancellationToken);
        await story.Lend(75_000_050, 75_000_050, cancellationToken);
        var kept = await story.Trade.NewReceivable(FaceFen, cancellationToken);
        await Complete(story.Trade.Supplier, await story.Trade.Assign(kept, 10_000_000, 1, cancellationToken), cancellationToken);
        var redeemed = await story.Trade.NewReceivable(FaceFen, cancellationToken);
        await Complete(story.Trade.Supplier, await story.Trade.Redeem(redeemed, FaceFen, 1, cancellationToken), cancellationToken);
        return story;
    }

    /// <summary>One more loan: a receivable, an approval, a disbursement and, if anything, a repayment.</summary>
    public async Task Lend(ulong fen, ulong repaidFen, CancellationToken cancellationToken)
    {
        var receivable = await trade.NewReceivable(FaceFen, cancellationToken);
        var opened = await Complete(trade.Bank, await trade.Borrow(receivable, fen, 1, cancellationToken), cancellationToken);
        var loan = opened.Number("loan");
        await Complete(trade.Bank, await trade.Disburse(loan, fen, cancellationToken), cancellationToken);
        if (repaidFen > 0)
        {
            await Complete(trade.Bank, await trade.Repay(loan, repaidFen, 123_456, 1, cancellationToken), cancellationToken);
        }
    }

    /// <summary>The headline figures as the public report has them.</summary>
    public async Task<Summary> Summary(CancellationToken cancellationToken)
    {
        using var desk = gateway.Operator(town);
        return await desk.Summary(cancellationToken);
    }

    public void Dispose() => trade.Dispose();

    private async Task NextMonth(CancellationToken cancellationToken)
    {
        // The middle of it, so that no month is skipped; next by the ledger's calendar, which is in another month than UTC for eight hours of each.
        var now = await town.Chain.Time(cancellationToken);
        var today = BusinessDate.At((ulong)now.ToUnixTimeSeconds());
        var middle = new DateTimeOffset(today.Year, today.Month, 15, 12, 0, 0, TimeSpan.Zero).AddMonths(1);
        await town.Chain.IncreaseTime(middle - now, cancellationToken);
        await town.Chain.Mine(1, cancellationToken);
    }

    private static async Task<OperationState> Complete(Actor by, SignedOperation agreement, CancellationToken cancellationToken)
    {
        var state = await Trade.Complete(by, agreement, cancellationToken);
        Assert.That(state.Status, Is.EqualTo(OperationStatus.Final), state.Refusal?.Title);
        return state;
    }
}
