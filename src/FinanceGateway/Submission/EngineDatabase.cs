using FinanceChain.FinanceGateway.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// The engine's own connections. The server ends a transaction whose gateway fell silent: a process that was paused in the middle must not
/// hold the rows that others need.
/// </summary>
internal sealed class EngineDatabase : IAsyncDisposable
{
    private const int SilenceMilliseconds = 2_000;
    private const int AnswerSeconds = 10;

    /// <summary>A lane has one for a moment at a time.</summary>
    private const int Connections = 10;

    private readonly NpgsqlDataSource _source;

    public EngineDatabase(IOptions<GatewayOptions> options)
    {
        var settings = ConnectionSettings.Lookups(options.Value.Postgres, Connections);
        settings.ApplicationName = "financechain-gateway-engine";
        settings.Options += $" -c idle_in_transaction_session_timeout={SilenceMilliseconds}";
        settings.Timeout = AnswerSeconds;
        settings.CommandTimeout = AnswerSeconds;
        _source = NpgsqlDataSource.Create(settings.ConnectionString);
    }

    public ValueTask<NpgsqlConnection> Open(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
