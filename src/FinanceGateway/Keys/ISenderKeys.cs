using FinanceChain.Ethereum;

namespace FinanceChain.FinanceGateway.Keys;

/// <summary>The accounts that pay for transactions, wherever their keys are. The set may change while the gateway runs.</summary>
internal interface ISenderKeys
{
    /// <summary>Accounts that take new work: key files in the order of their names, then keys of the token. Never empty.</summary>
    IReadOnlyList<Address> Current { get; }

    /// <summary>Accounts that take no new work any more, and whose keys are still here for what they have under way.</summary>
    IReadOnlyList<Address> Draining { get; }

    /// <summary>Signs for an account that is current, or was: what it has under way is still to be replaced or cancelled, until the gateway is started
    /// without it.</summary>
    /// <exception cref="KeyNotFoundException">This gateway never held the key.</exception>
    ITransactionSigner Of(Address sender);
}
