using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>
/// The transactions that deploy a ledger, in their order: two verifiers, two annexes, the ledger. Each contract names earlier ones, whose addresses
/// follow from deployer and nonce, so that all transactions can be signed up front and sent at once. The ledger's own creation emits two
/// <see cref="PartyRegistered"/>: the operator and the regulator.
/// </summary>
public sealed class DeploymentPlan
{
    private readonly Address _deployer;
    private readonly ulong _firstNonce;
    private readonly List<ContractCreation> _creations = [];

    /// <param name="deployer">The account that sends all of them.</param>
    /// <param name="firstNonce">Its next nonce; it must send nothing else until the last of them.</param>
    public DeploymentPlan(Address deployer, ulong firstNonce, LedgerFoundation foundation)
    {
        ArgumentNullException.ThrowIfNull(foundation);
        _deployer = deployer;
        _firstNonce = firstNonce;
        P256Verifier = Add("P256Sha256Verifier", FinanceLedgerContract.CreateP256Sha256Verifier());
        PasskeyVerifier = Add("PasskeyVerifier", FinanceLedgerContract.CreatePasskeyVerifier());
        Registry = Add("Registry", FinanceLedgerContract.CreateRegistry(P256Verifier, PasskeyVerifier));
        Servicing = Add("Servicing", FinanceLedgerContract.CreateServicing(P256Verifier, PasskeyVerifier));
        Ledger = Add("FinanceLedger", FinanceLedgerContract.CreateFinanceLedger(
            Registry,
            Servicing,
            foundation.Parameters,
            foundation.RegionCode,
            foundation.OperatorProfile,
            foundation.OperatorSigners,
            foundation.RegulatorProfile,
            foundation.RegulatorSigners));
    }

    public IReadOnlyList<ContractCreation> Creations => _creations;

    public Address P256Verifier { get; }

    public Address PasskeyVerifier { get; }

    public Address Registry { get; }

    public Address Servicing { get; }

    /// <summary>Where operations are submitted and read.</summary>
    public Address Ledger { get; }

    private Address Add(string contract, byte[] data)
    {
        var nonce = _firstNonce + (ulong)_creations.Count;
        var address = ContractAddress.OfCreation(_deployer, nonce);
        _creations.Add(new ContractCreation(contract, nonce, address, ByteString.Wrap(data)));
        return address;
    }
}
