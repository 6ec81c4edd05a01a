using Dapper;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>The headline figures of a ledger. Sums are fen, as strings.</summary>
/// <param name="CumulativeLendingFen">Disbursed ever.</param>
/// <param name="RepaidFen">Of the principals; outstanding = cumulative lending - repaid - written off.</param>
/// <param name="CancelledFen">Of receivables: owed no more without having been paid.</param>
/// <param name="OverdueFen">Outstanding at the time when a default was recorded, of all defaults ever.</param>
/// <param name="RecoveredFen">Of what was written off.</param>
/// <param name="BlockTime">UTC; of the block, or of the last one before it that is known.</param>
/// <param name="LedgerTotalsMatch">
/// Whether the figures are those that the contract itself answered at this block; null where nothing was compared: a block between two
/// comparisons, or a region, which the contract does not add up.
/// </param>
/// <param name="AsOfBlock">What was asked for, or the last block of the day that was asked for.</param>
/// <param name="AsOfDate">The business day (China Standard Time) at whose end the figures stand.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
public sealed record Summary(
    int LedgerId,
    long Enterprises,
    long Banks,
    long Receivables,
    long Loans,
    FenSum CumulativeLendingFen,
    FenSum RepaidFen,
    FenSum OutstandingFen,
    FenSum IssuedFen,
    FenSum RedeemedFen,
    FenSum CancelledFen,
    FenSum WrittenOffFen,
    FenSum OverdueFen,
    FenSum RecoveredFen,
    FenSum InterestFen,
    FenSum FeeFen,
    long Block,
    DateTime? BlockTime,
    bool? LedgerTotalsMatch,
    RegionCode? Region,
    long? AsOfBlock,
    DateOnly? AsOfDate,
    long? ReplicaLagMilliseconds);

/// <summary>GET /api/v1/reports/summary?asOfBlock=|asOfDate=&amp;region=</summary>
internal sealed class SummaryReport(ReportDatabase database, ReportScopes scopes)
{
    private const string Select = """
        select enterprises, banks, receivables, loans, lent_fen as lentfen, repaid_fen as repaidfen, outstanding_fen as outstandingfen,
               issued_fen as issuedfen, redeemed_fen as redeemedfen, cancelled_fen as cancelledfen, written_off_fen as writtenofffen,
               overdue_fen as overduefen, recovered_fen as recoveredfen, interest_fen as interestfen, fee_fen as feefen,
               block_number as block, block_time as blocktime, ledger_totals_match as ledgertotalsmatch
          from report.summary(@ledgerId, @asOfBlock, @region)
        """;

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet("/summary", (string? asOfBlock, string? asOfDate, string? region, SummaryReport report, CancellationToken cancellationToken) =>
            report.Answer(asOfBlock, asOfDate, region, cancellationToken))
        .Describe<Summary>("GetSummary", "Headline figures of the ledger, now or as of a block or the end of a day, everywhere or of a region");

    /// <summary>Null when the ledger's rows vanished since the scope was made: its index is being rebuilt.</summary>
    public async Task<Summary?> Read(ReportScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            Select,
            new { ledgerId = scope.LedgerId, asOfBlock = scope.AsOfBlock, region = scope.RegionNumber },
            cancellationToken: cancellationToken));
        return row is null ? null : new Summary(
            scope.LedgerId, row.Enterprises, row.Banks, row.Receivables, row.Loans, FenSum.From(row.LentFen), FenSum.From(row.RepaidFen), FenSum.From(row.OutstandingFen),
            FenSum.From(row.IssuedFen), FenSum.From(row.RedeemedFen), FenSum.From(row.CancelledFen), FenSum.From(row.WrittenOffFen), FenSum.From(row.OverdueFen), FenSum.From(row.RecoveredFen),
            FenSum.From(row.InterestFen), FenSum.From(row.FeeFen), row.Block, row.BlockTime, row.LedgerTotalsMatch, scope.Region, scope.AsOfBlock,
            scope.AsOfDate, scope.ReplicaLagMilliseconds);
    }

    private async Task<IResult> Answer(string? asOfBlock, string? asOfDate, string? region, CancellationToken cancellationToken)
    {
        var (scope, refusal) = await scopes.Parse(asOfBlock, asOfDate, region, cancellationToken);
        if (scope is null)
        {
            return new RefusalResult(refusal!);
        }

        return await Read(scope, cancellationToken) is { } summary
            ? Results.Ok(summary)
            : new RefusalResult(new Refusal(ReportRefusals.LedgerNotIndexed));
    }

    private sealed record Row(
        long Enterprises,
        long Banks,
        long Receivables,
        long Loans,
        long LentFen,
        long RepaidFen,
        long OutstandingFen,
        long IssuedFen,
        long RedeemedFen,
        long CancelledFen,
        long WrittenOffFen,
        long OverdueFen,
        long RecoveredFen,
        long InterestFen,
        long FeeFen,
        long Block,
        DateTime? BlockTime,
        bool? LedgerTotalsMatch);
}
