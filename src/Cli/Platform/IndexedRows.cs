using System.Globalization;
using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.Cli.Platform;

/// <summary>The indexer's rows of a ledger, seen from outside it.</summary>
internal static class IndexedRows
{
    /// <summary>Whether the chain has the block up to which the database is indexed. True where nothing is indexed yet.</summary>
    public static async Task<bool> StandOn(EthereumClient chain, string database, CancellationToken cancellation)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        await using NpgsqlCommand command = source.CreateCommand("select block_number, block_hash from ledger.checkpoint where ledger_id = 1");
        try
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation) || reader.GetInt64(0) is not (>= 0 and var number))
            {
                return true;
            }

            BlockHeader? block = await chain.Block((ulong)number, cancellation);
            return block is not null && block.Hash.ToArray().AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(1));
        }
        catch (PostgresException none) when (none.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return true;
        }
    }

    /// <summary>Runs the indexer once to project the ledger anew.</summary>
    /// <param name="output">What the indexer writes, line by line.</param>
    /// <exception cref="CommandException">It could not; the old rows stand.</exception>
    public static async Task Rebuild(
        Uri chain, string database, Address ledger, long deployBlock, Action<string> output, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string>
        {
            ["LedgerIndexer__Postgres"] = database,
            ["LedgerIndexer__ChainUrl"] = chain.ToString(),
            ["LedgerIndexer__LedgerAddress"] = ledger.ToString(),
            ["LedgerIndexer__DeployBlock"] = deployBlock.ToString(CultureInfo.InvariantCulture),
        };
        var (last, reason) = ("", "");
        int exitCode = await Tool.Run(
            "dotnet",
            [Service.ProgramFile("LedgerIndexer"), "--LedgerIndexer:Rebuild=true", "--LedgerIndexer:EndAfterRebuild=true"],
            line =>
            {
                last = line.Length > 0 ? line : last;
                reason = line.Contains(" crit: ", StringComparison.Ordinal) ? line : reason;
                output(line);
            },
            cancellation,
            environment);
        if (exitCode != 0)
        {
            // What it says last is how it took itself down; why it did stands before that.
            throw new CommandException($"The indexer ended with {exitCode}; the old rows stand. It said: {(reason.Length > 0 ? reason : last)}");
        }
    }
}
