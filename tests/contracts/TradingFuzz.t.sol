// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../contracts/Operations.sol";
import {Book} from "./support/Book.sol";
import {APPROVER, BANK, BANK_HEAD, BUYER, DISBURSER, MAKER, OTHER_BANK, SUPPLIER} from "./support/LedgerTest.sol";
import {RandomTrade} from "./support/RandomTrade.sol";
import {Key} from "./support/Signing.sol";

/// @notice Random operations in random circumstances. Most fields are right, some are on a bound, some are anything: so about every other
/// operation is accepted. It must be accepted exactly where the rules, written here a second time without their order, allow it; then it
/// changes what it says and nothing else. Otherwise it changes nothing, and the error is one of those that its function documents.
contract TradingFuzzTest is RandomTrade {
    /// @dev The tests below say something only if they reach both ends.
    function test_Share_OfEachOperation_BetweenAQuarterAndNineTenthsAreAccepted() public {
        function (uint256)[6] memory tests = [
            testFuzz_Issue_AsTheRulesSay,
            testFuzz_Assign_AsTheRulesSay,
            testFuzz_Redeem_AsTheRulesSay,
            testFuzz_Open_AsTheRulesSay,
            testFuzz_Disburse_AsTheRulesSay,
            testFuzz_Repay_AsTheRulesSay
        ];
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 6; i++) {
            uint256 accepted;
            for (uint256 seed = 0; seed < 40; seed++) {
                tests[i](seed);
                if (wasAccepted) accepted++;
                vm.revertToState(before);
                before = vm.snapshotState();
            }
            isTrue(accepted >= 10 && accepted <= 36, string.concat(vm.toString(accepted), " of 40 were accepted"));
        }
    }

    // ---- Issue

    function testFuzz_Issue_AsTheRulesSay(uint256 seed) public {
        set(seed);
        IssueReceivable memory op = IssueReceivable({
            obligor: BUYER,
            holder: enterprise(SUPPLIER),
            amountFen: amount(1, MAX_AMOUNT_FEN),
            maturityDate: uint16(ledger.today() + amount(1, MAX_REVIEWED_TENOR_DAYS) % 10_000),
            invoices: new Invoice[](rarely() ? roll(MAX_INVOICES + 3) : 1 + roll(MAX_INVOICES)),
            deadline: deadline()
        });
        if (rarely()) op.obligor = enterprise(MAKER);
        for (uint256 i = 0; i < op.invoices.length; i++) {
            op.invoices[i] = Invoice(keccak256(abi.encode(roll(99))), amount(1, MAX_AMOUNT_FEN));
            if (rarely() && rarely()) op.invoices[i].fingerprint = roll(2) == 0 ? TAKEN : bytes32(0);
        }
        if (op.invoices.length > 0 && !rarely()) op.invoices[0].amountFen = op.amountFen;
        Key obligor = signing(traderOf(op.obligor));
        Key holder = signing(traderOf(op.holder));
        bool allowed = mayIssue(op) && isTraderOf(obligor, op.obligor) && isTraderOf(holder, op.holder);
        Book memory book = read();
        if (run(issueCall(op, obligor, holder), allowed, issueErrors())) enterIssue(book, op);
        compare(book);
    }

    function enterIssue(Book memory book, IssueReceivable memory op) private view {
        uint256 next = book.totals.receivables++;
        book.totals.issuedFen += op.amountFen;
        Receivable memory issued = book.receivables[next];
        issued.obligor = op.obligor;
        issued.holder = op.holder;
        issued.amountFen = uint40(op.amountFen);
        issued.maturityDate = op.maturityDate;
        issued.status = ReceivableStatus.Active;
        issued.revision = 1;
        issued.reviewNeeded = op.maturityDate > ledger.today() + MAX_TENOR_DAYS;
        for (uint256 i = 0; i < op.invoices.length; i++) {
            ReceivableId backed = ledger.receivableOfFingerprint(op.invoices[i].fingerprint);
            equal(ReceivableId.unwrap(backed), next + 1, "receivable of the invoice");
        }
    }

    function mayIssue(IssueReceivable memory op) private view returns (bool) {
        uint256 count = op.invoices.length;
        uint256 sumFen;
        for (uint256 i = 0; i < count; i++) {
            Invoice memory invoice = op.invoices[i];
            if (invoice.fingerprint == 0 || invoice.fingerprint == TAKEN) return false;
            if (invoice.amountFen == 0 || invoice.amountFen > MAX_AMOUNT_FEN) return false;
            for (uint256 j = 0; j < i; j++) if (op.invoices[j].fingerprint == invoice.fingerprint) return false;
            sumFen += invoice.amountFen;
        }
        return inTime(op.deadline) && op.obligor != op.holder && op.amountFen > 0 && op.amountFen <= MAX_AMOUNT_FEN
            && op.maturityDate > ledger.today() && op.maturityDate <= ledger.today() + MAX_REVIEWED_TENOR_DAYS
            && isFit(op.obligor, PartyKind.Enterprise) && ledger.party(op.obligor).standing != Standing.StopListed
            && isFit(op.holder, PartyKind.Enterprise) && count > 0 && count <= MAX_INVOICES && sumFen >= op.amountFen;
    }

    // ---- Assign

    function testFuzz_Assign_AsTheRulesSay(uint256 seed) public {
        set(seed);
        AssignReceivable memory op;
        op.receivable = claim();
        Receivable memory found = ledger.receivable(op.receivable);
        op.assignee = enterprise(MAKER);
        op.amountFen = amount(1, found.amountFen - found.disputedFen);
        op.revision = revision(found.revision);
        op.deadline = deadline();
        Key holder = signing(traderOf(found.holder));
        Key assignee = signing(traderOf(op.assignee));
        bool allowed = inTime(op.deadline) && isTradable(found, op.revision) && op.assignee != found.holder
            && op.assignee != found.obligor && op.amountFen > 0 && op.amountFen <= found.amountFen - found.disputedFen
            && isFit(found.holder, PartyKind.Enterprise) && isFit(op.assignee, PartyKind.Enterprise)
            && isTraderOf(holder, found.holder) && isTraderOf(assignee, op.assignee);
        Book memory book = read();
        if (run(assignCall(op, holder, assignee), allowed, assignErrors())) {
            Receivable memory parent = book.receivables[ReceivableId.unwrap(op.receivable) - 1];
            parent.revision++;
            if (op.amountFen == found.amountFen) {
                parent.holder = op.assignee;
            } else {
                parent.amountFen -= uint40(op.amountFen);
                parent.splits++;
                Receivable memory child = book.receivables[book.totals.receivables++];
                child.obligor = found.obligor;
                child.holder = op.assignee;
                child.amountFen = uint40(op.amountFen);
                child.maturityDate = found.maturityDate;
                child.status = ReceivableStatus.Active;
                child.depth = 1;
                child.revision = 1;
                child.parent = op.receivable;
                child.reviewNeeded = found.reviewNeeded;
            }
        }
        compare(book);
    }

    // ---- Redeem

    function testFuzz_Redeem_AsTheRulesSay(uint256 seed) public {
        set(seed);
        RedeemReceivable memory op;
        op.receivable = claim();
        Receivable memory found = ledger.receivable(op.receivable);
        op.amountFen = amount(1, found.amountFen - found.disputedFen);
        op.paymentReference = hash();
        op.revision = revision(found.revision);
        op.deadline = deadline();
        Key holder = signing(traderOf(found.holder));
        bool allowed = inTime(op.deadline) && isTradable(found, op.revision) && op.amountFen > 0
            && op.amountFen <= found.amountFen - found.disputedFen && op.paymentReference != 0
            && isTraderOf(holder, found.holder);
        Book memory book = read();
        if (run(redeemCall(op, holder), allowed, redeemErrors())) {
            Receivable memory redeemed = book.receivables[ReceivableId.unwrap(op.receivable) - 1];
            redeemed.revision++;
            redeemed.amountFen -= uint40(op.amountFen);
            if (redeemed.amountFen == 0) redeemed.status = ReceivableStatus.Redeemed;
            book.totals.redeemedFen += op.amountFen;
        }
        compare(book);
    }

    // ---- Open

    struct Opening {
        OpenLoan op;
        Receivable found;
        Key borrower;
        Key first;
        Key second;
        bool isDual;
        uint64 dualFen;
        uint64 limitFen;
    }

    function testFuzz_Open_AsTheRulesSay(uint256 seed) public {
        random = seed;
        Opening memory opening;
        opening.dualFen = uint64(roll(FACE));
        opening.limitFen = roll(3) == 0 ? uint64(roll(2 * FACE)) : 3 * FACE;
        setPolicy(BANK, opening.dualFen, opening.limitFen, 3 * FACE);
        happen();
        fill(opening);
        Book memory book = read();
        uint64 usedFen = book.lines[lineAt(BANK, BUYER, ExposureSide.Obligor)].usedFen;
        bool allowed = mayOpen(opening.op, opening.found) && mayApprove(opening)
            && usedFen + opening.op.principalFen <= opening.limitFen;
        if (run(callOf(opening), allowed, openErrors())) enterLoan(book, opening);
        compare(book);
    }

    function fill(Opening memory opening) private {
        ReceivableId id = rarely() ? claim() : ReceivableId.wrap(roll(2) == 0 ? FREE : LONG);
        opening.found = ledger.receivable(id);
        opening.op = application(id, opening.found);
        opening.borrower = signing(traderOf(opening.found.holder));
        opening.isDual = opening.op.principalFen > opening.dualFen;
        if (rarely()) opening.isDual = !opening.isDual;
        opening.first = signing(APPROVER);
        opening.second = signing(rarely() ? APPROVER : BANK_HEAD);
    }

    function callOf(Opening memory opening) private view returns (bytes memory) {
        if (!opening.isDual) return openCall(opening.op, opening.borrower, opening.first);
        return openCall(opening.op, opening.borrower, opening.first, opening.second);
    }

    function mayApprove(Opening memory opening) private pure returns (bool) {
        bool twoDistinct = isApprover(opening.second) && !same(opening.first, opening.second);
        return isTraderOf(opening.borrower, opening.found.holder) && isApprover(opening.first)
            && opening.isDual == (opening.op.principalFen > opening.dualFen) && (!opening.isDual || twoDistinct);
    }

    function enterLoan(Book memory book, Opening memory opening) private view {
        OpenLoan memory op = opening.op;
        Receivable memory pledged = book.receivables[ReceivableId.unwrap(op.application.receivable) - 1];
        pledged.status = ReceivableStatus.Pledged;
        pledged.revision++;
        Loan memory opened = book.loans[book.totals.loans++];
        opened.terms = LoanTerms({
            principalFen: uint40(op.principalFen),
            bank: BANK,
            borrower: pledged.holder,
            receivable: op.application.receivable,
            annualRateBps: op.annualRateBps,
            dueDate: op.application.dueDate,
            withRecourse: op.application.withRecourse,
            approver: ledger.signer(idOf(opening.first)).number,
            secondApprover: opening.isDual ? ledger.signer(idOf(opening.second)).number : 0,
            extended: false,
            recourseClaimed: false,
            lapseDate: lapseOf(op.application.dueDate)
        });
        opened.progress.status = LoanStatus.Opened;
        book.lines[lineAt(BANK, BUYER, ExposureSide.Obligor)].usedFen += uint48(op.principalFen);
        book.lines[lineAt(BANK, pledged.holder, ExposureSide.Borrower)].usedFen += uint48(op.principalFen);
    }

    function application(ReceivableId id, Receivable memory found) private returns (OpenLoan memory op) {
        uint64 freeFen = found.amountFen - found.disputedFen;
        op.application.receivable = id;
        op.application.revision = revision(found.revision);
        op.application.banks = new PartyId[](rarely() ? roll(11) : roll(3));
        for (uint256 i = 0; i < op.application.banks.length; i++) {
            op.application.banks[i] = rarely() ? OTHER_BANK : BANK;
        }
        op.application.minPrincipalFen = rarely() ? amount(1, freeFen) : 0;
        op.application.maxPrincipalFen = rarely() ? amount(1, freeFen) : FACE;
        op.application.maxAnnualRateBps = 600;
        op.application.dueDate = found.maturityDate > 20 ? found.maturityDate - uint16(roll(20)) : 0;
        if (rarely()) op.application.dueDate = uint16(roll(type(uint16).max));
        op.application.withRecourse = roll(2) == 0;
        op.application.deadline = deadline();
        op.bank = rarely() && rarely() ? party() : BANK;
        op.principalFen = amount(1, freeFen);
        op.annualRateBps = uint16(rarely() ? 595 + roll(10) : roll(601));
        op.reviewHash = hash();
        op.decisionDigest = hash();
        op.deadline = deadline();
    }

    function mayOpen(OpenLoan memory op, Receivable memory found) private view returns (bool) {
        LoanApplication memory wanted = op.application;
        bool isInvited = wanted.banks.length == 0;
        for (uint256 i = 0; i < wanted.banks.length; i++) if (wanted.banks[i] == op.bank) isInvited = true;
        uint64 freeFen = found.amountFen - found.disputedFen;
        // The approvers are the bank's own: any other bank would have to sign for itself.
        return inTime(op.deadline) && inTime(wanted.deadline) && isTradable(found, wanted.revision) && isInvited
            && wanted.banks.length <= 8 && op.bank == BANK && isFit(BANK, PartyKind.Bank)
            && isFit(found.holder, PartyKind.Enterprise) && op.principalFen > 0
            && op.principalFen >= wanted.minPrincipalFen && op.principalFen <= wanted.maxPrincipalFen
            && op.principalFen <= freeFen && op.annualRateBps <= wanted.maxAnnualRateBps
            && wanted.dueDate > ledger.today() && wanted.dueDate <= found.maturityDate
            && (!found.reviewNeeded || op.reviewHash != 0);
    }

    // ---- Disburse

    function testFuzz_Disburse_AsTheRulesSay(uint256 seed) public {
        set(seed);
        DisburseLoan memory op;
        op.loan = loan();
        Loan memory found = ledger.loan(op.loan);
        op.amountFen = amount(1, found.terms.principalFen - found.progress.disbursedFen);
        op.registrationHash = hash();
        op.paymentReference = hash();
        op.revision = revision(found.progress.revision);
        op.deadline = deadline();
        Key disburser = signing(roll(2) == 0 ? DISBURSER : BANK_HEAD);
        Receivable memory pledged = ledger.receivable(found.terms.receivable);
        bool allowed = inTime(op.deadline) && op.revision == found.progress.revision
            && (found.progress.status == LoanStatus.Opened || found.progress.status == LoanStatus.Disbursed)
            && op.amountFen > 0 && op.amountFen <= found.terms.principalFen - found.progress.disbursedFen
            && ledger.today() <= found.terms.dueDate
            && (found.progress.status == LoanStatus.Disbursed || ledger.today() <= found.terms.lapseDate) && !pledged.frozen && isFit(BANK, PartyKind.Bank)
            && op.registrationHash != 0 && op.paymentReference != 0 && isDisburser(disburser)
            && ledger.signer(idOf(disburser)).number != found.terms.approver;
        Book memory book = read();
        if (run(disburseCall(op, disburser), allowed, disburseErrors())) {
            LoanProgress memory progress = book.loans[LoanId.unwrap(op.loan) - 1].progress;
            progress.status = LoanStatus.Disbursed;
            progress.disbursedFen += uint40(op.amountFen);
            progress.revision++;
            book.totals.lentFen += op.amountFen;
            book.banks[0].lentFen += op.amountFen;
        }
        compare(book);
    }

    // ---- Repay

    function testFuzz_Repay_AsTheRulesSay(uint256 seed) public {
        set(seed);
        RepayLoan memory op;
        op.loan = roll(4) == 0 ? loan() : LoanId.wrap(1);
        Loan memory found = ledger.loan(op.loan);
        uint64 outstandingFen = outstandingOf(op.loan);
        op.principalFen = amount(0, outstandingFen);
        op.interestFen = amount(0, MAX_AMOUNT_FEN);
        op.feeFen = amount(0, MAX_FEE_FEN);
        op.paymentReference = hash();
        op.revision = revision(found.progress.revision);
        op.deadline = deadline();
        Key disburser = signing(roll(2) == 0 ? DISBURSER : BANK_HEAD);
        bool allowed = inTime(op.deadline) && op.revision == found.progress.revision
            && (found.progress.status == LoanStatus.Disbursed || found.progress.status == LoanStatus.Defaulted)
            && (op.principalFen > 0 || op.interestFen > 0 || op.feeFen > 0) && op.principalFen <= outstandingFen
            && op.interestFen <= MAX_AMOUNT_FEN && op.feeFen <= MAX_FEE_FEN && op.paymentReference != 0
            && isDisburser(disburser);
        Book memory book = read();
        if (run(repayCall(op, disburser), allowed, repayErrors())) {
            enterRepayment(book, op, op.principalFen == outstandingFen);
        }
        compare(book);
    }

    /// @dev With the last of what is outstanding the undisbursed part lapses too.
    function enterRepayment(Book memory book, RepayLoan memory op, bool isLast) private pure {
        Loan memory repaid = book.loans[LoanId.unwrap(op.loan) - 1];
        LoanProgress memory progress = repaid.progress;
        progress.repaidFen += uint40(op.principalFen);
        progress.interestFen += uint40(op.interestFen);
        progress.feeFen += uint32(op.feeFen);
        progress.revision++;
        uint48 freedFen = uint48(op.principalFen);
        if (isLast) {
            progress.status = LoanStatus.Repaid;
            Receivable memory released = book.receivables[ReceivableId.unwrap(repaid.terms.receivable) - 1];
            released.status = ReceivableStatus.Active;
            released.revision++;
            freedFen += repaid.terms.principalFen - progress.disbursedFen;
        }
        book.lines[lineAt(BANK, BUYER, ExposureSide.Obligor)].usedFen -= freedFen;
        book.lines[lineAt(BANK, SUPPLIER, ExposureSide.Borrower)].usedFen -= freedFen;
        book.totals.repaidFen += op.principalFen;
        book.banks[0].repaidFen += op.principalFen;
        book.totals.interestFen += op.interestFen;
        book.totals.feeFen += op.feeFen;
    }
}
