using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>Compares what was promised, what the gateways say, and what the ledger holds: the chain itself is asked, not only its index.</summary>
internal static class Reckoning
{
    private const string OpenSql = """
        select (select count(*) from gateway.operation_claim) + (select count(*) from gateway.transaction where status = 1)
        """;

    // Kinds of events: 4 issued, 11 refused.
    private static readonly (string Finding, string Sql)[] Contradictions =
    [
        ("operations that are final and have no event where they say", """
            select count(*) from gateway.operation_state o where o.status = 3 and not exists (
                select 1 from ledger.event e where e.block_number = o.block_number and e.log_index = o.log_index and e.kind <> 11 and e.data = o.data and e.topics = o.topics)
            """),
        ("operations that are refused and have no refusal where they say", """
            select count(*) from gateway.operation_state o where o.status = 4 and not exists (
                select 1 from ledger.event e where e.block_number = o.block_number and e.log_index = o.log_index and e.kind = 11)
            """),
        ("events that two operations claim", """
            select coalesce(sum(n - 1), 0) from (select count(*) as n from gateway.operation_outcome group by block_number, log_index having count(*) > 1) as twice
            """),
        ("successful events without an operation", """
            select (select count(*) from ledger.event where kind <> 11 and block_number > (select min(deploy_block) from ledger.ledger))
                 - (select count(*) from gateway.operation_state where status = 3)
            """),
        ("operations that stand in no place, or in two", """
            select count(*) from gateway.operation o
            left join gateway.operation_queued q on q.client_id = o.client_id and q.sequence = o.sequence
            left join gateway.operation_place p on p.operation_id = o.operation_id
            left join gateway.operation_outcome e on e.operation_id = o.operation_id
            left join gateway.operation_claim c on c.operation_hash = o.operation_hash and c.operation_id = o.operation_id
            where (q.operation_id is null) = (p.operation_id is null) or (e.operation_id is null) = (c.operation_id is null)
               or (q.operation_id is not null and e.operation_id is not null)
            """),
        ("nonces with two live transactions", """
            select count(*) from (select 1 from gateway.transaction where status in (1, 2) group by sender, nonce having count(*) > 1) as twice
            """),
    ];

    public static async Task<long> Open(Stage stage, CancellationToken cancellationToken)
    {
        try
        {
            return await stage.Scalar(OpenSql, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return -1;
        }
    }

    public static async Task<FaultReport> Make(
        FaultOptions options, Stage stage, Town town, Book book, IReadOnlyDictionary<string, int> faults, TimeSpan length, CancellationToken cancellationToken)
    {
        var findings = book.Findings.ToList();
        await WaitForIndex(stage, findings, cancellationToken);
        if (await Open(stage, cancellationToken) is var open and not 0)
        {
            findings.Add($"{open} operations and transactions have not ended.");
        }

        foreach (var (finding, sql) in Contradictions)
        {
            if (await stage.Scalar(sql, cancellationToken) is var count and not 0)
            {
                findings.Add($"{finding}: {count}");
            }
        }

        var statuses = await Statuses(stage, cancellationToken);
        var lost = book.Promised.Values.Count(id => !statuses.ContainsKey(id));
        if (lost > 0)
        {
            findings.Add($"promised operations that no gateway knows: {lost}");
        }

        await CompareIssues(stage, book, statuses, findings, cancellationToken);
        await CompareTotals(stage, findings, cancellationToken);
        return new FaultReport(
            options, faults, book.Accepted, book.Promised.Values.LongCount(id => statuses.GetValueOrDefault(id) == 3),
            book.Promised.Values.LongCount(id => statuses.GetValueOrDefault(id) == 4), book.RefusedAtTheDoor.Count, book.Repeated, length, findings);
    }

    // The chain's own logs: every fingerprint of a final issue once, of a refused one not at all unless its rival has it.
    private static async Task CompareIssues(
        Stage stage, Book book, Dictionary<Guid, short> statuses, List<string> findings, CancellationToken cancellationToken)
    {
        var logs = await stage.Node.Logs(stage.Ledger.Domain.VerifyingContract, stage.DeployBlock, await stage.Node.BlockNumber(cancellationToken), null, cancellationToken);
        var issued = logs.Select(LedgerEvent.Decode).OfType<ReceivableIssued>().SelectMany(e => e.Invoices.Select(i => i.Fingerprint)).ToList();
        if (issued.Distinct().Count() != issued.Count)
        {
            findings.Add($"invoices that back more than one receivable: {issued.Count - issued.Distinct().Count()}");
        }

        var final = book.Promised.Where(p => statuses.GetValueOrDefault(p.Value) == 3 && book.Fingerprints.ContainsKey(p.Key)).Select(p => book.Fingerprints[p.Key]).ToList();
        if (final.Distinct().Count() != final.Count)
        {
            findings.Add("two final operations for one invoice");
        }

        var missing = final.Except(issued).Count();
        var strange = issued.Except(final).Count();
        if (missing > 0 || strange > 0)
        {
            findings.Add($"final issues that the chain does not have: {missing}; issues on the chain that are not final: {strange}");
        }
    }

    private static async Task CompareTotals(Stage stage, List<string> findings, CancellationToken cancellationToken)
    {
        var totals = await new LedgerReader(stage.Node, stage.Ledger.Domain.VerifyingContract).Totals(BlockTag.Latest, cancellationToken);
        var rows = await stage.Scalar("select count(*) from ledger.receivable", cancellationToken);
        var events = await stage.Scalar("select count(*) from ledger.event where kind in (4, 6)", cancellationToken);
        if (totals.Receivables != (ulong)rows || rows != events)
        {
            findings.Add($"receivables: {totals.Receivables} by the ledger's totals, {rows} rows, {events} events");
        }
    }

    private static async Task WaitForIndex(Stage stage, List<string> findings, CancellationToken cancellationToken)
    {
        var head = (long)await stage.Node.BlockNumber(cancellationToken);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await stage.Scalar("select coalesce(max(block_number), 0) from ledger.checkpoint", cancellationToken) >= head)
            {
                return;
            }

            await Task.Delay(100, cancellationToken);
        }

        findings.Add($"the indexer has not reached block {head}");
    }

    private static async Task<Dictionary<Guid, short>> Statuses(Stage stage, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(stage.Database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select operation_id, status from gateway.operation_state", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var statuses = new Dictionary<Guid, short>();
        while (await reader.ReadAsync(cancellationToken))
        {
            statuses[reader.GetGuid(0)] = reader.GetInt16(1);
        }

        return statuses;
    }
}
