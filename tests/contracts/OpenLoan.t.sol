// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {
    APPROVER, BANK, BANK_HEAD, BUYER, DISBURSER, MAKER, OTHER_BANK, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY, STRANGER,
    SUPPLIER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Vm} from "./support/Vm.sol";

contract OpenLoanTest is Circumstances {
    /// Registered without a policy; its manager is OUTSIDER, its approvers are a P-256 key and a passkey.
    PartyId private constant NEW_BANK = PartyId.wrap(8);
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

    // ---- Approvals

    function test_Open_AboveTheBanksAmount_TakesTwoApprovers() public {
        setPolicy(BANK, FACE / 2 - 1, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        ReceivableId id = issue();
        OpenLoan memory op = openOp(id);
        refuses(openCall(op), secondMissing(BANK, FACE / 2, FACE / 2 - 1));
        refuses(openCall(op, SUPPLIER_TRADER, APPROVER, APPROVER), notDistinct(BANK, APPROVER));
        refuses(openCall(op, SUPPLIER_TRADER, APPROVER, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        accepts(openCall(op, SUPPLIER_TRADER, APPROVER, BANK_HEAD));
        LoanTerms memory terms = ledger.loan(lastLoan()).terms;
        equal(terms.approver, ledger.signer(idOf(APPROVER)).number, "approver");
        equal(terms.secondApprover, ledger.signer(idOf(BANK_HEAD)).number, "second approver");
    }

    /// @dev A policy of zero: every loan takes two.
    function test_Open_PolicyOfZero_TakesTwoForOneFen() public {
        setPolicy(BANK, 0, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        OpenLoan memory op = openOp(issue());
        op.application.minPrincipalFen = op.principalFen = 1;
        refuses(openCall(op), secondMissing(BANK, 1, 0));
        accepts(openCall(op, SUPPLIER_TRADER, BANK_HEAD, APPROVER));
    }

    function test_Open_SecondApproverBelowTheAmount_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.principalFen = DUAL_APPROVAL;
        refuses(
            openCall(op, SUPPLIER_TRADER, APPROVER, BANK_HEAD), secondNeedless(BANK, DUAL_APPROVAL, DUAL_APPROVAL)
        );
        accepts(openCall(op));
        equal(ledger.loan(lastLoan()).terms.secondApprover, 0, "second approver");
    }

    /// @dev An approver of another bank is none.
    function test_Open_SecondApproverOfAnotherBank_IsRefused() public {
        setPolicy(BANK, 0, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        OpenLoan memory op = openOp(issue());
        refuses(
            openCall(op, SUPPLIER_TRADER, APPROVER, approverOf(OTHER_BANK)),
            unauthorised(BANK, approverOf(OTHER_BANK), Rights.APPROVE)
        );
    }

    function test_Open_BankWithoutAPolicy_LendsNothing() public {
        registerNewBank();
        OpenLoan memory op = openOp(issue());
        op.bank = NEW_BANK;
        op.principalFen = op.application.minPrincipalFen = 1;
        bytes memory call = openCall(op, SUPPLIER_TRADER, OUTSIDER_P256);
        refuses(call, abi.encodeWithSelector(ILedgerErrors.LendingPolicyMissing.selector, NEW_BANK));
        setPolicy(NEW_BANK, 1, 1, 1);
        accepts(call);
    }

    // ---- Credit limits

    function test_Open_ExactlyAtBothLimits_IsAcceptedAndNoFenMore() public {
        setPolicy(BANK, DUAL_APPROVAL, FACE / 2, FACE / 2);
        open(issue());
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), FACE / 2, "used of the obligor");
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), FACE / 2, "used of the borrower");
        equal(usedOf(BANK, BUYER, ExposureSide.Borrower), 0, "used of the obligor as a borrower");
        OpenLoan memory more = openOp(issue());
        more.principalFen = more.application.minPrincipalFen = 1;
        refuses(openCall(more), limitExceeded(BANK, BUYER, ExposureSide.Obligor, FACE / 2, 1, FACE / 2));
    }

    /// @dev One obligor behind two borrowers is one exposure; one borrower with two obligors too.
    function test_Open_ExposuresAddUp_AcrossReceivables() public {
        setPolicy(BANK, DUAL_APPROVAL, FACE / 2, MAX_LIMIT_FEN);
        open(issue());
        IssueReceivable memory issued = issueOp();
        issued.holder = MAKER;
        accepts(issueCall(issued));
        ReceivableId id = lastReceivable();
        refuses(openCall(openOp(id)), limitExceeded(BANK, BUYER, ExposureSide.Obligor, FACE / 2, FACE / 2, FACE / 2));
        setPolicy(BANK, DUAL_APPROVAL, MAX_LIMIT_FEN, FACE / 2);
        accepts(openCall(openOp(id)));
        issued = issueOp();
        issued.obligor = MAKER;
        accepts(issueCall(issued));
        id = lastReceivable();
        refuses(
            openCall(openOp(id)), limitExceeded(BANK, SUPPLIER, ExposureSide.Borrower, FACE / 2, FACE / 2, FACE / 2)
        );
    }

    function test_Open_AnotherBanksLimits_AreItsOwn() public {
        setPolicy(BANK, DUAL_APPROVAL, 0, 0);
        OpenLoan memory op = openOp(issue());
        refuses(openCall(op), limitExceeded(BANK, BUYER, ExposureSide.Obligor, 0, FACE / 2, 0));
        op.bank = OTHER_BANK;
        accepts(openCall(op));
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), 0, "used at the first bank");
        equal(usedOf(OTHER_BANK, BUYER, ExposureSide.Obligor), FACE / 2, "used at the other bank");
    }

    /// @dev Above or below the policy's, and zero is a limit too.
    function test_Open_ALimitOfOnesOwn_HoldsInPlaceOfThePolicys() public {
        OpenLoan memory op = openOp(issue());
        setLimit(BANK, BUYER, ExposureSide.Obligor, 0);
        refuses(openCall(op), limitExceeded(BANK, BUYER, ExposureSide.Obligor, 0, FACE / 2, 0));
        setPolicy(BANK, DUAL_APPROVAL, 0, 0);
        setLimit(BANK, BUYER, ExposureSide.Obligor, FACE / 2);
        refuses(openCall(op), limitExceeded(BANK, SUPPLIER, ExposureSide.Borrower, 0, FACE / 2, 0));
        setLimit(BANK, SUPPLIER, ExposureSide.Borrower, FACE / 2);
        accepts(openCall(op));
    }

    function test_Open_ALimitBelowWhatIsUsed_StopsNewLoansOnly() public {
        LoanId id = lend(issue());
        setLimit(BANK, BUYER, ExposureSide.Obligor, 5);
        OpenLoan memory op = openOp(issue());
        refuses(openCall(op), limitExceeded(BANK, BUYER, ExposureSide.Obligor, FACE / 2, FACE / 2, 5));
        repayAll(id);
        op.principalFen = op.application.minPrincipalFen = 5;
        accepts(openCall(op));
    }

    /// @dev Every way by which principal comes to an end frees the limits by as much.
    function test_Open_LimitsAreFreed_ByRepaymentLapseCancellationAndWriteOff() public {
        setPolicy(BANK, DUAL_APPROVAL, FACE / 2, FACE / 2);
        LoanId id = open(issue());
        cancel(id);
        requireUsed(0, "after the cancellation");

        id = lend(issue());
        accepts(repayCall(repayOp(id, 100, 5)));
        requireUsed(FACE / 2 - 100, "after a part was repaid");
        accepts(repayCall(repayOp(id, 0, 5)));
        requireUsed(FACE / 2 - 100, "after interest");
        repayAll(id);
        requireUsed(0, "after all was repaid");

        id = open(issue());
        disbursePart(id, 1_000);
        accepts(repayCall(repayOp(id, 400, 0)));
        requireUsed(FACE / 2 - 400, "the undisbursed part is still approved");
        accepts(repayCall(repayOp(id, 600, 0)));
        requireUsed(0, "after the undisbursed part lapsed");

        id = lend(issue());
        defaultAfterDueDate(id);
        requireUsed(FACE / 2, "after the default");
        writeOff(id, 300);
        requireUsed(FACE / 2 - 300, "after a part was written off");
        writeOff(id, FACE / 2 - 300);
        requireUsed(0, "after all was written off");
        recover(id, FACE / 2);
        requireUsed(0, "after it was recovered");
    }

    /// @dev The limits of the one who borrowed are freed, also where the receivable has moved since its release.
    function test_Open_LimitsAreFreed_OfTheBorrowerAndNotTheHolder() public {
        ReceivableId id = issue();
        repayAll(lend(id));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        lend(id);
        equal(usedOf(BANK, MAKER, ExposureSide.Borrower), FACE / 2, "used of the second borrower");
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), 0, "used of the first");
        repayAll(lastLoan());
        equal(usedOf(BANK, MAKER, ExposureSide.Borrower), 0, "used at the end");
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

    function testFuzz_Open_Limits_AreNeverExceeded(uint64 obligorLimit, uint64 borrowerLimit, uint256 seed) public {
        obligorLimit %= 3 * FACE;
        borrowerLimit %= 3 * FACE;
        setPolicy(BANK, DUAL_APPROVAL, obligorLimit, borrowerLimit);
        uint64 used;
        for (uint256 i = 0; i < 5; i++) {
            OpenLoan memory op = openOp(issue());
            op.principalFen = FACE / 10 + uint64(uint256(keccak256(abi.encode(seed, i))) % (FACE - FACE / 10 + 1));
            if (used + op.principalFen > obligorLimit) {
                refuses(
                    openCall(op),
                    limitExceeded(BANK, BUYER, ExposureSide.Obligor, used, op.principalFen, obligorLimit)
                );
            } else if (used + op.principalFen > borrowerLimit) {
                refuses(
                    openCall(op),
                    limitExceeded(BANK, SUPPLIER, ExposureSide.Borrower, used, op.principalFen, borrowerLimit)
                );
            } else {
                accepts(openCall(op));
                used += op.principalFen;
            }
            requireUsed(used, "used");
        }
    }

    // ----

    function requireUsed(uint64 expected, string memory when) private view {
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), expected, when);
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), expected, when);
    }

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
            op.decisionDigest
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
            recourseClaimed: false
        });
        expected.progress.status = LoanStatus.Opened;
        equal(abi.encode(ledger.loan(lastLoan())), abi.encode(expected), "stored loan");
        Receivable memory pledged = ledger.receivable(application.receivable);
        equal(uint8(pledged.status), uint8(ReceivableStatus.Pledged), "status of the receivable");
        equal(pledged.revision, 2, "revision of the receivable");
        equal(ledger.totals().loans, 1, "loans");
        equal(ledger.totals().lentFen, 0, "nothing is lent before the disbursement");
    }

    function registerNewBank() private {
        RegisterParty memory op = bank();
        op.profileHash = keccak256("new bank");
        op.signers = new SignerGrant[](3);
        op.signers[0] = grantOf(OUTSIDER, Rights.MANAGE);
        op.signers[1] = grantOf(OUTSIDER_P256, Rights.APPROVE);
        op.signers[2] = grantOf(OUTSIDER_PASSKEY, Rights.APPROVE);
        accepts(registerCall(op));
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

    function secondMissing(PartyId id, uint64 principalFen, uint64 dualFen) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SecondApprovalMissing.selector, id, principalFen, dualFen);
    }

    function secondNeedless(PartyId id, uint64 principalFen, uint64 dualFen) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SecondApprovalNeedless.selector, id, principalFen, dualFen);
    }

    function limitExceeded(PartyId id, PartyId subject, ExposureSide side, uint64 used, uint64 amount, uint64 limit)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ILedgerErrors.CreditLimitExceeded.selector, id, subject, side, used, amount, limit
        );
    }
}
