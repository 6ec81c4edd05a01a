using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Keys;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>The right to use a sender, until somebody else got a higher epoch.</summary>
internal sealed record SenderLease(Address Sender, long Epoch);

/// <summary>The sender has another holder now; whatever was about to be written was not.</summary>
internal sealed class LeaseLostException(Address sender) : Exception($"The lease of sender {sender} has gone to another gateway.");

/// <summary>
/// Shares the senders among the gateways that are alive, without a leader: each renews what it holds, takes what is free up to its share, and
/// gives back what is above it. A sender whose key was taken away stays leased until what it has under way has ended. The clock that counts is the
/// database's.
/// </summary>
internal sealed class SenderLeases(EngineDatabase database, ISenderKeys senders, ChainIdentity chain, IOptions<SubmissionOptions> options)
{
    /// <summary>$1 the chain, $2 senders that take work, $3 senders that drain.</summary>
    private const string InUse = """
        chain_id = $1 and (address = any($2) or (address = any($3) and exists (
            select from gateway.transaction t where t.chain_id = sender.chain_id and t.sender = sender.address and t.status = 1)))
        """;

    private const string EnterSql = """
        insert into gateway.sender (chain_id, address, next_nonce) select $1, address, 0 from unnest($2) as address on conflict do nothing
        """;

    private const string BeatSql = """
        insert into gateway.instance (instance_id, seen_at) values ($1, now()) on conflict (instance_id) do update set seen_at = now()
        """;

    private const string ForgetSql = "delete from gateway.instance where seen_at < now() - make_interval(secs => 20 * $1)";

    private const string RenewSql = $"""
        update gateway.sender set lease_until = now() + make_interval(secs => $5)
        where {InUse} and holder = $4
        returning address, epoch
        """;

    private const string AliveSql = $"""
        select (select count(*) from gateway.sender where {InUse}),
               (select count(*) from gateway.instance where seen_at > now() - make_interval(secs => $4))
        """;

    private const string TakeSql = $"""
        with free as (
            select address from gateway.sender
            where {InUse} and lease_until < now() and holder is distinct from $4
            order by address limit $6 for update skip locked)
        update gateway.sender s set holder = $4, epoch = s.epoch + 1, lease_until = now() + make_interval(secs => $5)
        from free where s.chain_id = $1 and s.address = free.address
        returning s.address, s.epoch
        """;

    private const string ReleaseSql = """
        update gateway.sender set holder = null, lease_until = '-infinity' where chain_id = $1 and holder = $2 and address = any($3)
        """;

    private const string LeaveSql = "delete from gateway.instance where instance_id = $1";

    private readonly Guid _instance = Guid.NewGuid();

    /// <summary>Shows that this gateway lives. Returns what it holds, and how many senders are its share.</summary>
    public async Task<(List<SenderLease> Held, int Share)> Renew(CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(EnterSql) { Parameters = { Chain(), TakingWork() } },
                new(BeatSql) { Parameters = { new() { Value = _instance } } },
                new(ForgetSql) { Parameters = { Seconds() } },
                new(RenewSql) { Parameters = { Chain(), TakingWork(), Draining(), new() { Value = _instance }, Seconds() } },
                new(AliveSql) { Parameters = { Chain(), TakingWork(), Draining(), Seconds() } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var held = await Leases(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var inUse = checked((int)reader.GetInt64(0));
        var alive = Math.Max(1, checked((int)reader.GetInt64(1)));
        return (held, (inUse + alive - 1) / alive);
    }

    /// <summary>Takes up to <paramref name="count"/> senders that nobody holds.</summary>
    public async Task<List<SenderLease>> Take(int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        await using var command = new NpgsqlCommand(TakeSql, connection)
        {
            Parameters = { Chain(), TakingWork(), Draining(), new() { Value = _instance }, Seconds(), new() { Value = count } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await Leases(reader, cancellationToken);
    }

    /// <summary>Gives senders back, so that others need not wait for the end of the lease.</summary>
    public async Task Release(IReadOnlyCollection<Address> senders, bool leaving, CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(ReleaseSql) { Parameters = { Chain(), new() { Value = _instance }, Addresses(senders) } });
        if (leaving)
        {
            batch.BatchCommands.Add(new(LeaveSql) { Parameters = { new() { Value = _instance } } });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<SenderLease>> Leases(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var leases = new List<SenderLease>();
        while (await reader.ReadAsync(cancellationToken))
        {
            leases.Add(new SenderLease(Address.FromBytes(reader.GetFieldValue<byte[]>(0)), reader.GetInt64(1)));
        }

        return leases;
    }

    private NpgsqlParameter Chain() => new() { Value = checked((long)chain.ChainId) };

    private NpgsqlParameter Seconds() => new() { Value = (double)options.Value.LeaseSeconds };

    private NpgsqlParameter TakingWork() => Addresses(senders.Current);

    private NpgsqlParameter Draining() => Addresses(senders.Draining);

    private static NpgsqlParameter Addresses(IReadOnlyCollection<Address> addresses) =>
        new() { Value = addresses.Select(address => address.ToArray()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
}
