using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>The public keys of clients, and which of their assertions were used.</summary>
internal sealed class ClientKeyStore(NpgsqlDataSource database)
{
    private const string KeySql = """
        select k.x, k.y from gateway.client_key k join gateway.client c on c.client_id = k.client_id
        where k.client_id = $1 and k.kid = $2 and k.retired_at is null and c.revoked_at is null
        """;

    // What is over cannot be used again anyway; a few rows go with each that comes.
    private const string UseSql = """
        with over as (
            delete from gateway.client_assertion where ctid = any(array(
                select ctid from gateway.client_assertion where expires_at < now() - interval '10 minutes' limit 10)))
        insert into gateway.client_assertion (client_id, jti, expires_at) values ($1, $2, $3) on conflict do nothing returning true
        """;

    /// <summary>Null when the client has no such key, or not any more.</summary>
    public async Task<SecurityKey?> Find(string clientId, string kid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(KeySql);
        command.Parameters.Add(new() { Value = clientId });
        command.Parameters.Add(new() { Value = kid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var point = new ECPoint { X = reader.GetFieldValue<byte[]>(0), Y = reader.GetFieldValue<byte[]>(1) };
        return new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point })) { KeyId = kid };
    }

    /// <summary>True for the first use of an assertion, false for every other, on whichever gateway.</summary>
    public async Task<bool> Use(string clientId, string jti, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(UseSql);
        command.Parameters.Add(new() { Value = clientId });
        command.Parameters.Add(new() { Value = jti });
        command.Parameters.Add(new() { Value = expiresAt });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
