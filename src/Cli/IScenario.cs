using FinanceChain.Cli.Progress;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli;

/// <summary>Plays a story against a running platform, from outside: through its public API, each party with its own key.</summary>
internal interface IScenario
{
    /// <summary>As given to <c>--scenario</c>.</summary>
    string Name { get; }

    /// <summary>When the story begins; an embedded chain that is started for it begins at this time.</summary>
    DateTimeOffset GenesisTime { get; }

    /// <summary>Plays what has not been played yet: a story that was interrupted goes on, one that is over ends at once.</summary>
    /// <returns>Sentences for the person at the terminal, such as what the story came to.</returns>
    Task<IReadOnlyList<string>> Play(Stage stage, IProgressSink progress, CancellationToken cancellation);
}

/// <summary>Where a scenario is played.</summary>
/// <param name="Gateway">Base address of the gateway.</param>
/// <param name="Indexer">Base address of the indexer's health endpoint.</param>
/// <param name="Offices">Whoever lets parties in and watches over them.</param>
/// <param name="Clock">The embedded chain, whose clock can be moved; null on a chain of someone else's.</param>
/// <param name="DataDirectory">Where the scenario may keep what it needs to go on later; only this user can read it.</param>
internal sealed record Stage(
    Uri Gateway,
    Uri Indexer,
    Uri ChainUrl,
    ulong ChainId,
    Address Ledger,
    Offices Offices,
    EmbeddedChain? Clock,
    string DataDirectory);

/// <summary>The operator and the regulator, who are parties of every ledger before the first enterprise.</summary>
/// <param name="ClientId">Of the operator's API client, with its secret.</param>
/// <param name="Manager">The operator's key that sets how parties stand.</param>
/// <param name="Regulator">The regulator's key.</param>
internal sealed record Offices(string ClientId, string ClientSecret, ISigner Manager, ISigner Regulator);
