using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>What a node's refusal means. JSON-RPC leaves codes and words to the nodes, so known ones of anvil, Besu, geth and Nethermind are looked for.</summary>
internal static class NodeLimits
{
    private const int LimitExceeded = -32005;

    private static readonly string[] SizeWords =
        ["too many", "too large", "limit", "exceed", "response size", "block range", "range too", "query returned more", "timeout", "timed out"];

    private static readonly string[] StateWords =
        ["missing trie node", "state is not available", "state not available", "historical state", "world state unavailable", "pruned",
         "header not found", "blockoutofrange", "block out of range", "out of range", "no state available"];

    /// <summary>
    /// A smaller range may be answered. An answer that cannot be read may be one that is longer than the client takes, and one that does not come
    /// may be one that takes too long to find.
    /// </summary>
    public static bool RefusesSize(EthereumException refused) => refused switch
    {
        JsonRpcException { Code: LimitExceeded } => true,
        JsonRpcException said => Says(said, SizeWords),
        NodeResponseException => true,
        NodeUnreachableException away => away.Message.Contains("did not answer within", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The block is known but its state is gone.</summary>
    public static bool LacksState(JsonRpcException refused) => Says(refused, StateWords);

    private static bool Says(JsonRpcException refused, string[] words) =>
        words.Any(word => refused.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
