using FinanceChain.FinanceGateway.SignIn;
using Npgsql;

namespace FinanceChain.FinanceGateway.Clients;

/// <summary>The first client: the operator's own, from configuration. Changing the secret file changes its secret at the next start.</summary>
internal static class OperatorClient
{
    private const int MinSecretLength = 32;

    private const string EnterSql = """
        insert into gateway.client (client_id, name, scopes, secret_hash, created_by) values ($1, 'operator', $2, $3, 'configuration')
        on conflict (client_id) do update set secret_hash = excluded.secret_hash, scopes = excluded.scopes
        where gateway.client.created_by = 'configuration'
        """;

    /// <exception cref="InvalidOperationException">The secret is too short to be random.</exception>
    public static async Task Enter(NpgsqlDataSource database, GatewayOptions options, CancellationToken cancellationToken)
    {
        var secret = (await File.ReadAllTextAsync(options.KeyPath(options.OperatorClientSecretFile), cancellationToken)).Trim();
        if (secret.Length < MinSecretLength)
        {
            throw new InvalidOperationException($"The operator's client secret needs at least {MinSecretLength} characters.");
        }

        await using var command = database.CreateCommand(EnterSql);
        command.Parameters.Add(new() { Value = options.OperatorClientId });
        command.Parameters.Add(new() { Value = Scopes.OfOperator });
        command.Parameters.Add(new() { Value = ClientSecret.Hash(secret) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
