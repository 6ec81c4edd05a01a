// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../Operations.sol";

/// @title Parties, their signers, the rules of the ledger and the policies of banks
/// @notice See `IFinanceLedger` for what holds for all operations.
interface IRegistry {
    // ---- Parties ---------------------------------------------------------------------------------------------------------

    /// @notice Registers an enterprise or a bank under the next party number.
    /// @dev Who: a signer of the operator with REGISTER, and every new signer, which proves that it holds its key.
    /// Refused: `PartyKindWrong` (operator, regulator), `SignerCountOutOfRange` (1 to 8), `SignaturesMismatch`, `RegionInvalid`,
    /// `ProfileMissing`; per signer `SignerMalformed`, `RightsUnfit`, `SignerTaken`, its signature (`SignerMismatch` if another one signed);
    /// `ManagerMissing`; the registrar's signature; `PartiesExhausted`.
    /// It cannot check identity: that the USCC behind `profileHash` is real and registered once is the gateway's duty.
    function registerParty(RegisterParty calldata op, bytes calldata registrarSignature, bytes[] calldata signerSignatures)
        external;

    /// @notice Sets how an enterprise or a bank stands: active, on the stop-list of obligors, or suspended.
    /// @dev Who: a signer of the operator with MANAGE. Refused: `PartyUnknown`, `PartyKindWrong` (operator, regulator),
    /// `PartyRevisionStale`, `PartyRevisionsExhausted`, `StandingInvalid` (none, or as it stands already; a bank on the stop-list),
    /// `ReasonMissing`, the signature.
    /// It cannot touch what a party owes, holds or has lent: a suspended party still redeems, repays and collects.
    function setStanding(SetStanding calldata op, bytes calldata operatorSignature) external;

    /// @notice Gives a party another signer.
    /// @dev Who: a signer of the party with MANAGE, and the new signer. Refused: `PartyUnknown`, `SignerMalformed`, `RightsUnfit`,
    /// `SignerTaken` (also one that was removed), the new signer's signature (`SignerMismatch` if another one signed), the manager's (the new
    /// signer cannot admit itself: `SignerUnauthorised`), `SignersExhausted`. It cannot change the rights of a signer in force.
    function addSigner(AddSigner calldata op, bytes calldata managerSignature, bytes calldata signerSignature) external;

    /// @notice Takes a signer out of force, for ever.
    /// @dev Who: a signer of the party with MANAGE. Refused: `PartyUnknown`, `SignerUnknown`, the signature, `ManagerMissing` (the last one).
    function removeSigner(RemoveSigner calldata op, bytes calldata managerSignature) external;

    /// @notice Announces a new signer for a party that lost its own. Nothing changes before the delay is over.
    /// @dev Who: a signer of the operator with MANAGE, and the new signer. Refused: `PartyUnknown`, `PartyKindWrong` (operator, regulator:
    /// nobody stands above them), `PartyRevisionStale`, `PartyRevisionsExhausted`, `RecoveryPending` (another one whose delay is not over),
    /// `SignerMalformed`, `RightsUnfit`, `SignerTaken`, the new signer's signature (`SignerMismatch`), the operator's. It
    /// takes the place of one that could be completed and was not.
    function proposeRecovery(ProposeRecovery calldata op, bytes calldata operatorSignature, bytes calldata signerSignature)
        external;

    /// @notice Ends a recovery that the party does not want, at any time before it is completed.
    /// @dev Who: any signer of the party. Refused: `RecoveryUnknown`, the signature.
    function vetoRecovery(VetoRecovery calldata op, bytes calldata partySignature) external;

    /// @notice Puts the new signer in force once the delay is over.
    /// @dev Who: the new signer. Refused: `RecoveryUnknown`, `RecoveryEarly`, `SignerTaken` (granted elsewhere meanwhile, it or the same key
    /// under the other scheme),
    /// the signature (`SignerMismatch` if another one signed), `SignersExhausted`.
    function completeRecovery(CompleteRecovery calldata op, bytes calldata signerSignature) external;

    // ---- Rules -----------------------------------------------------------------------------------------------------------

