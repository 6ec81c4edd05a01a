using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Storage;

/// <summary>The append-only record of who let whom in. An attempt is written before it is made, so that none is missing. Never a secret in it.</summary>
internal static class Audit
{
    private const string Sql = "insert into gateway.audit (client_id, request_id, action, subject, details) values ($1, $2, $3, $4, $5)";

    public static async Task Write(
        NpgsqlDataSource database, string clientId, string requestId, string action, string subject, object details,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = clientId });
        command.Parameters.Add(new() { Value = requestId });
        command.Parameters.Add(new() { Value = action });
        command.Parameters.Add(new() { Value = subject });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(details), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
