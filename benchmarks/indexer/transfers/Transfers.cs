using System.Numerics;
using FinanceChain.Ethereum;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>One <c>TransferSingle</c>: the row that every entrant writes.</summary>
internal readonly record struct Transfer(
    long Block, int LogIndex, Address Operator, Address From, Address To, BigInteger Id, BigInteger Amount, Hash256 Transaction)
{
    public static Transfer Of(Log log) => new(
        checked((long)log.BlockNumber),
        checked((int)log.LogIndex),
        AddressOf(log.Topics[1]),
        AddressOf(log.Topics[2]),
        AddressOf(log.Topics[3]),
        new BigInteger(log.Data.AsSpan(0, 32), isUnsigned: true, isBigEndian: true),
        new BigInteger(log.Data.AsSpan(32, 32), isUnsigned: true, isBigEndian: true),
        log.TransactionHash);

    public static Address AddressOf(Hash256 topic) => Address.FromBytes(topic.ToArray().AsSpan(12));
}

/// <summary>The tables of this indexer and of the limit.</summary>
internal static class TransferTables
{
    private const string Create = """
        create table transfer (block_number bigint not null, log_index integer not null, operator bytea not null, sender bytea not null,
            receiver bytea not null, token numeric not null, amount numeric not null, transaction_hash bytea not null, primary key (block_number, log_index));
        create table balance (account bytea not null, token numeric not null, amount numeric not null, primary key (account, token))
            with (fillfactor = 50);
        create table checkpoint (block_number bigint not null, block_hash bytea not null);
        insert into checkpoint values (-1, '');
        """;

    private const string Copy = """
        copy transfer (block_number, log_index, operator, sender, receiver, token, amount, transaction_hash) from stdin (format binary)
        """;

    public static async Task<NpgsqlConnection> Open(string postgres, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand(Create, connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    public static async Task CopyRows(NpgsqlConnection connection, IReadOnlyList<Transfer> rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(Copy, cancellationToken);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(row.Block, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.LogIndex, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Operator.ToArray(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(row.From.ToArray(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(row.To.ToArray(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(row.Amount, NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(row.Transaction.ToArray(), NpgsqlDbType.Bytea, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
