// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {BANK, BUYER, OTHER_BANK, SUPPLIER} from "./support/LedgerTest.sol";

/// @notice Where an auditor finds what `eth_getProof` proves: see docs/architecture.md.
contract StorageLayoutTest is Circumstances {
    /// @dev One storage proof for the headline figures, one for each of the other two slots.
    function test_ControlTotals_StandInTheFirstThreeSlots() public {
        recordOneOfEach();
        uint256 slot0 = wordAt(bytes32(uint256(0)));
        equal(uint24(slot0), 3, "enterprises");
        equal(uint16(slot0 >> 24), 2, "banks");
        equal(uint40(slot0 >> 40), 4, "receivables");
        equal(uint40(slot0 >> 80), 2, "loans");
        equal(uint64(slot0 >> 120), FACE, "lent");
        equal(uint64(slot0 >> 184), 12_345, "repaid");
        uint256 slot1 = wordAt(bytes32(uint256(1)));
        equal(uint64(slot1), 4 * FACE, "issued");
        equal(uint64(slot1 >> 64), 90, "redeemed");
        equal(uint64(slot1 >> 128), FACE, "cancelled");
        equal(uint64(slot1 >> 192), 70, "written off");
        uint256 slot2 = wordAt(bytes32(uint256(2)));
        equal(uint64(slot2), FACE / 2, "overdue");
        equal(uint64(slot2 >> 64), 7, "recovered");
        equal(uint64(slot2 >> 128), 678, "interest");
        equal(uint64(slot2 >> 192), 9, "fees");
    }

    function test_BankTotals_StandInOneSlotEach() public {
        recordOneOfEach();
        uint256 slot = wordAt(keccak256(abi.encode(BANK, 3)));
        equal(uint64(slot), FACE, "lent");
        equal(uint64(slot >> 64), 12_345, "repaid");
        equal(uint64(slot >> 128), 70, "written off");
        equal(uint64(slot >> 192), FACE / 2, "overdue");
        BankTotals memory expected = BankTotals(uint64(FACE), 12_345, 70, FACE / 2);
        equal(abi.encode(ledger.bankTotals(BANK)), abi.encode(expected), "bank totals");
        BankTotals memory none;
        equal(abi.encode(ledger.bankTotals(OTHER_BANK)), abi.encode(none), "totals of the other bank");
    }

    /// @dev One receivable is one slot, a loan two: what a proof of a single claim needs.
    function test_Claims_StandInTheirDocumentedSlots() public {
        ReceivableId id = issue();
        uint256 slot = wordAt(keccak256(abi.encode(id, 4)));
        equal(uint32(slot), PartyId.unwrap(BUYER), "obligor");
        equal(uint40(slot >> 64), FACE, "amount");
        equal(uint8(slot >> 160), uint8(ReceivableStatus.Active), "status");
        LoanId loan = lend(id);
        equal(uint40(wordAt(keccak256(abi.encode(loan, 5)))), FACE / 2, "principal");
        equal(uint40(wordAt(keccak256(abi.encode(loan, 6)))), FACE / 2, "disbursed");
        bytes32 fingerprint = keccak256(abi.encode("invoice", uint40(0)));
        equal(wordAt(keccak256(abi.encode(fingerprint, 7))), ReceivableId.unwrap(id), "receivable of the fingerprint");
    }

    /// @dev The largest values of every packed field come back as they were put in.
    function test_Storage_TheLargestValues_DoNotSpill() public {
        setPolicy(OTHER_BANK, MAX_AMOUNT_FEN, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        setLimit(OTHER_BANK, BUYER, ExposureSide.Obligor, MAX_LIMIT_FEN);
        IssueReceivable memory issued = issueOp();
        issued.amountFen = issued.invoices[0].amountFen = MAX_AMOUNT_FEN;
        issued.maturityDate = ledger.today() + MAX_TENOR_DAYS;
        accepts(issueCall(issued));
        ReceivableId id = lastReceivable();
        OpenLoan memory op = openOp(id);
        op.application.maxAnnualRateBps = type(uint16).max;
        op.application.dueDate = issued.maturityDate;
        op.annualRateBps = type(uint16).max;
        op.principalFen = MAX_AMOUNT_FEN;
        op.bank = OTHER_BANK;
        accepts(openCall(op));
        LoanId loan = lastLoan();
        accepts(disburseCall(disburseOp(loan)));
        RepayLoan memory repaid = repayOp(loan, MAX_AMOUNT_FEN - 1, MAX_AMOUNT_FEN);
        repaid.feeFen = MAX_FEE_FEN;
        accepts(repayCall(repaid));
        dispute(id, MAX_AMOUNT_FEN);
        freeze(id);
        requireLargest(id, loan, issued.maturityDate);
    }

    function requireLargest(ReceivableId id, LoanId loan, uint16 maturityDate) private view {
        uint40 most = uint40(MAX_AMOUNT_FEN);
        Loan memory expected = Loan(
            LoanTerms(most, OTHER_BANK, SUPPLIER, id, type(uint16).max, maturityDate, true, 1, 0, false, false, lapseOf(maturityDate)),
            LoanProgress(most, most - 1, 0, 0, most, type(uint32).max, 2, LoanStatus.Disbursed)
        );
        equal(abi.encode(ledger.loan(loan)), abi.encode(expected), "loan");
        Receivable memory claim = ledger.receivable(id);
        equal(claim.amountFen, most, "amount");
        equal(claim.disputedFen, most, "disputed");
        equal(claim.maturityDate, maturityDate, "maturity date");
        equal(uint8(claim.status), uint8(ReceivableStatus.Pledged), "status");
        isTrue(claim.frozen && !claim.reviewNeeded, "flags");
        CreditLine memory line = CreditLine(1, uint48(MAX_LIMIT_FEN), 1, true);
        equal(abi.encode(ledger.creditLine(OTHER_BANK, BUYER, ExposureSide.Obligor)), abi.encode(line), "credit line");
    }

    /// @dev Every figure of the totals becomes another number than nothing.
    function recordOneOfEach() private {
        LoanId bad = lend(issue());
        defaultAfterDueDate(bad);
        writeOff(bad, 70);
        recover(bad, 7);
        RepayLoan memory op = repayOp(lend(issue()), 12_345, 678);
        op.feeFen = 9;
        accepts(repayCall(op));
        accepts(redeemCall(redeemOp(issue(), 90)));
        cancel(issue());
    }

    function wordAt(bytes32 slot) private view returns (uint256) {
        return uint256(vm.load(address(ledger), slot));
    }
}
