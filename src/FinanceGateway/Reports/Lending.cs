using System.Globalization;
using Dapper;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Reports;

public enum LendingGrouping
{
    Month,
    Region,
    Bank,
}

/// <summary>Lending of one month, region or bank. Sums are fen, as strings.</summary>
/// <param name="Key">Month <c>2025-06</c> (China Standard Time), region code of the borrowers, or number of the bank.</param>
/// <param name="Name">Of the region (Chinese) or bank; null for a month and where no name is known here.</param>
/// <param name="Loans">Loans that were disbursed.</param>
/// <param name="OutstandingFen">Of a month: of all loans at its end, or at the block of the answer. Of a region or bank: at that block.</param>
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
    /// <summary>A month in which nothing was lent, paid or lost.</summary>
    public static LendingRow Quiet(string key, FenSum outstandingFen) =>
        new(key, null, 0, FenSum.Zero, FenSum.Zero, outstandingFen, FenSum.Zero, FenSum.Zero, FenSum.Zero, FenSum.Zero, FenSum.Zero);
}

/// <param name="By">month, region or bank.</param>
/// <param name="TotalFen">Lent over all rows, also those of other pages.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
public sealed record Lending(
    string By,
    long Block,
    RegionCode? Region,
    long? AsOfBlock,
    IReadOnlyList<LendingRow> Rows,
    FenSum TotalFen,
    string? Next,
    long? ReplicaLagMilliseconds);

/// <summary>GET /api/v1/reports/lending?by=month|region|bank&amp;asOfBlock=&amp;region=&amp;limit=&amp;cursor=</summary>
internal sealed class LendingReport(ReportDatabase database, ReportScopes scopes)
{
    public const int MaxRows = 1_000;
    public const int DefaultRows = 500;

    private const string NoName = "null::text";
    private const string RegionName = "(select n.name_zh from report.region n where n.code = l.position)";
    private const string BankName = "(select g.name from gateway.party g where g.profile_hash = l.profile_hash)";

    private static readonly Dictionary<LendingGrouping, string> Selects = new()
    {
        [LendingGrouping.Month] = Select("report.lending_by_month", NoName),
        [LendingGrouping.Region] = Select("report.lending_by_region", RegionName),
        [LendingGrouping.Bank] = Select("report.lending_by_bank", BankName),
    };

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet(
            "/lending",
            (string? by, string? asOfBlock, string? region, string? limit, string? cursor, LendingReport report, CancellationToken cancellationToken) =>
                report.Answer(by, asOfBlock, region, limit, cursor, cancellationToken))
        .Describe<Lending>("GetLending", "Lending by month, by region of the borrower or by bank");

    /// <param name="after">Position after which the page begins; 0: at the start.</param>
    /// <param name="limit">1 to <see cref="MaxRows"/>.</param>
    public async Task<Lending> Read(
        LendingGrouping by, ReportScope scope, CancellationToken cancellationToken, long after = 0, int limit = DefaultRows)
    {
        await using var connection = await database.Open(cancellationToken);
        var arguments = new { ledgerId = scope.LedgerId, asOfBlock = scope.Block, region = scope.RegionNumber, after, limit = limit + 1 };
        var found = (await connection.QueryAsync<Row>(new CommandDefinition(Selects[by], arguments, cancellationToken: cancellationToken))).AsList();
        var rows = found.Where(row => row.Key is not null).Take(limit).ToList();
        var more = found.Count > limit;
        return new Lending(
            by.ToString().ToLowerInvariant(),
            scope.Block,
            scope.Region,
            scope.AsOfBlock,
            [.. rows.Select(Report)],
            Fen(found[0].TotalFen),
            more ? rows[^1].Position.ToString(CultureInfo.InvariantCulture) : null,
            scope.ReplicaLagMilliseconds);
    }

    private async Task<IResult> Answer(
        string? by, string? asOfBlock, string? region, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!TryParseGrouping(by, out var grouping))
        {
            return Refuse(ReportRefusals.GroupingUnknown, "by", new() { ["by"] = by, ["allowed"] = "month, region, bank" });
        }

        if (!ReportPage.TryParseLimit(limit, DefaultRows, MaxRows, out var rows))
        {
            return Refuse(ReportRefusals.LimitOutOfRange, "limit", new() { ["limit"] = limit, ["min"] = 1, ["max"] = MaxRows });
        }

        long after = 0;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Refuse(ReportRefusals.CursorInvalid, "cursor", new() { ["cursor"] = cursor });
        }

        var (scope, refusal) = await scopes.Parse(asOfBlock, region, cancellationToken);
        return scope is null ? new RefusalResult(refusal!) : Results.Ok(await Read(grouping, scope, cancellationToken, after, rows));
    }

    // Exact words: Enum.Parse would also take numbers and other casings.
    private static bool TryParseGrouping(string? text, out LendingGrouping grouping)
    {
        (var known, grouping) = text switch
        {
            "month" => (true, LendingGrouping.Month),
            "region" => (true, LendingGrouping.Region),
            "bank" => (true, LendingGrouping.Bank),
            _ => (false, default),
        };
        return known;
    }

    private static RefusalResult Refuse(ProblemKind kind, string field, Dictionary<string, object?> values) => new(new Refusal(kind, field, values));

    private static LendingRow Report(Row row) => new(
        row.Key!,
        row.Name,
        row.Loans,
        Fen(row.LentFen),
        Fen(row.RepaidFen),
        Fen(row.OutstandingFen),
        Fen(row.WrittenOffFen),
        Fen(row.OverdueFen),
        Fen(row.RecoveredFen),
        Fen(row.InterestFen),
        Fen(row.FeeFen));

    private static FenSum Fen(long value) => new(checked((UInt128)value));

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
