using Dapper;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>What one party holds and owes on receivables. Sums are fen, as strings.</summary>
/// <param name="Held">Receivables of which something is still owed to the party.</param>
/// <param name="PledgedFen">Of what it holds: behind loans.</param>
/// <param name="DisputedFen">Of what it holds: disputed.</param>
/// <param name="Owed">Receivables of which the party still owes something.</param>
/// <param name="SinceBlock">The last block in which this changed.</param>
public sealed record HoldingRow(
    int Party, PartyKind Kind, RegionCode Region, int Held, FenSum HeldFen, FenSum PledgedFen, FenSum DisputedFen, int Owed, FenSum OwedFen, long SinceBlock);

/// <param name="Rows">By party number; parties that never held or owed anything are left out.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
public sealed record Holdings(
    long Block, long? AsOfBlock, DateOnly? AsOfDate, IReadOnlyList<HoldingRow> Rows, string? Next, long? ReplicaLagMilliseconds);

/// <summary>GET /api/v1/reports/holdings?asOfBlock=|asOfDate=&amp;limit=&amp;cursor=</summary>
internal sealed class HoldingsReport(ReportDatabase database, ReportScopes scopes)
{
    private const string Select = """
        select party_id as party, kind, region_code as regioncode, held, held_fen as heldfen, pledged_fen as pledgedfen, disputed_fen as disputedfen,
               owed, owed_fen as owedfen, since_block as sinceblock
          from report.holdings(@ledgerId, @block, @after, @limit)
        """;

    public static void Map(IEndpointRouteBuilder reports) => reports
        .MapGet(
            "/holdings",
            (string? asOfBlock, string? asOfDate, string? limit, string? cursor, HoldingsReport report, CancellationToken cancellationToken) =>
                report.Answer(asOfBlock, asOfDate, limit, cursor, cancellationToken))
        .Describe<Holdings>("GetHoldings", "What each party holds and owes, now or as of a block or the end of a day");

    private async Task<IResult> Answer(string? asOfBlock, string? asOfDate, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var (page, badPage) = ReportPage.Parse(limit, cursor);
        if (page is null)
        {
            return new RefusalResult(badPage!);
        }

        var (scope, refusal) = await scopes.Parse(asOfBlock, asOfDate, region: null, cancellationToken);
        return scope is null ? new RefusalResult(refusal!) : Results.Ok(await Read(scope, page, cancellationToken));
    }

    private async Task<Holdings> Read(ReportScope scope, ReportPage page, CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        var arguments = new { ledgerId = scope.LedgerId, block = scope.Block, after = (int)Math.Min(page.After, int.MaxValue), limit = page.Rows + 1 };
        var found = (await connection.QueryAsync<Row>(new CommandDefinition(Select, arguments, cancellationToken: cancellationToken))).AsList();
        var (rows, next) = page.Take(found, row => row.Party);
        return new Holdings(
            scope.Block, scope.AsOfBlock, scope.AsOfDate,
            [.. rows.Select(row => new HoldingRow(
                row.Party, (PartyKind)row.Kind, new RegionCode((uint)row.RegionCode), row.Held, FenSum.From(row.HeldFen), FenSum.From(row.PledgedFen),
                FenSum.From(row.DisputedFen), row.Owed, FenSum.From(row.OwedFen), row.SinceBlock))],
            next, scope.ReplicaLagMilliseconds);
    }

    private sealed record Row(
        int Party, short Kind, int RegionCode, int Held, long HeldFen, long PledgedFen, long DisputedFen, int Owed, long OwedFen, long SinceBlock);
}
