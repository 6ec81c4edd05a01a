using System.Text.Json;
using System.Text.RegularExpressions;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.FinanceGateway.Tests.Support;
using BulkItem = FinanceChain.FinanceGateway.Client.BulkItem;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>What requests and engine ask the database costs no more when much waits or has ended, whatever the planner believes of the tables.</summary>
[TestFixture]
internal sealed partial class LookupTests : FreshTown
{
    /// <summary>What a batch, or what is looked at for one, may read of a table.</summary>
    private const int Most = 1_000;

    // The server renews what it believes of its tables now and then; here not before the test is over.
    private const string KeepStatisticsSql = """
        do $$
        declare name text;
        begin
            for name in select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'gateway' loop
                execute format('alter table %s set (autovacuum_enabled = off)', name);
            end loop;
        end $$
        """;

    // A queue that was long and has gone down to one: the server believes that its pages hold next to nothing, however full they are by now.
    private const string LongAgoSql = """
        insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
        select sha256(n::text::bytea), gen_random_uuid(), 'somebody', false, array[-n] from generate_series(1, 3000) n;
        insert into gateway.operation_queued (client_id, sequence, operation_id, received_at)
        select 'somebody', -n, gen_random_uuid(), now() from generate_series(1, 3000) n;
        delete from gateway.operation_claim where order_keys <> array[-3000::bigint];
        delete from gateway.operation_queued where sequence <> -3000;
        """;

    // As many as wait have ended, each in a transaction of its own on another chain. What waits for itself never starts.
    private const string CrowdSql = """
        insert into gateway.sender (chain_id, address, next_nonce) values (999, decode(repeat('ab', 20), 'hex'), 0);
        insert into gateway.transaction (chain_id, sender, nonce, transaction_hash, gas_limit, operations, status)
        select 999, (select address from gateway.sender where chain_id = 999), n, sha256(n::text::bytea), 1, 1, 2 from generate_series(1, 3000) n;
        insert into gateway.transaction_version (transaction_hash, transaction_id, kind, raw, max_fee_per_gas, max_priority_fee_per_gas)
        select transaction_hash, transaction_id, 1, '', 0, 0 from gateway.transaction where chain_id = 999;
        create temporary table crowd on commit drop as
        select gen_random_uuid() as id, n, n <= 3000 as waits, c.client_id, o.kind, o.calldata
        from generate_series(1, 6000) n, (select kind, calldata from gateway.operation order by sequence desc limit 1) o,
            (select client_id from gateway.client c where not exists (select from gateway.operation o where o.client_id = c.client_id) limit 1) c;
        insert into gateway.operation (operation_id, client_id, idempotency_key, kind, calldata, operation_hash, order_keys, waits_for)
        select id, client_id, id::text, kind, calldata, sha256(id::text::bytea), array[-n], array[id] from crowd;
        insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
        select operation_hash, operation_id, o.client_id, changes_party, order_keys from gateway.operation o join crowd on id = operation_id where waits;
        insert into gateway.operation_queued (client_id, sequence, operation_id, received_at)
        select o.client_id, sequence, operation_id, received_at from gateway.operation o join crowd on id = operation_id where waits;
        insert into gateway.operation_place (operation_id, transaction_id, position)
        select id, t.transaction_id, 0 from crowd join gateway.transaction t on t.chain_id = 999 and t.nonce = n - 3000 where not waits;
        insert into gateway.operation_outcome (operation_id, client_id, status, block_number, log_index, event_kind, topics, data)
        select id, client_id, 3, n, 0, 1, '', '' from crowd where not waits;
        insert into gateway.webhook_delivery (webhook_id, operation_id, status, last_attempt_at)
        select webhook_id, id, 2, now() from crowd, gateway.webhook where not waits;
        """;

    protected override Task<Town> Found(CancellationToken cancellationToken) => Town.Build(cancellationToken);

