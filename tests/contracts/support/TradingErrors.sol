// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";

/// @notice What each trading operation can be refused with, as `ITrading` lists it: selectors, four bytes each.
abstract contract TradingErrors {
    function commonErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(
            ILedgerErrors.DeadlineExpired.selector,
            ILedgerErrors.SignatureMalformed.selector,
            ILedgerErrors.SignatureInvalid.selector,
            ILedgerErrors.SignerUnauthorised.selector,
            ILedgerErrors.AmountOutOfRange.selector
        );
    }

    function partyErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(
            ILedgerErrors.PartyUnknown.selector,
            ILedgerErrors.PartyKindWrong.selector,
            ILedgerErrors.PartySuspended.selector
        );
    }

    function claimErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(
            commonErrors(),
            ILedgerErrors.ReceivableUnknown.selector,
            ILedgerErrors.ReceivableRevisionStale.selector,
            ILedgerErrors.ReceivableStatusWrong.selector,
            ILedgerErrors.ReceivableLocked.selector
        );
    }

    function loanErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(
            commonErrors(),
            ILedgerErrors.LoanUnknown.selector,
            ILedgerErrors.LoanRevisionStale.selector,
            ILedgerErrors.LoanStatusWrong.selector,
            ILedgerErrors.PaymentReferenceMissing.selector
        );
    }

    function issueErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(
            commonErrors(),
            partyErrors(),
            ILedgerErrors.SelfDealing.selector,
            ILedgerErrors.MaturityOutOfRange.selector,
            ILedgerErrors.PartyStopListed.selector,
            ILedgerErrors.InvoiceCountOutOfRange.selector,
            ILedgerErrors.FingerprintMissing.selector,
            ILedgerErrors.FingerprintTaken.selector,
            ILedgerErrors.InvoicesBelowFace.selector
        );
    }

    /// @dev Nothing here is split deeply or often enough for the two bounds on splits.
    function assignErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(claimErrors(), partyErrors(), ILedgerErrors.SelfDealing.selector);
    }

    function redeemErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(claimErrors(), ILedgerErrors.PaymentReferenceMissing.selector);
    }

    function openErrors() internal pure returns (bytes memory) {
        bytes memory terms = abi.encodePacked(
            ILedgerErrors.BankCountOutOfRange.selector,
            ILedgerErrors.BankNotInvited.selector,
            ILedgerErrors.RateAboveLimit.selector,
            ILedgerErrors.DueDateOutOfRange.selector,
            ILedgerErrors.ReviewMissing.selector
        );
        return abi.encodePacked(
            claimErrors(),
            partyErrors(),
            terms,
            ILedgerErrors.LendingPolicyMissing.selector,
            ILedgerErrors.SecondApprovalMissing.selector,
            ILedgerErrors.SecondApprovalNeedless.selector,
            ILedgerErrors.SignersNotDistinct.selector,
            ILedgerErrors.CreditLimitExceeded.selector
        );
    }

    function disburseErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(
            loanErrors(),
            ILedgerErrors.PartySuspended.selector,
            ILedgerErrors.LoanOverdue.selector,
            ILedgerErrors.ApprovalLapsed.selector,
            ILedgerErrors.ReceivableLocked.selector,
            ILedgerErrors.RegistrationMissing.selector,
            ILedgerErrors.FourEyesViolated.selector
        );
    }

    function repayErrors() internal pure returns (bytes memory) {
        return abi.encodePacked(loanErrors(), ILedgerErrors.RepaymentEmpty.selector);
    }
}