    /// @notice Announces new parameters. They bind nobody before the regulator adopts them.
    /// @dev Who: a signer of the operator with MANAGE. Refused: `PartyRevisionStale`, `PartyRevisionsExhausted` (the operator's),
    /// `ParametersInvalid` (also those that were adopted once), `StartDateEarly` (the notice in force), the signature.
    function proposeParameters(ProposeParameters calldata op, bytes calldata operatorSignature) external;

    /// @notice Adopts the proposed parameters: from their start date on they hold.
    /// @dev Who: a signer of the regulator with SUPERVISE. Refused: `ParametersNotProposed` (other ones are, or none), `StartDateEarly`
    /// (tomorrow at the earliest), the signature. It cannot change what was agreed before: a receivable keeps its maturity.
    function adoptParameters(AdoptParameters calldata op, bytes calldata regulatorSignature) external;

    // ---- Policies of a bank ----------------------------------------------------------------------------------------------

    /// @notice Sets the amount above which an approval takes two signers, and the limits for obligors and borrowers without one of their own.
    /// @dev Who: a signer of the bank with MANAGE. Refused: `PartyUnknown`, `PartyKindWrong`, `PartySuspended`, `PartyRevisionStale`,
    /// `PartyRevisionsExhausted`, `LimitOutOfRange` (the dual amount, obligor, borrower), the signature.
    function setLendingPolicy(SetLendingPolicy calldata op, bytes calldata managerSignature) external;

    /// @notice Sets a bank's limit for one obligor or borrower. A limit below what is used stops new loans and changes no old one.
    /// @dev Who: a signer of the bank with MANAGE. Refused: `PartyUnknown`, `PartyKindWrong`, `PartySuspended` (the bank), `PartyUnknown`,
    /// `PartyKindWrong` (the enterprise, which may be suspended), `SideInvalid`, `LimitRevisionStale`, `LimitRevisionsExhausted`,
    /// `LimitOutOfRange`, the signature.
    function setCreditLimit(SetCreditLimit calldata op, bytes calldata managerSignature) external;

    /// @notice Records the credit model that a bank decides by from a date on.
    /// @dev Who: two different signers of the bank with APPROVE. Refused: `PartyUnknown`, `PartyKindWrong`, `PartySuspended`,
    /// `PartyRevisionStale`, `PartyRevisionsExhausted`, `ModelMissing`, `ModelDatesInvalid` (from today on, ending after it began), the
    /// signatures, `SignersNotDistinct`.
    function activateModel(ActivateModel calldata op, bytes calldata firstSignature, bytes calldata secondSignature) external;

    // ---- Views -----------------------------------------------------------------------------------------------------------

    function party(PartyId id) external view returns (Party memory);
    function signer(bytes32 signerId) external view returns (SignerRecord memory);
    function recovery(PartyId id) external view returns (Recovery memory);
    /// @notice The parameters in force today.
    function parameters() external view returns (Parameters memory);
    /// @notice Parameters that were adopted last; those in force once their start date has come.
    function nextParameters() external view returns (Parameters memory);
    function proposedParameters() external view returns (Parameters memory);
    function lendingPolicy(PartyId bank) external view returns (LendingPolicy memory);
    function creditLine(PartyId bank, PartyId subject, ExposureSide side) external view returns (CreditLine memory);
    function creditModel(PartyId bank) external view returns (CreditModel memory);
    function receivable(ReceivableId id) external view returns (Receivable memory);
    function loan(LoanId id) external view returns (Loan memory);
    function totals() external view returns (Totals memory);
    function bankTotals(PartyId bank) external view returns (BankTotals memory);
    function receivableOfFingerprint(bytes32 invoiceFingerprint) external view returns (ReceivableId);
    /// @notice The contract that is named in the ERC-7913 bytes of this ledger's P-256 signers.
    function p256Verifier() external view returns (address);
    /// @notice The contract that is named in the ERC-7913 bytes of this ledger's passkeys.
    function passkeyVerifier() external view returns (address);
    /// @notice Interest from the disbursement of `principalFen` over `tenorDays`, as both sides compute it: see `Interest`.
    function interestDown(uint64 principalFen, uint16 annualRateBps, uint16 tenorDays) external pure returns (uint64);
    /// @notice The current business date: days since 1970-01-01 in China Standard Time.
    function today() external view returns (uint16);
}
