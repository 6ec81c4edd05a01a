using FinanceChain.FinanceGateway.Storage;
using FinanceChain.FinanceGateway.Tests.Support;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Statements that are used again are prepared on the server, unless the connection string says otherwise.</summary>
[TestFixture]
internal sealed class PreparedStatementsTests : TownFixture
{
    [TestCase("", 1)]
    [TestCase(";Max Auto Prepare=0", 0, Description = "For a pooler that hands the connection to others.")]
    public async Task Statement_UsedAgainAndAgain_IsPrepared_UnlessForbidden(string more, long expected)
    {
        await using var source = PreparedStatements.Source(Town.Database + more);
        await using var connection = await source.OpenConnectionAsync(Stop);
        for (var i = 0; i < 10; i++)
        {
            await using var command = new NpgsqlCommand("select $1::int", connection) { Parameters = { new() { Value = i } } };
            Assert.That(await command.ExecuteScalarAsync(Stop), Is.EqualTo(i));
        }

        await using var count = new NpgsqlCommand("select count(*) from pg_prepared_statements where statement like 'select $1%'", connection);
        Assert.That(await count.ExecuteScalarAsync(Stop), Is.EqualTo(expected));
    }
}
