// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../contracts/Operations.sol";
import {Circumstances} from "./Circumstances.sol";
import {BANK, BUYER, MAKER, OTHER_BANK, SUPPLIER} from "./LedgerTest.sol";

/// @notice All that the ledger remembers of the cast and its trade. A test writes into it what an operation must change, and compares it with what
/// the ledger says then: so it also says that nothing else changed.
struct Book {
    Totals totals;
    BankTotals[2] banks;
    Receivable[8] receivables; // number n stands at n - 1
    Loan[8] loans; // number n stands at n - 1
    CreditLine[12] lines; // see Books.lineAt
    Party[7] parties; // number n stands at n - 1
}

abstract contract Books is Circumstances {
    function read() internal view returns (Book memory book) {
        book.totals = ledger.totals();
        book.banks = [ledger.bankTotals(BANK), ledger.bankTotals(OTHER_BANK)];
        for (uint32 i = 0; i < 8; i++) {
            book.receivables[i] = ledger.receivable(ReceivableId.wrap(i + 1));
            book.loans[i] = ledger.loan(LoanId.wrap(i + 1));
        }
        for (uint32 i = 0; i < 7; i++) book.parties[i] = ledger.party(PartyId.wrap(i + 1));
        PartyId[3] memory subjects = [BUYER, SUPPLIER, MAKER];
        for (uint256 i = 0; i < 3; i++) {
            book.lines[lineAt(BANK, subjects[i], ExposureSide.Obligor)] =
                ledger.creditLine(BANK, subjects[i], ExposureSide.Obligor);
            book.lines[lineAt(BANK, subjects[i], ExposureSide.Borrower)] =
                ledger.creditLine(BANK, subjects[i], ExposureSide.Borrower);
            book.lines[lineAt(OTHER_BANK, subjects[i], ExposureSide.Obligor)] =
                ledger.creditLine(OTHER_BANK, subjects[i], ExposureSide.Obligor);
            book.lines[lineAt(OTHER_BANK, subjects[i], ExposureSide.Borrower)] =
                ledger.creditLine(OTHER_BANK, subjects[i], ExposureSide.Borrower);
        }
    }

    /// @dev Six for each bank: obligor and borrower of BUYER, SUPPLIER and MAKER, whose numbers follow one another.
    function lineAt(PartyId bankId, PartyId subject, ExposureSide side) internal pure returns (uint256) {
        return bankAt(bankId) * 6 + (PartyId.unwrap(subject) - PartyId.unwrap(BUYER)) * 2 + uint256(side) - 1;
    }

    function bankAt(PartyId bankId) internal pure returns (uint256) {
        return bankId == BANK ? 0 : 1;
    }
}
