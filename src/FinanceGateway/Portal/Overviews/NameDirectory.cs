using System.Collections.Frozen;
using Dapper;
using FinanceChain.FinanceGateway.Reports;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Portal.Overviews;

/// <summary>What parties and regions are called, where that is known here. The ledger itself holds numbers and hashes only.</summary>
public sealed record Names(FrozenDictionary<PartyId, string> Parties, FrozenDictionary<string, RegionName> Regions)
{
    /// <summary>The region's name, or its code where it has none here.</summary>
    public string Region(string code, PortalLanguage language) =>
        !Regions.TryGetValue(code, out var name) ? code : language == PortalLanguage.Chinese ? name.Chinese : name.English;
}

public sealed record RegionName(string Chinese, string English);

internal sealed class NameDirectory(ReportDatabase database)
{
    // A name counts only if it hashes to what the party signed on the ledger.
    private const string SelectParties = """
        select p.party_id as id, g.name
          from ledger.party p join gateway.party g on g.profile_hash = p.profile_hash
         where p.ledger_id = @ledgerId and p.party_id = any(@parties)
        """;

    private const string SelectRegions = "select code::text as code, name_zh as chinese, name_en as english from report.region";

    public async Task<Names> Read(short ledgerId, IReadOnlyCollection<PartyId> parties, CancellationToken cancellationToken)
    {
        await using var connection = await database.Open(cancellationToken);
        var named = await connection.QueryAsync<PartyRow>(new CommandDefinition(
            SelectParties,
            new { ledgerId, parties = parties.Select(party => checked((int)party.Value)).ToArray() },
            cancellationToken: cancellationToken));
        var regions = await connection.QueryAsync<RegionRow>(new CommandDefinition(SelectRegions, cancellationToken: cancellationToken));
        return new Names(
            named.ToFrozenDictionary(row => new PartyId((uint)row.Id), row => row.Name),
            regions.ToFrozenDictionary(row => row.Code, row => new RegionName(row.Chinese, row.English)));
    }

    private sealed record PartyRow(int Id, string Name);

    private sealed record RegionRow(string Code, string Chinese, string English);
}
