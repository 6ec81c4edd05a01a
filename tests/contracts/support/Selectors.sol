// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {IServicing} from "../../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";

/// @notice Every function of the ledger's interface, by the contract that answers it. `Deployment.t.sol` counts them against the ABI.
abstract contract Selectors {
    function tradingOperations() internal pure returns (bytes4[6] memory) {
        return [
            ITrading.issueReceivable.selector,
            ITrading.assignReceivable.selector,
            ITrading.redeemReceivable.selector,
            ITrading.openLoan.selector,
            ITrading.disburseLoan.selector,
            ITrading.repayLoan.selector
        ];
    }

    function registryOperations() internal pure returns (bytes4[12] memory) {
        return [
            IRegistry.registerParty.selector,
            IRegistry.setStanding.selector,
            IRegistry.addSigner.selector,
            IRegistry.removeSigner.selector,
            IRegistry.proposeRecovery.selector,
            IRegistry.vetoRecovery.selector,
            IRegistry.completeRecovery.selector,
            IRegistry.proposeParameters.selector,
            IRegistry.adoptParameters.selector,
            IRegistry.setLendingPolicy.selector,
            IRegistry.setCreditLimit.selector,
            IRegistry.activateModel.selector
        ];
    }

    function servicingOperations() internal pure returns (bytes4[11] memory) {
        return [
            IServicing.cancelReceivable.selector,
            IServicing.disputeReceivable.selector,
            IServicing.resolveDispute.selector,
            IServicing.freezeReceivable.selector,
            IServicing.unfreezeReceivable.selector,
            IServicing.cancelLoan.selector,
            IServicing.extendLoan.selector,
            IServicing.defaultLoan.selector,
            IServicing.claimRecourse.selector,
            IServicing.writeOffLoan.selector,
            IServicing.recoverLoan.selector
        ];
    }

    /// @dev The last two are answered by both annexes: the deployment compares them.
    function registryViews() internal pure returns (bytes4[18] memory) {
        return [
            IRegistry.party.selector,
            IRegistry.signer.selector,
            IRegistry.recovery.selector,
            IRegistry.parameters.selector,
            IRegistry.nextParameters.selector,
            IRegistry.proposedParameters.selector,
            IRegistry.lendingPolicy.selector,
            IRegistry.creditLine.selector,
            IRegistry.creditModel.selector,
            IRegistry.receivable.selector,
            IRegistry.loan.selector,
            IRegistry.totals.selector,
            IRegistry.bankTotals.selector,
            IRegistry.receivableOfFingerprint.selector,
            IRegistry.interestDown.selector,
            IRegistry.today.selector,
            IRegistry.p256Verifier.selector,
            IRegistry.passkeyVerifier.selector
        ];
    }

    function ledgerViews() internal pure returns (bytes4[2] memory) {
        return [ITrading.submit.selector, ITrading.OPERATION_GAS.selector];
    }
}
