// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Annex} from "./Annex.sol";
import {Interest} from "./Interest.sol";
import {LedgerBase} from "./LedgerBase.sol";
import {Policies} from "./Policies.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import "./Operations.sol";
import {unpackProgress, unpackReceivable, unpackTerms} from "./Packing.sol";

/// @title The annex of parties, rules and policies, and of most views
contract Registry is Policies, Annex {
    constructor(address p256Verifier_, address passkeyVerifier_) LedgerBase(p256Verifier_, passkeyVerifier_) {}

    /// @inheritdoc Annex
    function brings() external pure override returns (bytes4) {
        return type(IRegistry).interfaceId;
    }

    /// @inheritdoc IRegistry
    function party(PartyId id) external view returns (Party memory) {
        return _parties[id];
    }

    /// @inheritdoc IRegistry
    function signer(bytes32 signerId) external view returns (SignerRecord memory) {
        return _signers[signerId];
    }

    /// @inheritdoc IRegistry
    function recovery(PartyId id) external view returns (Recovery memory) {
        return _recoveries[id];
    }

    /// @inheritdoc IRegistry
    function parameters() external view returns (Parameters memory) {
        return _rules();
    }

    /// @inheritdoc IRegistry
    function nextParameters() external view returns (Parameters memory) {
        return _nextParameters;
    }

    /// @inheritdoc IRegistry
    function proposedParameters() external view returns (Parameters memory) {
        return _proposedParameters;
    }

    /// @inheritdoc IRegistry
    function lendingPolicy(PartyId bank) external view returns (LendingPolicy memory) {
        return _policies[bank];
    }

    /// @inheritdoc IRegistry
    function creditLine(PartyId bank, PartyId subject, ExposureSide side) external view returns (CreditLine memory) {
        return _lines[_lineKey(bank, subject, side)];
    }

    /// @inheritdoc IRegistry
    function creditModel(PartyId bank) external view returns (CreditModel memory) {
        return _models[bank];
    }

    /// @inheritdoc IRegistry
    function receivable(ReceivableId id) external view returns (Receivable memory) {
        return unpackReceivable(_receivables[id]);
    }

    /// @inheritdoc IRegistry
    function loan(LoanId id) external view returns (Loan memory found) {
        found = Loan(unpackTerms(_loanTerms[id]), unpackProgress(_loanProgress[id]));
        if (found.terms.principalFen != 0 && found.progress.status == LoanStatus.None) {
            found.progress.status = LoanStatus.Opened;
        }
    }

    /// @inheritdoc IRegistry
    function totals() external view returns (Totals memory) {
        return _totals;
    }

    /// @inheritdoc IRegistry
    function bankTotals(PartyId bank) external view returns (BankTotals memory) {
        return _bankTotals[bank];
    }

    /// @inheritdoc IRegistry
    function receivableOfFingerprint(bytes32 invoiceFingerprint) external view returns (ReceivableId) {
        return _fingerprints[invoiceFingerprint];
    }

    /// @inheritdoc IRegistry
    function p256Verifier() public view override(Annex, IRegistry) returns (address) {
        return super.p256Verifier();
    }

    /// @inheritdoc IRegistry
    function passkeyVerifier() public view override(Annex, IRegistry) returns (address) {
        return super.passkeyVerifier();
    }

    /// @inheritdoc IRegistry
    function interestDown(uint64 principalFen, uint16 annualRateBps, uint16 tenorDays) external pure returns (uint64) {
        return Interest.interestDown(principalFen, annualRateBps, tenorDays);
    }

    /// @inheritdoc IRegistry
    function today() external view returns (uint16) {
        return _today();
    }
}
