// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Lending, NEW_BANK} from "./support/Lending.sol";
import {
    APPROVER, BANK, BUYER, MAKER, OTHER_BANK, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY, STRANGER, SUPPLIER,
    SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Vm} from "./support/Vm.sol";

contract OpenLoanTest is Lending {
    bytes32 private constant REVIEW = keccak256("review of the trade");

    function test_Open_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        registerNewBank();
        ReceivableId pledged = issue();
        open(pledged);
        IssueReceivable memory issued = issueOp();
        issued.maturityDate = ledger.today() + MAX_TENOR_DAYS + 1;
        accepts(issueCall(issued));
        ReceivableId free = lastReceivable();
        uint64 past = uint64(block.timestamp - 1);
        OpenLoan memory op;
        op.application =
            LoanApplication(ReceivableId.wrap(7), 9, named(9), 500, FACE + 9, 600, ledger.today(), false, past);
        op.bank = STRANGER;
        op.principalFen = 499;
        op.annualRateBps = 601;
        op.deadline = past - 1;

        refuses(openCall(op), expired(past - 1));
        op.deadline = soon();
        refuses(openCall(op), expired(past));
        op.application.deadline = soon();
        refusesTheReceivable(op, pledged, free);
        refusesTheParties(op);
        refusesTheTerms(op, free);
        refusesTheApprovals(op);
        refusesTheExposures(op);
        accepts(openCall(op, SUPPLIER_TRADER, OUTSIDER_P256, OUTSIDER_PASSKEY));
    }

    function refusesTheReceivable(OpenLoan memory op, ReceivableId pledged, ReceivableId free) private {
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, 7));
        op.application.receivable = pledged;
        refuses(openCall(op), stale(pledged, 9, 2));
        op.application.revision = 2;
        refuses(openCall(op), statusWrong(pledged, ReceivableStatus.Pledged));
        op.application.receivable = free;
        freeze(free);
        op.application.revision = setRevision(free, type(uint16).max - 2);
        refuses(openCall(op), locked(free));
        unfreeze(free);
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableRevisionsExhausted.selector, free));
        op.application.revision = setRevision(free, type(uint16).max - 3);
    }

    function refusesTheParties(OpenLoan memory op) private {
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.BankCountOutOfRange.selector, 9, 8));
        op.application.banks = named(8);
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.BankNotInvited.selector, STRANGER));
        op.application.banks[7] = STRANGER;
        refuses(openCall(op), partyUnknown(STRANGER));
        op.application.banks[7] = op.bank = MAKER;
        refuses(openCall(op), kindWrong(MAKER, PartyKind.Bank, PartyKind.Enterprise));
        op.application.banks[7] = op.bank = NEW_BANK;
        setStanding(NEW_BANK, Standing.Suspended);
        setStanding(SUPPLIER, Standing.Suspended);
        refuses(openCall(op), suspended(NEW_BANK));
        setStanding(NEW_BANK, Standing.Active);
        refuses(openCall(op), suspended(SUPPLIER));
        setStanding(SUPPLIER, Standing.Active);
    }

    function refusesTheTerms(OpenLoan memory op, ReceivableId free) private {
        refuses(openCall(op), amountOut(499, 500, FACE));
        op.principalFen = FACE;
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.RateAboveLimit.selector, 601, 600));
        op.annualRateBps = 600;
        refuses(openCall(op), dueOut(free, ledger.today()));
        op.application.dueDate = ledger.receivable(free).maturityDate + 1;
        refuses(openCall(op), dueOut(free, op.application.dueDate));
        op.application.dueDate -= 1;
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.ReviewMissing.selector, free));
        op.reviewHash = REVIEW;
    }

    function refusesTheApprovals(OpenLoan memory op) private {
        refuses(abi.encodeCall(ITrading.openLoan, (op, "", "", hex"01")), malformed());
        refuses(openCall(op, OUTSIDER, OUTSIDER), unauthorised(SUPPLIER, OUTSIDER, Rights.TRADE));
        refuses(
            openCall(op, SUPPLIER_TRADER, OUTSIDER),
            abi.encodeWithSelector(ILedgerErrors.LendingPolicyMissing.selector, NEW_BANK)
        );
        setPolicy(NEW_BANK, FACE - 1, FACE - 1, FACE - 1);
        bytes memory borrower = sign(SUPPLIER_TRADER, hashOf(op.application));
        refuses(abi.encodeCall(ITrading.openLoan, (op, borrower, "", "")), malformed());
        refuses(openCall(op, SUPPLIER_TRADER, OUTSIDER), unauthorised(NEW_BANK, OUTSIDER, Rights.APPROVE));
        refuses(openCall(op, SUPPLIER_TRADER, OUTSIDER_P256), secondMissing(NEW_BANK, FACE, FACE - 1));
        setPolicy(NEW_BANK, FACE, FACE - 1, FACE - 1);
        refuses(openCall(op, SUPPLIER_TRADER, OUTSIDER_P256, OUTSIDER), secondNeedless(NEW_BANK, FACE, FACE));
        setPolicy(NEW_BANK, FACE - 1, FACE - 1, FACE - 1);
        bytes memory bank = sign(OUTSIDER_P256, hashOf(op));
        refuses(
            abi.encodeCall(ITrading.openLoan, (op, borrower, bank, hex"01")),
            abi.encodeWithSelector(ILedgerErrors.SignatureMalformed.selector, 1)
        );
        refuses(openCall(op, SUPPLIER_TRADER, OUTSIDER_P256, OUTSIDER), unauthorised(NEW_BANK, OUTSIDER, Rights.APPROVE));
        refuses(openCall(op, SUPPLIER_TRADER, OUTSIDER_P256, OUTSIDER_P256), notDistinct(NEW_BANK, OUTSIDER_P256));
    }

    function refusesTheExposures(OpenLoan memory op) private {
        bytes memory call = openCall(op, SUPPLIER_TRADER, OUTSIDER_P256, OUTSIDER_PASSKEY);
        refuses(call, limitExceeded(NEW_BANK, BUYER, ExposureSide.Obligor, 0, FACE, FACE - 1));
        setLimit(NEW_BANK, BUYER, ExposureSide.Obligor, FACE);
        refuses(call, limitExceeded(NEW_BANK, SUPPLIER, ExposureSide.Borrower, 0, FACE, FACE - 1));
        equal(usedOf(NEW_BANK, BUYER, ExposureSide.Obligor), 0, "a refused loan took up a limit");
        setLimit(NEW_BANK, SUPPLIER, ExposureSide.Borrower, FACE);
    }

    // ---- The application

    function test_Open_DueTomorrow_IsAccepted() public {
        OpenLoan memory op = openOp(issue());
        op.application.dueDate = ledger.today() + 1;
        accepts(openCall(op));
    }

    function test_Open_ApplicationUsedTwice_TheFirstApprovalWins() public {
        ReceivableId id = issue();
        OpenLoan memory first = openOp(id);
        OpenLoan memory second = openOp(id);
        second.bank = OTHER_BANK;
        bytes memory rival = openCall(second);
        accepts(openCall(first));
        refuses(rival, stale(id, 1, 2));
    }

    function test_Open_ApplicationAfterRepayment_IsStale() public {
        ReceivableId id = issue();
        bytes memory again = openCall(openOp(id));
        repayAll(lend(id));
        refuses(again, stale(id, 1, 3));
    }

    function test_Open_ApplicationAfterCancellation_IsStale() public {
        ReceivableId id = issue();
        bytes memory again = openCall(openOp(id));
        cancel(open(id));
        refuses(again, stale(id, 1, 3));
    }

    function test_Open_ApplicationOfAFormerHolder_IsStale() public {
        ReceivableId id = issue();
        bytes memory call = openCall(openOp(id));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        refuses(call, stale(id, 1, 2));
    }

    function test_Open_PartOfTheReceivableGone_ApplicationIsStale() public {
        ReceivableId id = issue();
        bytes memory call = openCall(openOp(id));
        accepts(redeemCall(redeemOp(id, FACE - 1)));
        refuses(call, stale(id, 1, 2));
    }

    function test_Open_ByANamedBankOnly() public {
        OpenLoan memory op = openOp(issue());
        op.application.banks = named(8);
        op.application.banks[0] = OTHER_BANK;
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.BankNotInvited.selector, BANK));
        op.application.banks[7] = BANK;
        accepts(openCall(op));
    }

    /// @dev The list of banks is signed: nobody can put itself on it.
    function test_Open_ByABankThatNamedItself_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.application.banks = named(1);
        op.application.banks[0] = OTHER_BANK;
        bytes memory borrower = signDigest(SUPPLIER_TRADER, digest(hashOf(op.application)));
        op.application.banks[0] = BANK;
        refuses(
            abi.encodeCall(ITrading.openLoan, (op, borrower, sign(APPROVER, hashOf(op)), "")),
            abi.encodeWithSelector(ILedgerErrors.SignatureInvalid.selector, digest(hashOf(op.application)))
        );
        op.application.banks = new PartyId[](0);
        refuses(
            abi.encodeCall(ITrading.openLoan, (op, borrower, sign(APPROVER, hashOf(op)), "")),
            abi.encodeWithSelector(ILedgerErrors.SignatureInvalid.selector, digest(hashOf(op.application)))
        );
    }

    function test_Open_ZeroPrincipal_IsRefusedWhateverTheApplicationAllows() public {
        OpenLoan memory op = openOp(issue());
        op.application.minPrincipalFen = 0;
        op.principalFen = 0;
        refuses(openCall(op), amountOut(0, 1, FACE));
        op.principalFen = 1;
        accepts(openCall(op));
    }

    function test_Open_ApplicationAsksMoreThanTheReceivable_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.application.minPrincipalFen = FACE + 1;
        op.application.maxPrincipalFen = FACE + 2;
        op.principalFen = FACE + 1;
        refuses(openCall(op), amountOut(FACE + 1, FACE + 1, FACE));
    }

    function test_Open_AboveTheApplicationsMost_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.application.maxPrincipalFen = FACE - 1;
        op.principalFen = FACE;
        refuses(openCall(op), amountOut(FACE, FACE / 10, FACE - 1));
    }

    // ---- The receivable behind it

    function test_Open_AgainstTheDisputedPart_IsRefused() public {
        ReceivableId id = issue();
        dispute(id, 30);
        OpenLoan memory op = openOp(id);
        op.principalFen = FACE - 29;
        refuses(openCall(op), amountOut(FACE - 29, FACE / 10, FACE - 30));
        op.principalFen = FACE - 30;
        accepts(openCall(op));
        equal(ledger.receivable(id).disputedFen, 30, "disputed");
    }

    function test_Open_Frozen_IsRefusedUntilItIsUnfrozen() public {
        ReceivableId id = issue();
        bytes memory call = openCall(openOp(id));
        freeze(id);
        refuses(call, locked(id));
        unfreeze(id);
        accepts(call);
    }

    function test_Open_RedeemedOrCancelled_IsRefused() public {
        ReceivableId id = issue();
        accepts(redeemCall(redeemOp(id, FACE)));
        refuses(openCall(openOp(id)), statusWrong(id, ReceivableStatus.Redeemed));
        id = issue();
        cancel(id);
        refuses(openCall(openOp(id)), statusWrong(id, ReceivableStatus.Cancelled));
    }

    function test_Open_AfterTheMaturityDate_IsRefused() public {
        ReceivableId id = issue();
        OpenLoan memory op = openOp(id);
        vm.warp(block.timestamp + 180 days);
        op.deadline = op.application.deadline = soon();
        op.application.dueDate = ledger.today() + 1;
        refuses(openCall(op), dueOut(id, op.application.dueDate));
        op.application.dueDate -= 1;
        refuses(openCall(op), dueOut(id, op.application.dueDate));
    }

    /// @dev Art 11: the review is the bank's, and what it reviewed stands in the event.
    function test_Open_ReviewNeeded_IsAcceptedWithOne() public {
        IssueReceivable memory issued = issueOp();
        issued.maturityDate = ledger.today() + MAX_REVIEWED_TENOR_DAYS;
        accepts(issueCall(issued));
        OpenLoan memory op = openOp(lastReceivable());
        refuses(
            openCall(op), abi.encodeWithSelector(ILedgerErrors.ReviewMissing.selector, op.application.receivable)
        );
        op.reviewHash = REVIEW;
        requireOpened(op, accepts(openCall(op)));
    }

    function test_Open_ReviewThatNobodyAskedFor_IsAccepted() public {
        OpenLoan memory op = openOp(issue());
        op.reviewHash = REVIEW;
        op.decisionDigest = 0;
        requireOpened(op, accepts(openCall(op)));
    }

    /// @dev Whoever is on the stop-list can still turn what it holds into money; its debts were confirmed before.
    function test_Open_StopListedBorrowerAndObligor_IsAccepted() public {
        ReceivableId id = issue();
        setStanding(SUPPLIER, Standing.StopListed);
        setStanding(BUYER, Standing.StopListed);
        open(id);
    }

    // ---- Random terms

    function testFuzz_Open_InsideTheBounds_StandsAsSigned(
        uint64 min,
        uint64 max,
        uint64 principalFen,
        uint16 maxRate,
        uint16 rate,
        uint16 tenorDays,
        bool withRecourse
    ) public {
        ReceivableId id = issue();
        OpenLoan memory op = openOp(id);
        op.application.minPrincipalFen = min % FACE;
        op.application.maxPrincipalFen = 1 + op.application.minPrincipalFen + max % FACE;
        uint64 most = op.application.maxPrincipalFen < FACE ? op.application.maxPrincipalFen : FACE;
        uint64 least = op.application.minPrincipalFen > 0 ? op.application.minPrincipalFen : 1;
        op.principalFen = least + principalFen % (most - least + 1);
        op.application.maxAnnualRateBps = maxRate;
        op.annualRateBps = maxRate == type(uint16).max ? rate : rate % (maxRate + 1);
        op.application.dueDate = ledger.today() + 1 + tenorDays % 180;
        op.application.withRecourse = withRecourse;
        op.decisionDigest = keccak256(abi.encode(min, max));
        op.reviewHash = withRecourse ? bytes32(0) : REVIEW;
        Vm.Log memory log = accepts(openCall(op));
        requireOpened(op, log);
    }

    function testFuzz_Open_PrincipalOutOfRange_IsRefused(uint64 principalFen) public {
        OpenLoan memory op = openOp(issue());
        vm.assume(principalFen < FACE / 10 || principalFen > FACE);
        op.principalFen = principalFen;
        refuses(openCall(op), amountOut(principalFen, FACE / 10, FACE));
    }

    // ----

    function requireOpened(OpenLoan memory op, Vm.Log memory log) private view {
        LoanApplication memory application = op.application;
        equal(log.topics[0], ILedgerEvents.LoanOpened.selector, "event");
        equal(uint256(log.topics[1]), 1, "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        bytes memory data = abi.encode(
            application.receivable,
            op.principalFen,
            op.annualRateBps,
            application.dueDate,
            application.withRecourse,
            hashOf(application),
            op.reviewHash,
            op.decisionDigest,
            uint16(1),
            uint16(0),
            lapseOf(application.dueDate)
        );
        equal(log.data, data, "data of the event");
        Loan memory expected;
        expected.terms = LoanTerms({
            principalFen: uint40(op.principalFen),
            bank: BANK,
            borrower: SUPPLIER,
            receivable: application.receivable,
            annualRateBps: op.annualRateBps,
            dueDate: application.dueDate,
            withRecourse: application.withRecourse,
            approver: 1,
            secondApprover: 0,
            extended: false,
            recourseClaimed: false,
            lapseDate: lapseOf(application.dueDate)
        });
        expected.progress.status = LoanStatus.Opened;
        equal(abi.encode(ledger.loan(lastLoan())), abi.encode(expected), "stored loan");
        Receivable memory pledged = ledger.receivable(application.receivable);
        equal(uint8(pledged.status), uint8(ReceivableStatus.Pledged), "status of the receivable");
        equal(pledged.revision, 2, "revision of the receivable");
        equal(ledger.totals().loans, 1, "loans");
        equal(ledger.totals().lentFen, 0, "nothing is lent before the disbursement");
    }

    /// @dev Banks that nobody knows.
    function named(uint256 count) private pure returns (PartyId[] memory banks) {
        banks = new PartyId[](count);
        for (uint32 i = 0; i < count; i++) banks[i] = PartyId.wrap(1_000 + i);
    }

    function dueOut(ReceivableId id, uint16 dueDate) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.DueDateOutOfRange.selector, dueDate, ledger.today() + 1, ledger.receivable(id).maturityDate
        );
    }
}
