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

    public ReportDatabase(IOptions<GatewayOptions> options) =>
        _source = NpgsqlDataSource.Create(ConnectionSettings.Reports(options.Value.ReportsPostgres is { Length: > 0 } replica ? replica : options.Value.Postgres));

    public ValueTask<NpgsqlConnection> Open(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
