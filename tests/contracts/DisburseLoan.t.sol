// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {BANK, BANK_HEAD, BANK_MANAGER, DISBURSER, OUTSIDER, SUPPLIER} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

contract DisburseLoanTest is Trading {
    function test_Disburse_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId disbursed = lend(issue());
        LoanId opened = openWith(issue(), BANK_HEAD);
        DisburseLoan memory op = DisburseLoan(LoanId.wrap(7), 0, 0, 0, uint64(block.timestamp - 1));

        refuses(disburseCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, op.loan));
        op.loan = disbursed;
        refuses(disburseCall(op), loanStatusWrong(disbursed, LoanStatus.Disbursed));
        op.loan = opened;
        refuses(disburseCall(op), amountOut(0, FACE / 2, FACE / 2));
        op.amountFen = FACE / 2 + 1;
        refuses(disburseCall(op), amountOut(FACE / 2 + 1, FACE / 2, FACE / 2));
        op.amountFen = FACE / 2;
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.RegistrationMissing.selector, opened));
        op.registrationHash = REGISTRATION;
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.PaymentReferenceMissing.selector));
        op.paymentReference = PAYMENT;
        refuses(abi.encodeCall(ITrading.disburseLoan, (op, "")), malformed());
        refuses(disburseCall(op, OUTSIDER), unauthorised(BANK, OUTSIDER, Rights.DISBURSE));
        refuses(
            disburseCall(op, BANK_HEAD),
            abi.encodeWithSelector(ILedgerErrors.FourEyesViolated.selector, opened, idOf(BANK_HEAD))
        );
        accepts(disburseCall(op));
    }

    function test_Disburse_TheSameOperationTwice_IsRefusedByTheStatus() public {
        LoanId id = open(issue());
        bytes memory call = disburseCall(disburseOp(id));
        accepts(call);
        refuses(call, loanStatusWrong(id, LoanStatus.Disbursed));
    }

    function test_Disburse_Repaid_IsRefused() public {
        LoanId id = lend(issue());
        repayAll(id);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Repaid));
    }

    function test_Disburse_ApproverRemovedMeanwhile_StillCannotDisburse() public {
        LoanId id = openWith(issue(), BANK_HEAD);
        RemoveSigner memory removal = RemoveSigner(BANK, idOf(BANK_HEAD), soon());
        accepts(abi.encodeCall(IRegistry.removeSigner, (removal, sign(BANK_MANAGER, hashOf(removal)))));
        refuses(disburseCall(disburseOp(id), BANK_HEAD), unauthorised(BANK, BANK_HEAD, Rights.DISBURSE));
        AddSigner memory again = AddSigner(BANK, signerBytes(BANK_HEAD, p256Verifier), Rights.DISBURSE, soon());
        bytes32 structHash = hashOf(again);
        refuses(
            abi.encodeCall(
                IRegistry.addSigner, (again, sign(BANK_MANAGER, structHash), sign(BANK_HEAD, structHash))
            ),
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(BANK_HEAD), BANK)
        );
        accepts(disburseCall(disburseOp(id)));
    }

    function test_Disburse_Accepted_CountsAsLent() public {
        ReceivableId receivable = issue();
        LoanId id = open(receivable);
        Loan memory expected = ledger.loan(id);
        Vm.Log memory log = accepts(disburseCall(disburseOp(id), DISBURSER));

        equal(log.topics[0], ILedgerEvents.LoanDisbursed.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(FACE / 2, REGISTRATION, PAYMENT), "data of the event");
        expected.status = LoanStatus.Disbursed;
        expected.revision = 2;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        equal(ledger.totals().lentFen, FACE / 2, "lent");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
    }

    function testFuzz_Disburse_AnotherAmount_IsRefused(uint64 amountFen) public {
        vm.assume(amountFen != FACE / 2);
        DisburseLoan memory op = disburseOp(open(issue()));
        op.amountFen = amountFen;
        refuses(disburseCall(op), amountOut(amountFen, FACE / 2, FACE / 2));
    }

    function loanStatusWrong(LoanId id, LoanStatus actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanStatusWrong.selector, id, LoanStatus.Opened, actual);
    }
}
