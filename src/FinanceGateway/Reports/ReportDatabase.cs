using FinanceChain.FinanceGateway.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>
/// Where reports read: the database itself, or a streaming replica of it (<see cref="GatewayOptions.ReportsPostgres"/>). What a replica lacks of
/// the database is said with each answer.
/// </summary>
internal sealed class ReportDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly bool _isOwn;

    public ReportDatabase(NpgsqlDataSource database, IOptions<GatewayOptions> options)
    {
        _isOwn = options.Value.ReportsPostgres is { Length: > 0 };
        _source = _isOwn ? ConnectionSettings.Source(options.Value.ReportsPostgres!) : database;
    }

    public ValueTask<NpgsqlConnection> Open(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _isOwn ? _source.DisposeAsync() : ValueTask.CompletedTask;
}
