using System.Diagnostics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>
/// <c>TransferSingle</c> of a token contract: one row and two balances an event. The general indexers' home ground; ours is the product's follower
/// with a projection of these.
/// </summary>
internal static class TransferWorkload
{
    private const string DoneInOurTables = "select block_number >= $LAST from checkpoint";

    private static readonly Peers Peers = new("transfers", () => """
        [{"type":"event","name":"TransferSingle","anonymous":false,"inputs":[
          {"name":"operator","type":"address","internalType":"address","indexed":true},
          {"name":"from","type":"address","internalType":"address","indexed":true},
          {"name":"to","type":"address","internalType":"address","indexed":true},
          {"name":"id","type":"uint256","internalType":"uint256","indexed":false},
          {"name":"value","type":"uint256","internalType":"uint256","indexed":false}]}]
        """);

    public static Workload Create() => new(
        "transfers", "`TransferSingle` of one contract, one row and two balances an event.", Play,
        [
            new("limit", (_, _) => Entrant.Self("limit-transfers"), DoneInOurTables, "select count(*)::numeric, sum(amount)::numeric from transfer"),
            new("financechain", (_, _) => Follower(), DoneInOurTables, Of("transfer", "balance")),
            new("ponder", Peers.Ponder, "select exists (select from peer.transfer where id = '$LAST-99')", Of("peer.transfer", "peer.balance")),
            new("envio", Peers.Envio, """select exists (select from "Transfer" where id = '$LAST-99')""", Of("\"Transfer\"", "\"Balance\"")),
        ]);

    private static async Task<ProcessStartInfo> Follower()
    {
        // As the product's indexer has it, in hexadecimal.
        var start = await Entrant.Self("follow-transfers");
        start.Environment["DOTNET_GCHeapHardLimit"] = "17D78400";
        return start;
    }

    private static string Of(string transfers, string balances) => $"""
        select (select count(*) from {transfers})::numeric, (select sum(amount) from {transfers})::numeric,
               count(*)::numeric, sum(amount) filter (where amount > 0)::numeric from {balances}
        """;

    private static Task<PlayedChain> Play(long events, CancellationToken cancellation) =>
        PlayedChain.Fill(chain => Fill(chain, events, cancellation), cancellation);

    private static async Task<Field> Fill(EmbeddedChain chain, long events, CancellationToken cancellation)
    {
        using var client = new EthereumClient(chain.Endpoint);
        var (contract, first, last) = await TransferChain.Fill(client, (int)events, cancellation);
        var balances = new HashSet<(int Account, int Token)>();
        var moved = 0L;
        foreach (var n in Enumerable.Range(1, (int)events))
        {
            moved += TransferContract.Amount(n);
            balances.Add((TransferContract.From(n), TransferContract.Token(n)));
            balances.Add((TransferContract.To(n), TransferContract.Token(n)));
        }

        return new Field(chain.Endpoint, await client.ChainId(cancellation), contract, first, last, [events, moved, balances.Count, moved]);
    }
}
