// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Types.sol";

/// @title Everything that the ledger remembers
/// @notice All state of the ledger stands here and nowhere else, so that the ledger and its annexes, which run on its storage, cannot
/// differ in where they find it. First in the order of inheritance: the control totals are slots 0 to 2, see docs/architecture.md.
abstract contract LedgerStorage {
    Totals internal _totals; // slots 0 to 2
    mapping(PartyId bank => BankTotals) internal _bankTotals; // slot 3
    mapping(ReceivableId => uint256 packed) internal _receivables; // slot 4, see Packing.sol
    mapping(LoanId => uint256 packedTerms) internal _loanTerms; // slot 5
    mapping(LoanId => uint256 packedProgress) internal _loanProgress; // slot 6
    mapping(bytes32 invoiceFingerprint => ReceivableId) internal _fingerprints; // slot 7

    mapping(PartyId => Party) internal _parties; // slot 8
    mapping(bytes32 signerId => SignerRecord) internal _signers; // slot 9
    mapping(PartyId => Recovery) internal _recoveries; // slot 10
    mapping(ReceivableId => mapping(bytes32 caseHash => bool)) internal _cases; // slot 11: orders that were carried out

    mapping(PartyId bank => LendingPolicy) internal _policies; // slot 12
    mapping(uint256 lineKey => CreditLine) internal _lines; // slot 13, see LedgerBase._lineKey
    mapping(PartyId bank => CreditModel) internal _models; // slot 14

    Parameters internal _parameters; // slot 15: in force until the next ones start
    Parameters internal _nextParameters; // slot 16: adopted; in force from their start on
    Parameters internal _proposedParameters; // slot 17
    uint32 internal _lastParty; // slot 18
    mapping(bytes32 parametersHash => bool) internal _adopted; // slot 19: parameters that the regulator signed once
    mapping(ReceivableId => bool) internal _disputed; // slot 20: whether its obligor disputed it once
}