    [Test]
    [CancelAfter(180_000)]
    public async Task NoStatement_ReadsWhatItDoesNotNeed_ThoughItsPlanWasMadeForEmptyTables()
    {
        const string Explain = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on "
            + "-c auto_explain.log_timing=off -c auto_explain.log_format=json -c auto_explain.log_nested_statements=on";
        await using var gateway = await RunningGateway.Start(
            Town, Stop, true, $"--FinanceGateway:Postgres={Town.Database};Options={Explain}", "--FinanceGateway:OtlpEndpoint=http://127.0.0.1:1");
        await Work(gateway);
        await Execute("insert into gateway.webhook (webhook_id, client_id, url) select gen_random_uuid(), client_id, 'https://receiver.example/hook' from gateway.client");
        await Execute(KeepStatisticsSql);
        await Execute(LongAgoSql);
        await Execute("vacuum analyze");
        for (var i = 0; i < 6; i++)
        {
            // A statement is prepared once it was asked some times.
            await Work(gateway);
        }

        var quiet = new FileInfo(Town.Postgres.LogFile).Length;
        await Execute(CrowdSql);
        await Work(gateway);

        var counts = new[] { Squeeze(QueueDepth.CountSql), Squeeze(Observability.SubmissionMetrics.Sql) };
        var (statements, greedy) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (statement, plan) in Plans(await LogSince(quiet)).Where(p => !counts.Contains(p.Statement)))
        {
            statements.Add(statement);
            greedy.UnionWith(Scans(plan).Where(scan => scan.Rows > Most).Select(scan => $"too much of {scan.Relation}: {statement}"));
        }

        Assert.That(await Scalar("select count(*) from gateway.operation_queued where sequence > 0"), Is.EqualTo(3_000), "What waited waits.");
        foreach (var known in new[] { "with asked as", "with recursive client as", "with stored as", "with open as", "with taken as" })
        {
            Assert.That(statements, Has.Some.StartsWith(known), "The server explains what door and engine ask.");
        }

        Assert.That(string.Join('\n', greedy.Order()), Is.Empty);
    }

    private async Task Work(RunningGateway gateway)
    {
        using var api = Api(gateway);
        var receivable = (await api.Wait([(await api.Submit(await Trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId], Stop))[0].Number("receivable");
        BulkItem[] items =
        [
            .. await Items(20),
            new(Trade.Key(), await Trade.Assign(receivable, 400, 1, Stop)),
            new(Trade.Key(), await Trade.Assign(receivable, 300, 2, Stop)),
        ];
        var ids = (await api.Submit(items, Stop)).Select(result => result.OperationId!.Value).ToList();
        Assert.That((await api.Wait(ids, Stop)).Select(state => state.Status), Is.All.EqualTo(Client.OperationStatus.Final));
        await foreach (var _ in api.Follow(0, Stop))
        {
            break;
        }

        var (clientId, secret) = (Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
        Assert.That((await gateway.Get("api/v1/operations?limit=5", await gateway.Token(clientId, secret))).Status, Is.EqualTo(200));
        using var newcomer = await Actor.Enterprise(Town, gateway, Stop);
    }

    private static IEnumerable<(string Statement, JsonElement Plan)> Plans(string log) => Explained().Matches(log)
        .Select(match => JsonSerializer.Deserialize<JsonElement>(match.Groups[1].Value))
        .Select(explained => (Squeeze(explained.GetProperty("Query Text").GetString()!), explained.GetProperty("Plan")));

    private static IEnumerable<(string Relation, double Rows)> Scans(JsonElement node)
    {
        if (node.TryGetProperty("Relation Name", out var relation))
        {
            var read = Number("Actual Rows") + Number("Rows Removed by Filter") + Number("Rows Removed by Index Recheck");
            yield return (relation.GetString()!, read * Number("Actual Loops"));
        }

        if (node.TryGetProperty("Plans", out var parts))
        {
            foreach (var scan in parts.EnumerateArray().SelectMany(Scans))
            {
                yield return scan;
            }
        }

        double Number(string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
    }

    private static string Squeeze(string sql) => Spaces().Replace(sql, " ").Trim();

    [GeneratedRegex(@"plan:\n((?:\t.*\n)+)")]
    private static partial Regex Explained();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private async Task<string> LogSince(long position)
    {
        await using var file = new FileStream(Town.Postgres.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = position;
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(Stop);
    }
}
