using System.Globalization;
using Dapper;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>What a report is about, checked: which block it answers as of, and which region.</summary>
/// <param name="Block">The block of the answer: <paramref name="AsOfBlock"/>, or the last indexed one.</param>
/// <param name="AsOfBlock">What the caller asked for, or the last block of the day that it asked for; null: the latest.</param>
/// <param name="AsOfDate">The business day at whose end it stands; null: the caller named none.</param>
/// <param name="Region">A county, or a prefecture (..00) or province (..0000) with all that it contains; null: everywhere.</param>
/// <param name="ReplicaLagMilliseconds">How far the replica that answered was behind the database, at most; null: the database itself answered.</param>
internal sealed record ReportScope(
    short LedgerId, long Block, long? AsOfBlock, DateOnly? AsOfDate, RegionCode? Region, long? ReplicaLagMilliseconds)
{
    /// <summary>The region as the database takes it.</summary>
    public int? RegionNumber => Region is { } region ? checked((int)region.Value) : null;
}

/// <summary>A scope or the refusal of it.</summary>
internal readonly record struct ScopeResult(ReportScope? Scope, Refusal? Refusal);

internal sealed class ReportScopes(ReportDatabase database, IOptions<GatewayOptions> options, TimeProvider clock)
{
    private const string SelectPosition = """
        select c.block_number as block, c.block_time as blocktime,
               case when @day::date is not null then report.block_of_day(@ledgerId, @day) end as dayblock,
               (extract(epoch from report.replica_lag()) * 1000)::bigint as replicalagmilliseconds,
               @region::integer is null or exists (
                   select from ledger.party p where p.ledger_id = @ledgerId and report.in_region(p.region_code, @region)) as regionknown
          from ledger.checkpoint c where c.ledger_id = @ledgerId
        """;

    /// <summary>The latest block, everywhere; null while the ledger is not indexed.</summary>
    public async Task<ReportScope?> Latest(CancellationToken cancellationToken) =>
        (await Resolve(asOfBlock: null, asOfDate: null, region: null, cancellationToken)).Scope;

    /// <summary>Parses and checks the query parameters <c>asOfBlock</c> or <c>asOfDate</c>, and <c>region</c>.</summary>
    public async Task<ScopeResult> Parse(string? asOfBlock, string? asOfDate, string? region, CancellationToken cancellationToken)
    {
        if (asOfBlock is not null && asOfDate is not null)
        {
            return Refuse(ReportRefusals.MomentAmbiguous, "asOfDate", ("asOfBlock", asOfBlock), ("asOfDate", asOfDate));
        }

        long? block = null;
        if (asOfBlock is not null)
        {
            if (!long.TryParse(asOfBlock, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return Refuse(ReportRefusals.BlockNumberInvalid, "asOfBlock", ("asOfBlock", asOfBlock));
            }

            block = number;
        }

        DateOnly? day = null;
        if (asOfDate is not null)
        {
            if (!DateOnly.TryParseExact(asOfDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return Refuse(ReportRefusals.DateInvalid, "asOfDate", ("asOfDate", asOfDate));
            }

            day = date;
        }

        RegionCode? code = null;
        if (region is not null)
        {
            if (!RegionCode.TryParse(region, out var parsed, out var fault))
            {
                return new ScopeResult(null, Refusal.Of(fault!, "region"));
            }

            code = parsed;
        }

        return await Resolve(block, day, code, cancellationToken);
    }

    private async Task<ScopeResult> Resolve(long? asOfBlock, DateOnly? asOfDate, RegionCode? region, CancellationToken cancellationToken)
    {
        var scope = new ReportScope(options.Value.LedgerId, Block: 0, asOfBlock, asOfDate, region, ReplicaLagMilliseconds: null);
        Position? position;
        try
        {
            await using var connection = await database.Open(cancellationToken);
            position = await connection.QuerySingleOrDefaultAsync<Position>(new CommandDefinition(
                SelectPosition, new { ledgerId = scope.LedgerId, day = asOfDate, region = scope.RegionNumber }, cancellationToken: cancellationToken));
        }
        catch (PostgresException missing) when (missing.SqlState is
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName)
        {
            // The indexer makes these schemas and may start after the gateway.
            position = null;
        }

        return position switch
        {
            null => Refuse(ReportRefusals.LedgerNotIndexed, null),
            { RegionKnown: false } => Refuse(ReportRefusals.RegionUnknown, "region", ("region", region.ToString())),
            _ when asOfDate > LastDay(position) => Refuse(
                ReportRefusals.DateInFuture, "asOfDate", ("asOfDate", asOfDate), ("last", LastDay(position))),
            _ when asOfBlock > position.Block =>
                Refuse(ReportRefusals.BlockNotIndexed, "asOfBlock", ("asOfBlock", asOfBlock), ("indexed", position.Block)),
            _ => new ScopeResult(
                scope with
                {
                    Block = asOfBlock ?? position.DayBlock ?? position.Block,
                    AsOfBlock = asOfBlock ?? (asOfDate is null ? null : position.DayBlock),
                    ReplicaLagMilliseconds = position.ReplicaLagMilliseconds,
                },
                null),
        };
    }

    /// <summary>Today, or the day of the last block where the chain tells a story that is ahead of us.</summary>
    private DateOnly LastDay(Position position)
    {
        var (today, indexed) = (BusinessDate.Today(clock), BusinessDate.At((ulong)new DateTimeOffset(position.BlockTime).ToUnixTimeSeconds()));
        return today > indexed ? today : indexed;
    }

    private static ScopeResult Refuse(ProblemKind kind, string? field, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var named = new Dictionary<string, object?>(values.Length);
        foreach (var (name, value) in values)
        {
            named[name] = value;
        }

        return new ScopeResult(null, new Refusal(kind, field, named.Count == 0 ? null : named));
    }

    private sealed record Position(long Block, DateTime BlockTime, long? DayBlock, long? ReplicaLagMilliseconds, bool RegionKnown);
}
