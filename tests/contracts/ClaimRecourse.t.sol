// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {APPROVER, BANK, DISBURSER, OTHER_APPROVER, SUPPLIER} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

contract ClaimRecourseTest is ServicingCalls {
    uint16 private constant LAST_CHANGEABLE = type(uint16).max - 4;

    function test_ClaimRecourse_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId disbursed = lend(issue());
        LoanId without = lendWithoutRecourse();
        LoanId claimed = lend(issue());
        LoanId bad = lend(issue());
        makeOverdue(bad);
        accepts(defaultCall(defaultOp(without)));
        accepts(defaultCall(defaultOp(claimed)));
        accepts(defaultCall(defaultOp(bad)));
        accepts(claimCall(claimOp(claimed)));
        ClaimRecourse memory op = ClaimRecourse(LoanId.wrap(99), 0, 9, uint64(block.timestamp - 1));

        refuses(claimCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(claimCall(op), loanUnknown(op.loan));
        op.loan = disbursed;
        refuses(claimCall(op), loanStale(disbursed, 9, 1));
        op.revision = 1;
        refuses(claimCall(op), loanStatusWrong(disbursed, LoanStatus.Defaulted, LoanStatus.Disbursed));
        op.loan = without;
        op.revision = 2;
        refuses(claimCall(op), abi.encodeWithSelector(ILedgerErrors.RecourseExcluded.selector, without));
        op.loan = claimed;
        op.revision = 3;
        refuses(claimCall(op), abi.encodeWithSelector(ILedgerErrors.RecourseUsed.selector, claimed));
        op.loan = bad;
        op.revision = setRevision(bad, LAST_CHANGEABLE + 1);
        refuses(claimCall(op), loanRevisionsExhausted(bad));
        op.revision = setRevision(bad, LAST_CHANGEABLE);
        refuses(claimCall(op), reasonMissing());
        op.demandHash = DEMAND;
        refuses(abi.encodeCall(IServicing.claimRecourse, (op, "")), malformed());
        refuses(claimCall(op, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        refuses(claimCall(op, OTHER_APPROVER), unauthorised(BANK, OTHER_APPROVER, Rights.APPROVE));
        accepts(claimCall(op, APPROVER));
    }

    function test_ClaimRecourse_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = defaulted(issue());
        bytes memory call = claimCall(claimOp(id));
        accepts(call);
        refuses(call, loanStale(id, 2, 3));
    }

    /// @dev Written off or not: what the assignor owes is what did not come back.
    function testFuzz_ClaimRecourse_Accepted_IsForWhatDidNotComeBack(uint64 repaidFen, uint64 writtenOffFen, uint64 recoveredFen)
        public
    {
        LoanId id = lend(issue());
        uint64 principalFen = FACE / 2;
        repaidFen %= principalFen;
        if (repaidFen > 0) accepts(repayCall(repayOp(id, repaidFen, 0)));
        recordDefault(id);
        uint64 outstandingFen = principalFen - repaidFen;
        writtenOffFen = writtenOffFen % 4 == 0 ? outstandingFen : writtenOffFen % outstandingFen;
        if (writtenOffFen > 0) {
            writeOff(id, writtenOffFen);
            recoveredFen %= writtenOffFen;
        } else {
            recoveredFen = 0;
        }
        if (recoveredFen > 0) recover(id, recoveredFen);
        Loan memory expected = ledger.loan(id);
        bytes memory totals = abi.encode(ledger.totals());
        Vm.Log memory log = accepts(claimCall(claimOp(id)));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.RecourseClaimed.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "assignor of the event");
        equal(log.data, abi.encode(principalFen - repaidFen - recoveredFen, DEMAND), "data of the event");
        expected.terms.recourseClaimed = true;
        expected.progress.revision += 1;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        equal(abi.encode(ledger.totals()), totals, "totals");
    }

    function lendWithoutRecourse() private returns (LoanId id) {
        OpenLoan memory op = openOp(issue());
        op.application.withRecourse = false;
        accepts(openCall(op));
        id = lastLoan();
        accepts(disburseCall(disburseOp(id)));
    }
}
