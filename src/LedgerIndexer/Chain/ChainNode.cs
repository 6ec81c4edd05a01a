using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>One endpoint of the chain, and whether it is asked at present. Its state belongs to <see cref="NodeSet"/>.</summary>
internal sealed class ChainNode(Uri endpoint) : IDisposable
{
    // The loop repeats whole steps, and says so in the log; a second layer of repetitions would only multiply the waiting.
    public EthereumClient Client { get; } = new(endpoint, new EthereumClientOptions { MaxRetries = 0 });

    /// <summary>Without user, password and path, which can be credentials.</summary>
    public string Name { get; } = endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>Its chain id and genesis block were compared since it was last out of reach.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Failures in a row; each doubles the time for which it is left alone.</summary>
    public int Failures { get; set; }

    /// <summary>Until then it is asked only when no other answers.</summary>
    public DateTimeOffset AsideUntil { get; set; } = DateTimeOffset.MinValue;

    public void Dispose() => Client.Dispose();
}
