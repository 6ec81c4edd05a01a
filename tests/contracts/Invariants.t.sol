// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../contracts/interfaces/IFinanceLedger.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Assertions} from "./support/Assertions.sol";
import {LedgerHandler} from "./support/LedgerHandler.sol";
import {BUYER, BUYER_MANAGER, BUYER_TRADER} from "./support/LedgerTest.sol";
import {Key, Signing} from "./support/Signing.sol";

/// @dev The runner knows only the contracts of the files that it runs.
contract Handler is LedgerHandler {}

/// @notice What must hold after any sequence of operations. The list with its reasons stands in contracts/README.md.
contract InvariantsTest is Signing, Assertions {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;
    IFinanceLedger private ledger;

    function setUp() public {
        handler = new Handler();
        handler.setUp();
        ledger = handler.theLedger();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), handler.verbs());
    }

    function invariant_AmountsOfATree_AddUpToWhatWasIssued() public view {
        uint40 count = ledger.totals().receivables;
        uint256[] memory held = new uint256[](count + 1);
        for (uint40 id = 1; id <= count; id++) {
            held[handler.rootOf(ReceivableId.wrap(id))] += ledger.receivable(ReceivableId.wrap(id)).amountFen;
        }
        for (uint40 id = 1; id <= count; id++) {
            equal(held[id] + handler.redeemedFen(id), handler.issuedFen(id), "amounts of a tree and what was redeemed");
        }
    }

    function invariant_Totals_EqualTheSumOfTheirParts() public view {
        Totals memory totals = ledger.totals();
        uint256 amounts;
        for (uint40 id = 1; id <= totals.receivables; id++) {
            amounts += ledger.receivable(ReceivableId.wrap(id)).amountFen;
        }
        equal(amounts + totals.redeemedFen, totals.issuedFen, "amounts and redeemed");
        uint256 lent;
        uint256 repaid;
        uint256 interest;
        for (uint40 id = 1; id <= totals.loans; id++) {
            Loan memory loan = ledger.loan(LoanId.wrap(id));
            if (loan.status >= LoanStatus.Disbursed) lent += loan.principalFen;
            repaid += loan.repaidFen;
            interest += loan.interestPaidFen;
        }
        equal(lent, totals.lentFen, "lent");
        equal(repaid, totals.repaidFen, "repaid");
        equal(interest, totals.interestFen, "interest");
    }

    function invariant_Counts_EqualWhatIsThere() public view {
        Totals memory totals = ledger.totals();
        uint256[4] memory kinds;
        uint32 parties = handler.parties();
        for (uint32 id = 1; id <= parties; id++) kinds[uint8(ledger.party(PartyId.wrap(id)).kind)] += 1;
        equal(kinds[uint8(PartyKind.None)], 0, "numbers left out");
        equal(kinds[uint8(PartyKind.Operator)], 1, "operators");
        equal(kinds[uint8(PartyKind.Enterprise)], totals.enterprises, "enterprises");
        equal(kinds[uint8(PartyKind.Bank)], totals.banks, "banks");
        equal(uint8(ledger.party(PartyId.wrap(parties + 1)).kind), 0, "a party beyond the count");
        equal(uint8(receivable(totals.receivables + 1).status), 0, "a receivable beyond the count");
        equal(uint8(ledger.loan(LoanId.wrap(totals.loans + 1)).status), 0, "a loan beyond the count");
    }

    function invariant_APledgedReceivable_HasExactlyOneOpenLoan() public view {
        Totals memory totals = ledger.totals();
        uint256[] memory openLoans = new uint256[](totals.receivables + 1);
        for (uint40 id = 1; id <= totals.loans; id++) {
            Loan memory loan = ledger.loan(LoanId.wrap(id));
            isTrue((loan.status == LoanStatus.Repaid) == (loan.repaidFen == loan.principalFen), "repaid and not paid");
            isTrue(loan.status != LoanStatus.Opened || loan.repaidFen == 0, "repaid before it was paid out");
            if (loan.status == LoanStatus.Repaid) continue;
            openLoans[ReceivableId.unwrap(loan.receivable)] += 1;
            Receivable memory pledged = ledger.receivable(loan.receivable);
            isTrue(loan.principalFen <= pledged.amountFen, "a loan above its receivable");
            isTrue(loan.dueDate <= pledged.maturityDate, "a loan due after its receivable");
            isTrue(loan.borrower == pledged.holder, "a pledge that changed hands");
        }
        for (uint40 id = 1; id <= totals.receivables; id++) {
            uint256 expected = receivable(id).status == ReceivableStatus.Pledged ? 1 : 0;
            equal(openLoans[id], expected, "open loans of a receivable");
        }
    }

    function invariant_AFingerprint_BacksOneReceivable() public view {
        uint40 count = ledger.totals().receivables;
        for (uint40 id = 1; id <= count; id++) {
            bytes32 fingerprint = handler.fingerprintOf(id);
            isTrue((fingerprint != 0) == (ReceivableId.unwrap(receivable(id).parent) == 0), "issued or split");
            if (fingerprint == 0) continue;
            equal(ReceivableId.unwrap(ledger.receivableOfFingerprint(fingerprint)), id, "receivable of a fingerprint");
        }
    }

    function invariant_AReceivable_KeepsWhatItsParentPromised() public view {
        uint40 count = ledger.totals().receivables;
        Parameters memory limits = ledger.parameters();
        uint256[] memory children = new uint256[](count + 1);
        for (uint40 id = 1; id <= count; id++) {
            Receivable memory found = receivable(id);
            isTrue((found.status == ReceivableStatus.Redeemed) == (found.amountFen == 0), "redeemed and not paid");
            isTrue(found.holder != found.obligor, "holds its own debt");
            isTrue(found.splits <= limits.maxSplits && found.depth <= limits.maxSplitDepth, "split too often");
            uint40 parentId = ReceivableId.unwrap(found.parent);
            isTrue((found.depth == 0) == (parentId == 0) && parentId < id, "parent");
            children[parentId] += 1;
            if (parentId == 0) continue;
            Receivable memory parent = receivable(parentId);
            equal(found.depth, parent.depth + 1, "depth of a child");
            equal(found.maturityDate, parent.maturityDate, "maturity of a child");
            isTrue(found.obligor == parent.obligor, "obligor of a child");
        }
        for (uint40 id = 1; id <= count; id++) equal(receivable(id).splits, children[id], "children");
    }

    function invariant_SignersInForce_AreCounted() public view {
        uint256 signers;
        uint256 managers;
        for (uint256 i = 0; i < handler.addedCount() + 2; i++) {
            Key key = i == 0 ? BUYER_TRADER : i == 1 ? BUYER_MANAGER : handler.added(i - 2);
            SignerRecord memory found = ledger.signer(keccak256(signerBytes(key, ledger.p256Verifier())));
            isTrue(found.party == BUYER, "a signer that changed its party");
            if (found.rights != 0) signers += 1;
            if (found.rights & Rights.MANAGE != 0) managers += 1;
        }
        equal(ledger.party(BUYER).signers, signers, "signers");
        equal(ledger.party(BUYER).managers, managers, "managers");
    }

    /// @dev Random calls that are all refused would prove nothing: each of them did at least one operation, and nearly every verb had its turn.
    function afterInvariant() public view {
        isTrue(handler.operations() >= 64, "too few operations in a run");
        equal(handler.refusals(), handler.performed() / 10 * 3, "refusals in a run");
        uint256 verbs;
        if (handler.done(ITrading.issueReceivable.selector) > 0) verbs += 1;
        if (handler.done(ITrading.assignReceivable.selector) > 0) verbs += 1;
        if (handler.done(ITrading.redeemReceivable.selector) > 0) verbs += 1;
        if (handler.done(ITrading.openLoan.selector) > 0) verbs += 1;
        if (handler.done(ITrading.disburseLoan.selector) > 0) verbs += 1;
        if (handler.done(ITrading.repayLoan.selector) > 0) verbs += 1;
        if (handler.done(IRegistry.registerParty.selector) > 0) verbs += 1;
        if (handler.done(IRegistry.addSigner.selector) > 0) verbs += 1;
        isTrue(verbs >= 6, "too few verbs in a run");
    }

    function receivable(uint40 id) private view returns (Receivable memory) {
        return ledger.receivable(ReceivableId.wrap(id));
    }
}
