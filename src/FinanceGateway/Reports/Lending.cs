using Dapper;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Reports;

public enum LendingGrouping
{
    Day,
    Month,
    Region,
    Bank,
    Industry,
    Size,
}

/// <summary>Lending of one day, month, region, bank, industry or size of loan. Sums are fen, as strings.</summary>
/// <param name="Key">
/// Day <c>2025-06-30</c> or month <c>2025-06</c> (China Standard Time), region code or industry of the borrowers, number of the bank, or size of the
/// principal: 1 below one million yuan, 2 below five, 3 below ten, 4 from ten million on.
/// </param>
/// <param name="Name">Of the region (Chinese) or bank; null elsewhere and where no name is known here.</param>
/// <param name="Loans">Loans that were disbursed.</param>
/// <param name="OutstandingFen">Of a day or month: of all loans at its end, or at the block of the answer. Else at that block.</param>
/// <param name="OverdueFen">Outstanding at the time when a default was recorded.</param>
/// <param name="RecoveredFen">Of what was written off.</param>
public sealed record LendingRow(
    string Key,
    string? Name,
    long Loans,
    FenSum LentFen,
    FenSum RepaidFen,
    FenSum OutstandingFen,
    FenSum WrittenOffFen,
    FenSum OverdueFen,
    FenSum RecoveredFen,
    FenSum InterestFen,
    FenSum FeeFen)
{
    /// <summary>A time in which nothing was lent, paid or lost.</summary>
    public static LendingRow Quiet(string key, FenSum outstandingFen) =>
        new(key, null, 0, FenSum.Zero, FenSum.Zero, outstandingFen, FenSum.Zero, FenSum.Zero, FenSum.Zero, FenSum.Zero, FenSum.Zero);
}

/// <param name="By">day, month, region, bank, industry or size.</param>
/// <param name="AsOfDate">The business day (China Standard Time) at whose end the figures stand.</param>
/// <param name="TotalFen">Lent over all rows, also those of other pages.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
public sealed record Lending(
    string By,
    long Block,
    RegionCode? Region,
    long? AsOfBlock,
    DateOnly? AsOfDate,
    IReadOnlyList<LendingRow> Rows,
    FenSum TotalFen,
    string? Next,
    long? ReplicaLagMilliseconds);

/// <summary>GET /api/v1/reports/lending?by=day|month|region|bank|industry|size&amp;asOfBlock=|asOfDate=&amp;region=&amp;limit=&amp;cursor=</summary>
internal sealed class LendingReport(ReportDatabase database, ReportScopes scopes)
{
    private const string NoName = "null::text";
    private const string RegionName = "(select n.name_zh from report.region n where n.code = l.position)";
    private const string BankName = "(select g.name from gateway.party g where g.profile_hash = l.profile_hash)";

    private static readonly Dictionary<LendingGrouping, string> Selects = new()
    {
        [LendingGrouping.Day] = Select("report.lending_by_day", NoName),
        [LendingGrouping.Month] = Select("report.lending_by_month", NoName),
        [LendingGrouping.Region] = Select("report.lending_by_region", RegionName),
        [LendingGrouping.Bank] = Select("report.lending_by_bank", BankName),
        [LendingGrouping.Industry] = Select("report.lending_by_industry", NoName),
        [LendingGrouping.Size] = Select("report.lending_by_size", NoName),
    };

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet(
            "/lending",
            (string? by, string? asOfBlock, string? asOfDate, string? region, string? limit, string? cursor, LendingReport report, CancellationToken cancellationToken) =>
                report.Answer(by, asOfBlock, asOfDate, region, limit, cursor, cancellationToken))
        .Describe<Lending>("GetLending", "Lending by day, month, region or industry of the borrower, bank, or size of the loan");

