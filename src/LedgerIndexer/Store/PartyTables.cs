using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Parties, their signers, and recoveries of those.</summary>
internal static class PartyTables
{
    public const string SelectParties = """
        select party_id, kind, region_code, industry, profile_hash, standing, standing_reason, standing_at, revision, standing_revision,
               registered_block, registered_at
          from ledger.party
         where ledger_id = $1 and party_id = any($2)
        """;

    public const string SelectPendingRecoveries = """
        select party_id, block_number, log_index, signer_id, signer, rights, ready_date, status, ended_block
          from ledger.signer_recovery
         where ledger_id = $1 and party_id = any($2) and status = 1
        """;

    private const string UpsertParties = """
        insert into ledger.party (ledger_id, party_id, kind, region_code, industry, profile_hash, standing, standing_reason, standing_at,
               revision, standing_revision, registered_block, registered_at)
        select $1, unnest($2::integer[]), unnest($3::smallint[]), unnest($4::integer[]), unnest($5::text[]), unnest($6::bytea[]),
               unnest($7::smallint[]), unnest($8::bytea[]), unnest($9::timestamptz[]), unnest($10::integer[]), unnest($11::integer[]),
               unnest($12::bigint[]), unnest($13::timestamptz[])
        on conflict (ledger_id, party_id) do update
           set standing = excluded.standing, standing_reason = excluded.standing_reason, standing_at = excluded.standing_at,
               revision = excluded.revision, standing_revision = excluded.standing_revision
        """;

    private const string RemoveSigners = """
        update ledger.signer s set removed_block = r.block_number
          from unnest($2::bytea[], $3::bigint[]) as r (signer_id, block_number)
         where s.ledger_id = $1 and s.signer_id = r.signer_id
        """;

    private const string UpsertRecoveries = """
        insert into ledger.signer_recovery (ledger_id, party_id, block_number, log_index, signer_id, signer, rights, ready_date, status,
               ended_block)
        select $1, unnest($2::integer[]), unnest($3::bigint[]), unnest($4::integer[]), unnest($5::bytea[]), unnest($6::bytea[]),
               unnest($7::smallint[]), unnest($8::date[]), unnest($9::smallint[]), unnest($10::bigint[])
        on conflict (ledger_id, block_number, log_index) do update
           set status = excluded.status, ended_block = excluded.ended_block
        """;

    private static readonly TableCopy<SignerRow> Signers = new(
        "signer", "party_id, signer_id, signer, rights, added_block",
        (to, row) => to.Integer(row.PartyId).Bytea(row.SignerId).Bytea(row.Signer).Smallint((short)row.Rights).Bigint(row.AddedBlock));

    public static IEnumerable<AddedRows> Added(short ledgerId, RangeProjection projected) => Signers.Of(ledgerId, projected.Signers);

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.ChangedParties is { Count: > 0 } parties)
        {
            yield return Sql.Command(
                UpsertParties, ledgerId, parties.Column(row => row.PartyId), parties.Column(row => (short)row.Kind),
                parties.Column(row => row.RegionCode), parties.Column(row => row.Industry), parties.Column(row => row.ProfileHash),
                parties.Column(row => (short)row.Standing), parties.Column(row => row.StandingReason), parties.Column(row => row.StandingAt),
                parties.Column(row => row.Revision), parties.Column(row => row.StandingRevision), parties.Column(row => row.RegisteredBlock),
                parties.Column(row => row.RegisteredAt));
        }

        // One that was removed never comes back.
        if (projected.SignerRemovals is { Count: > 0 } removals)
        {
            yield return Sql.Command(
                RemoveSigners, ledgerId, removals.Column(row => row.SignerId), removals.Column(row => row.RemovedBlock));
        }

        // What ended comes first, so that a party never has two recoveries pending.
        foreach (var recoveries in Recoveries(ledgerId, projected.ChangedRecoveries))
        {
            yield return recoveries;
        }
    }

    public static PartyRow Party(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        (PartyKind)reader.GetInt16(1),
        reader.GetInt32(2),
        reader.GetString(3),
        reader.GetFieldValue<byte[]>(4),
        (Standing)reader.GetInt16(5),
        reader.Optional<byte[]>(6),
        reader.GetDateTime(7),
        reader.GetInt32(8),
        reader.GetInt32(9),
        reader.GetInt64(10),
        reader.GetDateTime(11));

    public static SignerRecoveryRow Recovery(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetInt64(1),
        reader.GetInt32(2),
        reader.GetFieldValue<byte[]>(3),
        reader.GetFieldValue<byte[]>(4),
        (Rights)reader.GetInt16(5),
        reader.GetFieldValue<DateOnly>(6),
        (RecoveryStatus)reader.GetInt16(7),
        reader.OptionalValue<long>(8));

    private static IEnumerable<NpgsqlBatchCommand> Recoveries(short ledgerId, IReadOnlyList<SignerRecoveryRow> changed)
    {
        IReadOnlyList<SignerRecoveryRow> ended = [.. changed.Where(row => row.Status != RecoveryStatus.Pending)];
        IReadOnlyList<SignerRecoveryRow> pending = [.. changed.Where(row => row.Status == RecoveryStatus.Pending)];
        foreach (var rows in new[] { ended, pending })
        {
            if (rows.Count > 0)
            {
                yield return Sql.Command(
                    UpsertRecoveries, ledgerId, rows.Column(row => row.PartyId), rows.Column(row => row.BlockNumber),
                    rows.Column(row => row.LogIndex), rows.Column(row => row.SignerId), rows.Column(row => row.Signer),
                    rows.Column(row => (short)row.Rights), rows.Column(row => row.ReadyDate), rows.Column(row => (short)row.Status),
                    rows.Column(row => row.EndedBlock));
            }
        }
    }
}
