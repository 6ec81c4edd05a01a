using FinanceChain.FinanceGateway.Storage;
using FinanceChain.FinanceGateway.Tests.Support;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>How the gateway connects, unless the connection string says otherwise.</summary>
[TestFixture]
internal sealed class ConnectionSettingsTests : TownFixture
{
    [TestCase("", 1)]
    [TestCase(";Max Auto Prepare=0", 0, Description = "For a pooler that hands the connection to others.")]
    public async Task Statement_UsedAgainAndAgain_IsPrepared_UnlessForbidden(string more, long expected)
    {
        await using var source = Source(Town.Database + more);
        await using var connection = await source.OpenConnectionAsync(Stop);
        for (var i = 0; i < 10; i++)
        {
            await using var command = new NpgsqlCommand("select $1::int", connection) { Parameters = { new() { Value = i } } };
            Assert.That(await command.ExecuteScalarAsync(Stop), Is.EqualTo(i));
        }

        await using var count = new NpgsqlCommand("select count(*) from pg_prepared_statements where statement like 'select $1%'", connection);
        Assert.That(await count.ExecuteScalarAsync(Stop), Is.EqualTo(expected));
    }

    [TestCase("", 20)]
    [TestCase(";Maximum Pool Size=7", 7)]
    [CancelAfter(60_000)]
    public async Task Crowd_SharesFewConnections_AndEverybodyIsServed(string more, long expected)
    {
        await using var source = Source($"{Town.Database};Application Name=crowd of {expected}{more}");
        var connections = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            await using var command = source.CreateCommand("select count(*) from pg_stat_activity, pg_sleep(0.05) where application_name = $1");
            command.Parameters.Add(new() { Value = $"crowd of {expected}" });
            return (long)(await command.ExecuteScalarAsync(Stop))!;
        }));
        Assert.That(connections.Max(), Is.EqualTo(expected));
    }

    [Test]
    public async Task OptionsOfTheConnectionString_AreKept_BesideThoseOfLookups()
    {
        await using var source = Source(Town.Database + ";Options=-c statement_timeout=1234");
        await using var command = source.CreateCommand("select current_setting('statement_timeout') || ', ' || current_setting('enable_seqscan')");
        Assert.That(await command.ExecuteScalarAsync(Stop), Is.EqualTo("1234ms, off"));
    }

    private static NpgsqlDataSource Source(string postgres) => NpgsqlDataSource.Create(ConnectionSettings.Lookups(postgres, connections: 20));
}
