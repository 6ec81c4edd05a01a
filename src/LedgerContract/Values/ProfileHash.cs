using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>
/// Binds a party on the ledger to its name and identifier, which stay off the chain: <c>keccak256(abi.encode(bytes32 salt, string name,
/// string uscc))</c>. The salt is random and kept with the profile: names and codes are guessable, so a bare hash would reveal them.
/// </summary>
public static class ProfileHash
{
    /// <exception cref="ArgumentException">The salt is zero or the name empty.</exception>
    public static Hash256 Of(Hash256 salt, string name, Uscc uscc)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (salt.IsZero)
        {
            throw new ArgumentException("A profile hash needs a random salt.", nameof(salt));
        }

        return Keccak256.Hash(new AbiWriter().Bytes32(salt).String(name).String(uscc.ToString()).ToArray());
    }
}
