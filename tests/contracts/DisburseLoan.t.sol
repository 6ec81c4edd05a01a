// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {APPROVER, BANK, BANK_HEAD, BANK_MANAGER, DISBURSER, OUTSIDER, SUPPLIER} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Vm} from "./support/Vm.sol";

contract DisburseLoanTest is Circumstances {
    uint64 private constant PRINCIPAL = FACE / 2;

    function test_Disburse_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId repaid = lend(issue());
        repayAll(repaid);
        ReceivableId receivable = issue();
        LoanId opened = openWith(receivable, BANK_HEAD);
        freeze(receivable);
        setStanding(BANK, Standing.Suspended);
        passDueDate(opened);
        DisburseLoan memory op = DisburseLoan(LoanId.wrap(7), 0, 0, 0, 9, uint64(block.timestamp - 1));

        refuses(disburseCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, op.loan));
        op.loan = repaid;
        refuses(disburseCall(op), loanStale(repaid, 9, 2));
        op.revision = 2;
        refuses(disburseCall(op), loanStatusWrong(repaid, LoanStatus.Opened, LoanStatus.Repaid));
        op.loan = opened;
        op.revision = setRevision(opened, type(uint16).max - 2);
        refuses(disburseCall(op), amountOut(0, 1, PRINCIPAL));
        op.amountFen = PRINCIPAL + 1;
        refuses(disburseCall(op), amountOut(PRINCIPAL + 1, 1, PRINCIPAL));
        op.amountFen = PRINCIPAL;
        refuses(disburseCall(op), overdue(opened));
        vm.warp(NOW + uint256(APPROVAL_DAYS + 1) * 1 days);
        op.deadline = soon();
        uint16 today = ledger.today();
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.ApprovalLapsed.selector, opened, today - 1, today));
        vm.warp(NOW + uint256(APPROVAL_DAYS) * 1 days);
        refuses(disburseCall(op), locked(receivable));
        vm.warp(NOW);
        refuses(disburseCall(op), locked(receivable));
        unfreeze(receivable);
        refuses(disburseCall(op), suspended(BANK));
        setStanding(BANK, Standing.Active);
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.LoanRevisionsExhausted.selector, opened));
        op.revision = setRevision(opened, type(uint16).max - 4);
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.RegistrationMissing.selector, opened));
        op.registrationHash = REGISTRATION;
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.PaymentReferenceMissing.selector));
        op.paymentReference = PAYMENT;
        refuses(abi.encodeCall(ITrading.disburseLoan, (op, "")), malformed());
        refuses(disburseCall(op, OUTSIDER), unauthorised(BANK, OUTSIDER, Rights.DISBURSE));
        refuses(disburseCall(op, BANK_HEAD), fourEyes(opened, BANK_HEAD));
        accepts(disburseCall(op));
    }

    /// @dev The days count for the first disbursement: what was begun goes on until the due date.
    function test_Disburse_TheRestAfterTheApprovalWouldHaveLapsed_IsAccepted() public {
        LoanId id = open(issue());
        disbursePart(id, 5);
        vm.warp(NOW + uint256(APPROVAL_DAYS + 1) * 1 days);
        disbursePart(id, 5);
    }

    function test_Disburse_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = open(issue());
        DisburseLoan memory op = disburseOp(id);
        op.amountFen = 5;
        bytes memory call = disburseCall(op);
        accepts(call);
        refuses(call, loanStale(id, 0, 1));
    }

    function test_Disburse_Ended_IsRefused() public {
        LoanId id = lend(issue());
        repayAll(id);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Repaid));
        id = open(issue());
        cancel(id);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Cancelled));
    }

    function test_Disburse_BadLoan_IsRefused() public {
        LoanId id = open(issue());
        disbursePart(id, 5);
        defaultAfterDueDate(id);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Defaulted));
        writeOff(id, 5);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.WrittenOff));
        recover(id, 5);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Recovered));
    }

    function test_Disburse_OnTheDueDate_IsAcceptedAndADayLaterNot() public {
        LoanId id = open(issue());
        disbursePart(id, 5);
        vm.warp(block.timestamp + uint256(ledger.loan(id).terms.dueDate - ledger.today()) * 1 days);
        disbursePart(id, 5);
        vm.warp(block.timestamp + 1 days);
        refuses(disburseCall(disburseOp(id)), overdue(id));
    }

    /// @dev Nothing more is paid out on what an authority has frozen, even where a part was.
    function test_Disburse_FrozenInBetween_IsRefusedUntilItIsUnfrozen() public {
        ReceivableId receivable = issue();
        LoanId id = open(receivable);
        disbursePart(id, 5);
        bytes memory call = disburseCall(disburseOp(id));
        freeze(receivable);
        refuses(call, locked(receivable));
        unfreeze(receivable);
        accepts(call);
    }

    /// @dev A suspended bank lends no more; a suspended borrower still gets what was agreed.
    function test_Disburse_SuspendedBank_IsRefusedAndASuspendedBorrowerNot() public {
        LoanId id = open(issue());
        bytes memory call = disburseCall(disburseOp(id));
        setStanding(SUPPLIER, Standing.Suspended);
        setStanding(BANK, Standing.Suspended);
        refuses(call, suspended(BANK));
        setStanding(BANK, Standing.Active);
        accepts(call);
    }

    // ---- Four eyes

    function test_Disburse_ByEitherOfTwoApprovers_IsRefused() public {
        add(BANK, OUTSIDER, Rights.BANK);
        setPolicy(BANK, 0, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        Key[2] memory approvers = [BANK_HEAD, OUTSIDER];
        for (uint256 i = 0; i < 2; i++) {
            OpenLoan memory op = openOp(issue());
            accepts(openCall(op, traderOf(SUPPLIER), approvers[i], approvers[1 - i]));
            LoanId id = lastLoan();
            refuses(disburseCall(disburseOp(id), BANK_HEAD), fourEyes(id, BANK_HEAD));
            refuses(disburseCall(disburseOp(id), OUTSIDER), fourEyes(id, OUTSIDER));
            accepts(disburseCall(disburseOp(id), DISBURSER));
        }
    }

    /// @dev Four eyes hold for each loan: whoever approved another one may disburse this one.
    function test_Disburse_ByTheApproverOfAnotherLoan_IsAccepted() public {
        openWith(issue(), BANK_HEAD);
        LoanId id = openWith(issue(), APPROVER);
        accepts(disburseCall(disburseOp(id), BANK_HEAD));
    }

    /// @dev The second part too.
    function test_Disburse_TheRestByTheApprover_IsRefused() public {
        LoanId id = openWith(issue(), BANK_HEAD);
        disbursePart(id, 5);
        refuses(disburseCall(disburseOp(id), BANK_HEAD), fourEyes(id, BANK_HEAD));
    }

    function test_Disburse_ApproverRemovedMeanwhile_StillCannotDisburse() public {
        LoanId id = openWith(issue(), BANK_HEAD);
        remove(BANK, BANK_HEAD);
        refuses(disburseCall(disburseOp(id), BANK_HEAD), unauthorised(BANK, BANK_HEAD, Rights.DISBURSE));
        AddSigner memory again = AddSigner(BANK, signerOf(BANK_HEAD), Rights.DISBURSE, soon());
        bytes32 structHash = hashOf(again);
        refuses(
            abi.encodeCall(
                IRegistry.addSigner, (again, sign(BANK_MANAGER, structHash), sign(BANK_HEAD, structHash))
            ),
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(BANK_HEAD), BANK)
        );
        accepts(disburseCall(disburseOp(id)));
    }

    // ---- What it changes

    function test_Disburse_Accepted_CountsAsLent() public {
        ReceivableId receivable = issue();
        LoanId id = open(receivable);
        Loan memory expected = ledger.loan(id);
        Receivable memory pledged = ledger.receivable(receivable);
        Vm.Log memory log = accepts(disburseCall(disburseOp(id), DISBURSER));

        equal(log.topics[0], ILedgerEvents.LoanDisbursed.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(PRINCIPAL, 0, REGISTRATION, PAYMENT), "data of the event");
        expected.progress.status = LoanStatus.Disbursed;
        expected.progress.disbursedFen = uint40(PRINCIPAL);
        expected.progress.revision = 1;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        equal(ledger.totals().lentFen, PRINCIPAL, "lent");
        equal(ledger.bankTotals(BANK).lentFen, PRINCIPAL, "lent by the bank");
        equal(abi.encode(ledger.receivable(receivable)), abi.encode(pledged), "the receivable");
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), PRINCIPAL, "the limit is taken up by the approval");
    }

    /// @dev All parts together stay within the principal, also where some of it was repaid in between.
    function testFuzz_Disburse_InParts_EndsExactlyAtThePrincipal(uint64 firstFen, uint64 repaidFen) public {
        firstFen = 2 + firstFen % (PRINCIPAL - 2);
        repaidFen = 1 + repaidFen % (firstFen - 1);
        LoanId id = open(issue());
        DisburseLoan memory op = disburseOp(id);
        op.amountFen = firstFen;
        Vm.Log memory log = accepts(disburseCall(op));
        equal(log.data, abi.encode(firstFen, PRINCIPAL - firstFen, REGISTRATION, PAYMENT), "data of the event");
        accepts(repayCall(repayOp(id, repaidFen, 0)));
        op = disburseOp(id);
        op.amountFen = PRINCIPAL - firstFen + 1;
        refuses(disburseCall(op), amountOut(op.amountFen, 1, PRINCIPAL - firstFen));
        op.amountFen = PRINCIPAL - firstFen;
        accepts(disburseCall(op));
        equal(ledger.loan(id).progress.disbursedFen, PRINCIPAL, "disbursed");
        equal(outstandingOf(id), PRINCIPAL - repaidFen, "outstanding");
        equal(ledger.totals().lentFen, PRINCIPAL, "lent");
        op = disburseOp(id);
        op.amountFen = 1;
        refuses(disburseCall(op), amountOut(1, 1, 0));
    }

    function testFuzz_Disburse_AmountOutOfRange_IsRefused(uint64 amountFen) public {
        vm.assume(amountFen == 0 || amountFen > PRINCIPAL);
        DisburseLoan memory op = disburseOp(open(issue()));
        op.amountFen = amountFen;
        refuses(disburseCall(op), amountOut(amountFen, 1, PRINCIPAL));
    }

    function overdue(LoanId id) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.LoanOverdue.selector, id, ledger.loan(id).terms.dueDate, ledger.today()
        );
    }

    function fourEyes(LoanId id, Key key) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.FourEyesViolated.selector, id, ledger.signer(idOf(key)).number
        );
    }
}
