using System.Collections.Frozen;

namespace FinanceChain.Ethereum;

/// <summary>
/// What may be sent again when no answer came. Reading changes nothing; a signed transaction has the same hash each time and can be mined
/// once. Everything else, such as mining a block on a development node, may have happened already and is left to the caller.
/// </summary>
internal static class RepeatableMethods
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "eth_accounts", "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_feeHistory", "eth_gasPrice", "eth_maxPriorityFeePerGas",
        "eth_sendRawTransaction", "eth_simulateV1", "eth_syncing", "net_version", "web3_clientVersion",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string method) => Names.Contains(method) || method.StartsWith("eth_get", StringComparison.Ordinal) && !IsFilterChange(method);

    // A filter forgets what it has told.
    private static bool IsFilterChange(string method) => method == "eth_getFilterChanges";
}
