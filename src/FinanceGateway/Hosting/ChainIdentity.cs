using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway;

/// <summary>The one chain and ledger that this gateway serves; looked up once, before it listens.</summary>
internal sealed class ChainIdentity
{
    private LedgerDomain? _domain;

    public ulong ChainId => LedgerDomain.Domain.ChainId;

    public Address Ledger => LedgerDomain.Domain.VerifyingContract;

    /// <summary>What every signature on the ledger is bound to.</summary>
    public LedgerDomain LedgerDomain => _domain ?? throw new InvalidOperationException("The chain has not been looked up yet.");

    public void Set(ulong chainId, Address ledger) => _domain = new LedgerDomain(chainId, ledger);
}
