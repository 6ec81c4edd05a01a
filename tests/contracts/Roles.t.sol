// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, BUYER, BUYER_MANAGER, BUYER_TRADER, DISBURSER, MAKER, MAKER_MANAGER,
    MAKER_TRADER, NOBODY, OPERATOR_MANAGER, OTHER_APPROVER, OTHER_BANK, OTHER_DISBURSER, REGISTRAR, REGULATOR_MANAGER,
    SUPERVISOR, SUPPLIER, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Key, PASSKEY} from "./support/Signing.sol";

/// @notice Every signer of every party against every place for a signature. Who may sign where stands in `seats`, and in no other way.
contract RolesTest is Governing {
    struct Seat {
        string name;
        PartyId party;
        uint8 right;
        Key partner; // signs the same operation for the same party, and must be another one
    }

    Key private constant NONE = Key.wrap(0);
    Key private constant NEW_SIGNER = Key.wrap(0x81);
    Key private constant NEW_MANAGER = Key.wrap(0x82);
    Key private constant PROPOSED = Key.wrap(0x83);
    PartyId private constant PASSKEY_HOLDER = PartyId.wrap(8);
    Key private constant PASSKEY_TRADER = Key.wrap(0x84 | PASSKEY);
    Key private constant PASSKEY_MANAGER = Key.wrap(0x85 | PASSKEY);
    uint256 private constant SEATS = 39;
    uint256 private constant REGISTRATION_SEAT = 0;
    uint256 private constant ADOPTION_SEAT = 7;
    uint256 private constant FREEZE_SEAT = 22;
    uint256 private constant UNFREEZE_SEAT = 23;

    ReceivableId private free;
    ReceivableId private disputed;
    ReceivableId private frozen;
    LoanId private opened;
    LoanId private lapsed;
    LoanId private disbursed;
    LoanId private late;
    LoanId private bad;

    /// @dev One thing in each state that some operation needs.
    function setUp() public override {
        super.setUp();
        registerPasskeyHolder();
        free = issue();
        disputed = issue();
        dispute(disputed, 100);
        frozen = issue();
        freeze(frozen);
        opened = open(issue());
        lapsed = openUntilTomorrow();
        disbursed = lend(issue());
        late = lendUntilTomorrow();
        bad = lendUntilTomorrow();
        proposeRecovery(MAKER, PROPOSED);
        propose(newRules());
        SetLendingPolicy memory policy = policyOp(BANK);
        policy.dualApprovalFen = FACE / 2;
        accepts(policyCall(policy));
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS) * 1 days);
        accepts(defaultCall(defaultOp(bad)));
        writeOff(bad, 100);
    }

    function seats() private pure returns (Seat[] memory all) {
        all = new Seat[](SEATS);
        all[REGISTRATION_SEAT] = Seat("register a party", OPERATOR, Rights.REGISTER, NONE);
        all[1] = Seat("set the standing", OPERATOR, Rights.MANAGE, NONE);
        all[2] = Seat("add a signer", BUYER, Rights.MANAGE, NONE);
        all[3] = Seat("remove a signer", BUYER, Rights.MANAGE, NONE);
        all[4] = Seat("propose a recovery", OPERATOR, Rights.MANAGE, NONE);
        all[5] = Seat("veto a recovery", MAKER, Rights.ANY, NONE);
        all[6] = Seat("propose parameters", OPERATOR, Rights.MANAGE, NONE);
        all[ADOPTION_SEAT] = Seat("adopt parameters", REGULATOR, Rights.SUPERVISE, NONE);
        all[8] = Seat("set the policy", BANK, Rights.MANAGE, NONE);
        all[9] = Seat("set a limit", BANK, Rights.MANAGE, NONE);
        all[10] = Seat("activate a model, first", BANK, Rights.APPROVE, BANK_HEAD);
        all[11] = Seat("activate a model, second", BANK, Rights.APPROVE, APPROVER);
        all[12] = Seat("issue as obligor", BUYER, Rights.TRADE, NONE);
        all[13] = Seat("issue as holder", SUPPLIER, Rights.TRADE, NONE);
        all[14] = Seat("assign as holder", SUPPLIER, Rights.TRADE, NONE);
        all[15] = Seat("assign as assignee", MAKER, Rights.TRADE, NONE);
        all[16] = Seat("redeem", SUPPLIER, Rights.TRADE, NONE);
        all[17] = Seat("cancel as holder", SUPPLIER, Rights.TRADE, NONE);
        all[18] = Seat("cancel as obligor", BUYER, Rights.TRADE, NONE);
        all[19] = Seat("dispute", BUYER, Rights.TRADE, NONE);
        all[20] = Seat("resolve as holder", SUPPLIER, Rights.TRADE, NONE);
        all[21] = Seat("resolve as obligor", BUYER, Rights.TRADE, NONE);
        all[FREEZE_SEAT] = Seat("freeze", REGULATOR, Rights.SUPERVISE, NONE);
        all[UNFREEZE_SEAT] = Seat("unfreeze", REGULATOR, Rights.SUPERVISE, NONE);
        all[24] = Seat("open as borrower", SUPPLIER, Rights.TRADE, NONE);
        all[25] = Seat("open as bank", BANK, Rights.APPROVE, NONE);
        all[26] = Seat("open as second approver", BANK, Rights.APPROVE, APPROVER);
        all[27] = Seat("disburse", BANK, Rights.DISBURSE, NONE);
        all[28] = Seat("repay", BANK, Rights.DISBURSE, NONE);
        all[29] = Seat("cancel a loan", BANK, Rights.APPROVE, NONE);
        all[30] = Seat("extend as borrower", SUPPLIER, Rights.TRADE, NONE);
        all[31] = Seat("extend as bank", BANK, Rights.APPROVE, NONE);
        all[32] = Seat("record a default", BANK, Rights.APPROVE, NONE);
        all[33] = Seat("claim recourse", BANK, Rights.APPROVE, NONE);
        all[34] = Seat("write off, maker", BANK, Rights.APPROVE, NONE);
        all[35] = Seat("write off, checker", BANK, Rights.DISBURSE, NONE);
        all[36] = Seat("recover", BANK, Rights.DISBURSE, NONE);
        all[37] = Seat("assign to a holder of passkeys", PASSKEY_HOLDER, Rights.TRADE, NONE);
        all[38] = Seat("cancel a lapsed loan as borrower", SUPPLIER, Rights.TRADE, NONE);
    }

    /// @dev The rights that the tests have granted, kept apart from the ledger's own records.
    function granted(Key key) private pure returns (PartyId, uint8) {
        if (same(key, REGISTRAR)) return (OPERATOR, Rights.REGISTER);
        if (same(key, OPERATOR_MANAGER)) return (OPERATOR, Rights.MANAGE);
        if (same(key, SUPERVISOR)) return (REGULATOR, Rights.SUPERVISE);
        if (same(key, REGULATOR_MANAGER)) return (REGULATOR, Rights.MANAGE);
        if (same(key, BUYER_TRADER)) return (BUYER, Rights.TRADE);
        if (same(key, BUYER_MANAGER)) return (BUYER, Rights.MANAGE);
        if (same(key, SUPPLIER_TRADER)) return (SUPPLIER, Rights.TRADE);
        if (same(key, SUPPLIER_MANAGER)) return (SUPPLIER, Rights.MANAGE);
        if (same(key, MAKER_TRADER)) return (MAKER, Rights.TRADE);
        if (same(key, MAKER_MANAGER)) return (MAKER, Rights.MANAGE);
        if (same(key, PASSKEY_TRADER)) return (PASSKEY_HOLDER, Rights.TRADE);
        if (same(key, PASSKEY_MANAGER)) return (PASSKEY_HOLDER, Rights.MANAGE);
        if (same(key, APPROVER)) return (BANK, Rights.APPROVE);
        if (same(key, DISBURSER)) return (BANK, Rights.DISBURSE);
        if (same(key, BANK_MANAGER)) return (BANK, Rights.MANAGE);
        if (same(key, BANK_HEAD)) return (BANK, Rights.BANK);
        if (same(key, OTHER_APPROVER)) return (OTHER_BANK, Rights.APPROVE);
        if (same(key, OTHER_DISBURSER)) return (OTHER_BANK, Rights.DISBURSE | Rights.MANAGE);
        return (NOBODY, 0);
    }

    function everybody() private pure returns (Key[] memory keys) {
        Key[] memory known = cast();
        keys = new Key[](known.length + 3);
        for (uint256 i = 0; i < known.length; i++) keys[i] = known[i];
        keys[known.length] = PASSKEY_TRADER;
        keys[known.length + 1] = PASSKEY_MANAGER;
        keys[known.length + 2] = PROPOSED; // whose recovery is pending
    }

    function test_EverySignerInEverySeat_OnlyTheRightOnesAreAccepted() public {
        Seat[] memory all = seats();
        Key[] memory keys = everybody();
        uint256 accepted;
        for (uint256 seat = 0; seat < SEATS; seat++) {
            for (uint256 i = 0; i < keys.length; i++) {
                (PartyId belongs, uint8 rights) = granted(keys[i]);
                bytes memory call = callWith(seat, keys[i]);
                if (belongs != all[seat].party || rights & all[seat].right == 0) {
                    refusesIn(all[seat], call, unauthorised(all[seat].party, keys[i], all[seat].right));
                } else if (same(keys[i], all[seat].partner)) {
                    refusesIn(all[seat], call, notDistinct(BANK, ledger.signer(idOf(keys[i])).number));
                } else {
                    uint256 before = vm.snapshotState();
                    accepts(call);
                    accepted += 1;
                    vm.revertToState(before);
                }
            }
        }
        // One for each seat; the maker's second signer for its veto; the bank's head beside its approver, disburser or manager in twelve.
        equal(accepted, SEATS + 1 + 12, "accepted signatures");
    }

    /// @dev Who is to be a signer proves that it holds the key: nobody signs in its place, whatever its rights.
    function test_EverySignerInThePlaceOfANewOne_IsRefused() public {
        Key[] memory keys = everybody();
        for (uint256 place = 0; place < 4; place++) {
            Key expected = place == 3 ? PROPOSED : NEW_SIGNER;
            for (uint256 i = 0; i < keys.length; i++) {
                if (same(keys[i], expected)) continue;
                refuses(
                    callAsNewSigner(place, keys[i]),
                    abi.encodeWithSelector(ILedgerErrors.SignerMismatch.selector, idOf(expected), idOf(keys[i]))
                );
            }
            uint256 before = vm.snapshotState();
            accepts(callAsNewSigner(place, expected));
            vm.revertToState(before);
        }
    }

    /// @dev The gateway holds this key and no other: with it in an attacker's hands, no debt and no loan can be made.
    function test_TheRegistrar_CanRegisterAndDoNothingElse() public {
        Seat[] memory all = seats();
        for (uint256 seat = 1; seat < SEATS; seat++) {
            refusesIn(all[seat], callWith(seat, REGISTRAR), unauthorised(all[seat].party, REGISTRAR, all[seat].right));
        }
        accepts(callWith(REGISTRATION_SEAT, REGISTRAR));
    }

    function test_TheSupervisor_CanFreezeUnfreezeAndAdoptAndDoNothingElse() public {
        Seat[] memory all = seats();
        for (uint256 seat = 0; seat < SEATS; seat++) {
            uint256 before = vm.snapshotState();
            bytes memory call = callWith(seat, SUPERVISOR);
            if (seat == ADOPTION_SEAT || seat == FREEZE_SEAT || seat == UNFREEZE_SEAT) accepts(call);
            else refusesIn(all[seat], call, unauthorised(all[seat].party, SUPERVISOR, all[seat].right));
            vm.revertToState(before);
        }
    }

    /// @dev Not even for the operator or the regulator itself: they are neither enterprises nor banks.
    function test_TheOperatorAndTheRegulator_CannotTradeOrLend() public {
        cannotTradeOrLend(OPERATOR, REGISTRAR, PartyKind.Operator);
        cannotTradeOrLend(REGULATOR, SUPERVISOR, PartyKind.Regulator);
    }

    function cannotTradeOrLend(PartyId id, Key key, PartyKind kind) private {
        IssueReceivable memory issued = issueOp();
        issued.obligor = id;
        refuses(issueCall(issued, key, SUPPLIER_TRADER), kindWrong(id, PartyKind.Enterprise, kind));
        issued = issueOp();
        issued.holder = id;
        refuses(issueCall(issued, BUYER_TRADER, key), kindWrong(id, PartyKind.Enterprise, kind));
        refuses(assignCall(assignOp(free, id, 1), SUPPLIER_TRADER, key), kindWrong(id, PartyKind.Enterprise, kind));
        OpenLoan memory loan = openOp(free);
        loan.bank = id;
        refuses(openCall(loan, SUPPLIER_TRADER, key), kindWrong(id, PartyKind.Bank, kind));
    }

    /// @dev A bank lends and does not hold; an enterprise holds and does not lend.
    function test_BanksDoNotTrade_AndEnterprisesDoNotLend() public {
        IssueReceivable memory issued = issueOp();
        issued.holder = BANK;
        refuses(issueCall(issued, BUYER_TRADER, BANK_HEAD), kindWrong(BANK, PartyKind.Enterprise, PartyKind.Bank));
        issued.holder = SUPPLIER;
        issued.obligor = BANK;
        refuses(issueCall(issued, BANK_HEAD, SUPPLIER_TRADER), kindWrong(BANK, PartyKind.Enterprise, PartyKind.Bank));
        refuses(
            assignCall(assignOp(free, BANK, 1), SUPPLIER_TRADER, BANK_HEAD),
            kindWrong(BANK, PartyKind.Enterprise, PartyKind.Bank)
        );
        OpenLoan memory loan = openOp(free);
        loan.bank = MAKER;
        refuses(
            openCall(loan, SUPPLIER_TRADER, MAKER_TRADER), kindWrong(MAKER, PartyKind.Bank, PartyKind.Enterprise)
        );
    }

    // ---- Calls: right in everything but who signs in the given seat

    function callWith(uint256 seat, Key key) private view returns (bytes memory) {
        if (seat < 12) return governingCall(seat, key);
        if (seat == 12) return issueCall(issueOp(), key, SUPPLIER_TRADER);
        if (seat == 13) return issueCall(issueOp(), BUYER_TRADER, key);
        if (seat == 14) return assignCall(assignOp(free, MAKER, 5), key, MAKER_TRADER);
        if (seat == 15) return assignCall(assignOp(free, MAKER, 5), SUPPLIER_TRADER, key);
        if (seat == 16) return redeemCall(redeemOp(free, 5), key);
        if (seat == 17) return cancelCall(cancelOp(free), key, BUYER_TRADER);
        if (seat == 18) return cancelCall(cancelOp(free), SUPPLIER_TRADER, key);
        if (seat == 19) return disputeCall(disputeOp(free, 5), key);
        if (seat == 20) return resolveCall(resolveOp(disputed, 5), key, BUYER_TRADER);
        if (seat == 21) return resolveCall(resolveOp(disputed, 5), SUPPLIER_TRADER, key);
        if (seat == FREEZE_SEAT) return freezeCall(FreezeReceivable(free, FREEZE_CASE, soon()), key);
        if (seat == UNFREEZE_SEAT) return unfreezeCall(UnfreezeReceivable(frozen, RELEASE_CASE, soon()), key);
        if (seat < 37) return loanCall(seat, key);
        if (seat == 38) return cancelCall(withdrawOp(lapsed), key);
        return assignCall(assignOp(free, PASSKEY_HOLDER, 5), SUPPLIER_TRADER, key);
    }

    function governingCall(uint256 seat, Key key) private view returns (bytes memory) {
        if (seat == REGISTRATION_SEAT) return registerWith(key, NEW_SIGNER);
        if (seat == 1) return standingCall(standingOp(BUYER, Standing.StopListed), key);
        if (seat == 2) return addWith(key, NEW_SIGNER);
        if (seat == 3) {
            RemoveSigner memory removal = RemoveSigner(BUYER, idOf(BUYER_TRADER), soon());
            return abi.encodeCall(IRegistry.removeSigner, (removal, sign(key, hashOf(removal))));
        }
        if (seat == 4) return recoveryCall(recoveryOp(SUPPLIER, NEW_SIGNER), key, NEW_SIGNER);
        if (seat == 5) return vetoCall(MAKER, idOf(PROPOSED), key);
        if (seat == 6) return proposeCall(proposeOp(newRules()), key);
        if (seat == ADOPTION_SEAT) return adoptCall(AdoptParameters(ledger.proposedParameters(), soon()), key);
        if (seat == 8) return policyCall(policyOp(BANK), key);
        if (seat == 9) return limitCall(limitOp(BUYER, ExposureSide.Obligor, 5), key);
        if (seat == 10) return modelCall(modelOp(), key, BANK_HEAD);
        return modelCall(modelOp(), APPROVER, key);
    }

    function loanCall(uint256 seat, Key key) private view returns (bytes memory) {
        if (seat == 24) return openCall(openOp(free), key, APPROVER);
        if (seat == 25) return openCall(openOp(free), SUPPLIER_TRADER, key);
        if (seat == 26) {
            OpenLoan memory large = openOp(free);
            large.principalFen = FACE / 2 + 1;
            return openCall(large, SUPPLIER_TRADER, APPROVER, key);
        }
        if (seat == 27) return disburseCall(disburseOp(opened), key);
        if (seat == 28) return repayCall(repayOp(disbursed, 5, 5), key);
        if (seat == 29) return cancelCall(cancelOp(opened), key);
        if (seat == 30) return extendCall(extendOp(disbursed), key, APPROVER);
        if (seat == 31) return extendCall(extendOp(disbursed), SUPPLIER_TRADER, key);
        if (seat == 32) return defaultCall(defaultOp(late), key);
        if (seat == 33) return claimCall(claimOp(bad), key);
        if (seat == 34) return writeOffCall(writeOffOp(bad, 5), key, DISBURSER);
        if (seat == 35) return writeOffCall(writeOffOp(bad, 5), APPROVER, key);
        return recoverCall(recoverOp(bad, 5), key);
    }

    function callAsNewSigner(uint256 place, Key key) private view returns (bytes memory) {
        if (place == 0) return registerWith(REGISTRAR, key);
        if (place == 1) return addWith(BUYER_MANAGER, key);
        if (place == 2) return recoveryCall(recoveryOp(SUPPLIER, NEW_SIGNER), OPERATOR_MANAGER, key);
        return completeCall(CompleteRecovery(MAKER, idOf(PROPOSED), soon()), key);
    }

    function addWith(Key manager, Key newSigner) private view returns (bytes memory) {
        AddSigner memory op = AddSigner(BUYER, signerOf(NEW_SIGNER), Rights.TRADE, soon());
        return abi.encodeCall(IRegistry.addSigner, (op, sign(manager, hashOf(op)), sign(newSigner, hashOf(op))));
    }

    function registerWith(Key registrar, Key newSigner) private view returns (bytes memory) {
        RegisterParty memory op = enterprise("new", NEW_SIGNER, NEW_MANAGER);
        return registration(op, registrar, newSigner, NEW_MANAGER);
    }

    function registration(RegisterParty memory op, Key registrar, Key first, Key second)
        private
        view
        returns (bytes memory)
    {
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = sign(first, structHash);
        proofs[1] = sign(second, structHash);
        return abi.encodeCall(IRegistry.registerParty, (op, sign(registrar, structHash), proofs));
    }

    // ---- The scene

    function registerPasskeyHolder() private {
        RegisterParty memory op = enterprise("passkey holder", PASSKEY_TRADER, PASSKEY_MANAGER);
        accepts(registration(op, REGISTRAR, PASSKEY_TRADER, PASSKEY_MANAGER));
    }

    function openUntilTomorrow() private returns (LoanId) {
        OpenLoan memory op = openOp(issue());
        op.application.dueDate = ledger.today() + 1;
        accepts(openCall(op));
        return lastLoan();
    }

    function lendUntilTomorrow() private returns (LoanId id) {
        id = openUntilTomorrow();
        accepts(disburseCall(disburseOp(id)));
    }

    function refusesIn(Seat memory seat, bytes memory call, bytes memory expected) private {
        (bool success, bytes memory reason) = address(ledger).call(call);
        isTrue(!success, seat.name);
        equal(reason, expected, seat.name);
    }

    function same(Key a, Key b) private pure returns (bool) {
        return Key.unwrap(a) == Key.unwrap(b);
    }
}
