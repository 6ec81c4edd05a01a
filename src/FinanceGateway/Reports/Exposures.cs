using System.Globalization;
using Dapper;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>What one bank has out, in whole or with one party. Sums are fen, as strings.</summary>
/// <param name="Party">The obligor or borrower; the bank itself where the exposure is the whole.</param>
/// <param name="Loans">That have not ended.</param>
/// <param name="UndisbursedFen">What can still be disbursed on them.</param>
/// <param name="DefaultedFen">Of what is outstanding: on loans whose default is recorded.</param>
/// <param name="SinceBlock">The last block in which this changed.</param>
public sealed record ExposureRow(
    int Bank, int Party, int Loans, FenSum OutstandingFen, FenSum UndisbursedFen, FenSum DefaultedFen, long SinceBlock);

/// <param name="By">bank, obligor or borrower.</param>
/// <param name="Rows">By bank, then party.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
public sealed record Exposures(
    string By, int? Bank, long Block, long? AsOfBlock, DateOnly? AsOfDate, IReadOnlyList<ExposureRow> Rows, string? Next, long? ReplicaLagMilliseconds);

/// <summary>GET /api/v1/reports/exposures?by=bank|obligor|borrower&amp;bank=&amp;asOfBlock=|asOfDate=&amp;limit=&amp;cursor=</summary>
internal sealed class ExposuresReport(ReportDatabase database, ReportScopes scopes)
{
    // Bank and party are numbers of 32 bits: together they are the position in the list.
    private const string Select = """
        select bank::bigint << 32 | party_id as position, bank, party_id as party, loans, outstanding_fen as outstandingfen,
               undisbursed_fen as undisbursedfen, defaulted_fen as defaultedfen, since_block as sinceblock
          from report.exposures(@ledgerId, @block, @side::smallint, @bank)
         where (bank::bigint << 32 | party_id) > @after
         order by position limit @limit
        """;

    private static readonly Dictionary<string, short> Sides = new(StringComparer.Ordinal) { ["bank"] = 0, ["obligor"] = 1, ["borrower"] = 2 };

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet(
            "/exposures",
            (string? by, string? bank, string? asOfBlock, string? asOfDate, string? limit, string? cursor, ExposuresReport report, CancellationToken cancellationToken) =>
                report.Answer(by, bank, asOfBlock, asOfDate, limit, cursor, cancellationToken))
        .Describe<Exposures>("GetExposures", "What banks have out, in whole or by obligor or borrower, now or as of a block or the end of a day");

    private async Task<IResult> Answer(
        string? by, string? bank, string? asOfBlock, string? asOfDate, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (by is null || !Sides.ContainsKey(by))
        {
            return new RefusalResult(new Refusal(
                ReportRefusals.SideUnknown, "by", new Dictionary<string, object?> { ["by"] = by, ["allowed"] = string.Join(", ", Sides.Keys) }));
        }

        int? only = null;
        if (bank is not null)
        {
            if (!int.TryParse(bank, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            {
                return new RefusalResult(new Refusal(ReportRefusals.BankNumberInvalid, "bank", new Dictionary<string, object?> { ["bank"] = bank }));
            }

            only = number;
        }

        var (page, badPage) = ReportPage.Parse(limit, cursor);
        if (page is null)
        {
            return new RefusalResult(badPage!);
        }

        var (scope, refusal) = await scopes.Parse(asOfBlock, asOfDate, region: null, cancellationToken);
        return scope is null ? new RefusalResult(refusal!) : Results.Ok(await Read(by, only, scope, page, cancellationToken));
    }

    private async Task<Exposures> Read(string by, int? bank, ReportScope scope, ReportPage page, CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        var arguments = new { ledgerId = scope.LedgerId, block = scope.Block, side = Sides[by], bank, after = page.After, limit = page.Rows + 1 };
        var found = (await connection.QueryAsync<Row>(new CommandDefinition(Select, arguments, cancellationToken: cancellationToken))).AsList();
        var (rows, next) = page.Take(found, row => row.Position);
        return new Exposures(
            by, bank, scope.Block, scope.AsOfBlock, scope.AsOfDate,
            [.. rows.Select(row => new ExposureRow(
                row.Bank, row.Party, row.Loans, FenSum.From(row.OutstandingFen), FenSum.From(row.UndisbursedFen), FenSum.From(row.DefaultedFen), row.SinceBlock))],
            next, scope.ReplicaLagMilliseconds);
    }

    private sealed record Row(
        long Position, int Bank, int Party, int Loans, long OutstandingFen, long UndisbursedFen, long DefaultedFen, long SinceBlock);
}
