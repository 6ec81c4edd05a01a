using FinanceChain.LedgerIndexer.Chain;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

// A ledger's rows as a whole: cleared, or put in the place of another number's.
internal sealed partial class LedgerStore
{
    /// <summary>The tables of rows that a ledger's events make, but for the sums that triggers keep.</summary>
    public static readonly string[] RowTables =
    [
        "event", "transaction", "control_totals", "party", "signer", "signer_recovery", "parameters", "lending_policy", "credit_model",
        "receivable", "invoice", "redemption", "cancellation",
        "loan", "disbursement", "repayment", "loan_default", "write_off", "loan_recovery",
        "holding", "exposure", "day", "lending_day", "receivable_day",
        "mark", "lending_key", "lending_sum", "receivable_sum",
    ];

    /// <summary>The sums that triggers keep.</summary>
    public static readonly string[] SumTables = ["credit_line", "bank_totals", "running_totals"];

    /// <summary>
    /// Puts these rows in the place of those of another number, whole and at once: readers see the old ones or the new ones. Does so when nobody
    /// writes the others, or when both end with the same block, so that their writer goes on as if nothing had happened.
    /// </summary>
    /// <returns>False: they do not end with the same block.</returns>
    public async Task<bool> TakeOver(short ledgerId, CancellationToken cancellationToken)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await using (var level = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                // The lock on the checkpoint waits for the writer's commit and holds back its next one.
                Sql.Command("select 1 from ledger.checkpoint where ledger_id = $1 for update", ledgerId),
                Sql.Command(
                    """
                    select pg_try_advisory_xact_lock($3, $1) or exists (
                           select from ledger.checkpoint a join ledger.checkpoint b on (a.block_number, a.block_hash) = (b.block_number, b.block_hash)
                            where a.ledger_id = $1 and b.ledger_id = $2)
                    """,
                    (int)ledgerId, (int)_ledgerId, WriterLock),
            },
        })
        {
            await using var reader = await level.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (!reader.GetBoolean(0))
            {
                return false;
            }
        }

        await Renumber(ledgerId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Deletes the ledger's rows and sets the checkpoint back to before the deployment, whole or not at all.</summary>
    public async Task Clear(LedgerIdentity ledger, CancellationToken cancellationToken)
    {
        (_ahead, _carried) = (null, null);
        await using var batch = new NpgsqlBatch(_connection);
        foreach (var table in (string[])[.. RowTables, .. SumTables])
        {
            batch.BatchCommands.Add(Sql.Command($"delete from ledger.{table} where ledger_id = $1", _ledgerId));
        }

        batch.BatchCommands.Add(Sql.Command("insert into ledger.running_totals (ledger_id) values ($1)", _ledgerId));
        batch.BatchCommands.Add(Sql.Command(
            "update ledger.checkpoint set block_number = $2, block_hash = $3, block_time = $4, events = 0, indexed_at = now() where ledger_id = $1",
            _ledgerId, ledger.BeforeDeployment.Number, ledger.BeforeDeployment.Hash.ToArray(), ledger.BeforeDeployment.Time));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task Renumber(short ledgerId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection);
        void Add(string sql) => batch.BatchCommands.Add(Sql.Command(
            sql.Replace("$old", $"{ledgerId}", StringComparison.Ordinal).Replace("$new", $"{_ledgerId}", StringComparison.Ordinal)));

        // The triggers move the sums along with the rows; what stood in them before is put back in the end.
        foreach (var sums in SumTables)
        {
            Add($"create temporary table taken_{sums} on commit drop as select * from ledger.{sums} where ledger_id = $new");
            Add($"update taken_{sums} set ledger_id = $old");
        }

        Add("""
            insert into ledger.ledger (ledger_id, name, chain_id, address, deploy_block, genesis_hash)
            select $old, name, chain_id, address, deploy_block, genesis_hash from ledger.ledger where ledger_id = $new on conflict do nothing
            """);
        foreach (var rows in (string[])[.. RowTables, "checkpoint"])
        {
            Add($"delete from ledger.{rows} where ledger_id = $old");
            Add($"update ledger.{rows} set ledger_id = $old where ledger_id = $new");
        }

        foreach (var sums in SumTables)
        {
            Add($"delete from ledger.{sums} where ledger_id in ($old, $new)");
            Add($"insert into ledger.{sums} select * from taken_{sums}");
        }

        Add("delete from ledger.ledger where ledger_id = $new");
        Add("select pg_notify('ledger_indexed', '$old:' || block_number) from ledger.checkpoint where ledger_id = $old");
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
