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

    /// <summary>What the ERC-7913 bytes of P-256 signers begin with.</summary>
    public Address P256Verifier { get; private set; }

    /// <summary>What the ERC-7913 bytes of passkeys begin with.</summary>
    public Address PasskeyVerifier { get; private set; }

    public void Set(ulong chainId, Address ledger, Address p256Verifier, Address passkeyVerifier)
    {
        P256Verifier = p256Verifier;
        PasskeyVerifier = passkeyVerifier;
        _domain = new LedgerDomain(chainId, ledger);
    }
}
