using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>What a ledger is founded with: its first rules, its city, and the two parties that nobody registers.</summary>
/// <param name="Parameters">They hold from the start.</param>
/// <param name="OperatorProfile">Salted hash of the operator's name and identifiers, not zero.</param>
/// <param name="OperatorSigners">One at least manages.</param>
/// <param name="RegulatorProfile">Salted hash of the regulator's name and identifiers, not zero.</param>
/// <param name="RegulatorSigners">One at least manages.</param>
public sealed record LedgerFoundation(
    Parameters Parameters,
    RegionCode RegionCode,
    Hash256 OperatorProfile,
    ValueList<SignerGrant> OperatorSigners,
    Hash256 RegulatorProfile,
    ValueList<SignerGrant> RegulatorSigners);