    /// <param name="page">Null: the first.</param>
    public async Task<Lending> Read(LendingGrouping by, ReportScope scope, CancellationToken cancellationToken, ReportPage? page = null)
    {
        page ??= new ReportPage();
        await using var connection = await database.Open(cancellationToken);
        var arguments = new { ledgerId = scope.LedgerId, asOfBlock = scope.Block, region = scope.RegionNumber, after = page.After, limit = page.Rows + 1 };
        var found = (await connection.QueryAsync<Row>(new CommandDefinition(Selects[by], arguments, cancellationToken: cancellationToken))).AsList();
        var (rows, next) = page.Take([.. found.Where(row => row.Key is not null)], row => row.Position);
        return new Lending(
            by.ToString().ToLowerInvariant(),
            scope.Block,
            scope.Region,
            scope.AsOfBlock,
            scope.AsOfDate,
            [.. rows.Select(Report)],
            FenSum.From(found[0].TotalFen),
            next,
            scope.ReplicaLagMilliseconds);
    }

    private async Task<IResult> Answer(
        string? by, string? asOfBlock, string? asOfDate, string? region, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!TryParseGrouping(by, out var grouping))
        {
            return new RefusalResult(new Refusal(
                ReportRefusals.GroupingUnknown,
                "by",
                new Dictionary<string, object?> { ["by"] = by, ["allowed"] = "day, month, region, bank, industry, size" }));
        }

        var (page, badPage) = ReportPage.Parse(limit, cursor);
        if (page is null)
        {
            return new RefusalResult(badPage!);
        }

        var (scope, refusal) = await scopes.Parse(asOfBlock, asOfDate, region, cancellationToken);
        return scope is null ? new RefusalResult(refusal!) : Results.Ok(await Read(grouping, scope, cancellationToken, page));
    }

    // Exact words: Enum.Parse would also take numbers and other casings.
    private static bool TryParseGrouping(string? text, out LendingGrouping grouping)
    {
        (var known, grouping) = text switch
        {
            "day" => (true, LendingGrouping.Day),
            "month" => (true, LendingGrouping.Month),
            "region" => (true, LendingGrouping.Region),
            "bank" => (true, LendingGrouping.Bank),
            "industry" => (true, LendingGrouping.Industry),
            "size" => (true, LendingGrouping.Size),
            _ => (false, default),
        };
        return known;
    }

    private static LendingRow Report(Row row) => new(
        row.Key!,
        row.Name,
        row.Loans,
        FenSum.From(row.LentFen),
        FenSum.From(row.RepaidFen),
        FenSum.From(row.OutstandingFen),
        FenSum.From(row.WrittenOffFen),
        FenSum.From(row.OverdueFen),
        FenSum.From(row.RecoveredFen),
        FenSum.From(row.InterestFen),
        FenSum.From(row.FeeFen));

    // The total row comes even when the page is empty, so there is always a first row.
    private static string Select(string function, string name) => $"""
        with l as materialized (select * from {function}(@ledgerId, @asOfBlock, @region))
        select t.total_fen as totalfen, coalesce(p.position, 0) as position, p.key, p.name, coalesce(p.loans, 0) as loans,
               coalesce(p.lent_fen, 0) as lentfen, coalesce(p.repaid_fen, 0) as repaidfen, coalesce(p.outstanding_fen, 0) as outstandingfen,
               coalesce(p.written_off_fen, 0) as writtenofffen, coalesce(p.overdue_fen, 0) as overduefen,
               coalesce(p.recovered_fen, 0) as recoveredfen, coalesce(p.interest_fen, 0) as interestfen, coalesce(p.fee_fen, 0) as feefen
          from (select coalesce(sum(lent_fen), 0)::bigint as total_fen from l) t
          left join (select l.position, l.key, {name} as name, l.loans, l.lent_fen, l.repaid_fen, l.outstanding_fen,
                            l.written_off_fen, l.overdue_fen, l.recovered_fen, l.interest_fen, l.fee_fen
                       from l where l.position > @after order by l.position limit @limit) p on true
         order by p.position
        """;

    private sealed record Row(
        long TotalFen,
        long Position,
        string? Key,
        string? Name,
        long Loans,
        long LentFen,
        long RepaidFen,
        long OutstandingFen,
        long WrittenOffFen,
        long OverdueFen,
        long RecoveredFen,
        long InterestFen,
        long FeeFen);
}
