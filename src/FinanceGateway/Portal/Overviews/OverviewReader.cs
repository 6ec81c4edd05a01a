using FinanceChain.FinanceGateway.Reports;

namespace FinanceChain.FinanceGateway.Portal.Overviews;

/// <summary>Reads the first page's figures through the functions of the public reports.</summary>
internal sealed class OverviewReader(
    ReportScopes scopes, SummaryReport summaries, LendingReport lending, EventsReport events, NameDirectory directory)
{
    private const int EventRows = 15;

    /// <summary>Null while the ledger is not indexed.</summary>
    public async Task<Overview?> Read(CancellationToken cancellationToken)
    {
        if (await scopes.Latest(cancellationToken) is not { } latest
            || await summaries.Read(latest, cancellationToken) is not { } summary)
        {
            return null;
        }

        // Blocks go on arriving while this reads: everything else answers as of the block of the summary.
        var scope = latest with { Block = summary.Block };
        var byMonth = await lending.Read(LendingGrouping.Month, scope, cancellationToken);
        var byBank = await lending.Read(LendingGrouping.Bank, scope, cancellationToken);
        var byRegion = await lending.Read(LendingGrouping.Region, scope, cancellationToken);
        var found = await events.Read(EventRows, new EventCursor(summary.Block + 1, 0), scope, cancellationToken);
        IReadOnlyList<LedgerNews> news = [.. found.Events.Select(LedgerNews.Read)];
        var names = await directory.Read(scope.LedgerId, [.. news.SelectMany(item => item.Parties).Distinct()], cancellationToken);
        return new Overview(summary, byMonth, byBank, byRegion, news, names);
    }
}
