// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerEvents} from "../../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import "../../../contracts/Operations.sol";
import {BadLoanVerbs} from "./handler/BadLoanVerbs.sol";
import {Vm} from "./Vm.sol";

/// @notice Drives a ledger at random through all of its operations. Each verb plays one operation that must be accepted, or one that was
/// forged or breaks a rule and must be refused for that reason. What was done is recorded apart from the ledger, see `handler/`.
abstract contract LedgerHandler is BadLoanVerbs {
    /// @dev Only the verbs are called at random.
    function verbs() external pure returns (bytes4[] memory all) {
        all = new bytes4[](33);
        all[0] = this.registerParty.selector;
        all[1] = this.setStanding.selector;
        all[2] = this.addSigner.selector;
        all[3] = this.removeSigner.selector;
        all[4] = this.proposeRecovery.selector;
        all[5] = this.vetoRecovery.selector;
        all[6] = this.completeRecovery.selector;
        all[7] = this.proposeParameters.selector;
        all[8] = this.adoptParameters.selector;
        all[9] = this.setLendingPolicy.selector;
        all[10] = this.setCreditLimit.selector;
        all[11] = this.activateModel.selector;
        all[12] = this.issueReceivable.selector;
        all[13] = this.assignWhole.selector;
        all[14] = this.split.selector;
        all[15] = this.redeemReceivable.selector;
        all[16] = this.cancelReceivable.selector;
        all[17] = this.disputeReceivable.selector;
        all[18] = this.resolveDispute.selector;
        all[19] = this.freezeReceivable.selector;
        all[20] = this.unfreezeReceivable.selector;
        all[21] = this.redeemWhatIsFast.selector;
        all[22] = this.openLoan.selector;
        all[23] = this.cancelLoan.selector;
        all[24] = this.disburseLoan.selector;
        all[25] = this.repayLoan.selector;
        all[26] = this.extendLoan.selector;
        all[27] = this.defaultLoan.selector;
        all[28] = this.claimRecourse.selector;
        all[29] = this.writeOffLoan.selector;
        all[30] = this.recoverLoan.selector;
        all[31] = this.submit.selector;
        all[32] = this.wait_.selector;
    }

    /// @dev A batch of a forgery, a replay of the last operation, nonsense, and one redemption that is in order.
    function submit(uint256 seed) external {
        begin(seed, operations);
        forgedSignature = 0;
        ReceivableId id = aFree(1);
        if (isNone(id) || last.length == 0) return issueNew();
        Receivable memory found = about(id);
        RedeemReceivable memory op = RedeemReceivable(id, 1, PAYMENT, found.revision, soon());
        bytes[] memory batch = new bytes[](4);
        batch[1] = last;
        batch[2] = abi.encode(seed);
        batch[3] = abi.encodeCall(ITrading.redeemReceivable, (op, signed(found.holder, Rights.TRADE, hashOf(op))));
        forgedSignature = 2;
        batch[0] = abi.encodeCall(ITrading.redeemReceivable, (op, signed(found.holder, Rights.TRADE, hashOf(op))));

        vm.recordLogs();
        bytes[] memory answers = ledger.submit(batch);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 4, "events of four entries");
        for (uint256 i = 0; i < 3; i++) {
            isTrue(answers[i].length > 0, "accepted what must be refused");
            equal(logs[i].topics[0], ILedgerEvents.OperationRefused.selector, "event of a refusal");
        }
        equal(answers[3], "", "refused what is in order");
        noteRedeemed(id, 1);
        done[ITrading.submit.selector] += 1;
        playedInBatch(batch[3]);
    }

    function wait_(uint256 seed) external {
        begin(seed, operations);
        waited();
        vm.warp(block.timestamp + roll(12 days));
    }
}
