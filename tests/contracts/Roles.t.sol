// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, BUYER, BUYER_MANAGER, BUYER_TRADER, DISBURSER, MAKER, MAKER_MANAGER,
    MAKER_TRADER, NOBODY, OPERATOR, OPERATOR_MANAGER, OTHER_APPROVER, OTHER_BANK, OTHER_DISBURSER, OUTSIDER,
    OUTSIDER_P256, REGISTRAR, SUPPLIER, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Trading} from "./support/Trading.sol";

/// @notice Every signer of every party against every place for a signature. Who may sign where stands in `seats`, and in no other way.
contract RolesTest is Trading {
    struct Seat {
        string name;
        PartyId party;
        uint8 right;
    }

    Key private constant NEW_SIGNER = Key.wrap(0x81);
    Key private constant NEW_MANAGER = Key.wrap(0x82);

    ReceivableId private free;
    ReceivableId private other;
    LoanId private opened;
    LoanId private disbursed;

    function setUp() public override {
        super.setUp();
        free = issue();
        other = issue();
        opened = open(other);
        disbursed = lend(issue());
    }

    function seats() private pure returns (Seat[] memory all) {
        all = new Seat[](12);
        all[0] = Seat("issue as obligor", BUYER, Rights.TRADE);
        all[1] = Seat("issue as holder", SUPPLIER, Rights.TRADE);
        all[2] = Seat("assign as holder", SUPPLIER, Rights.TRADE);
        all[3] = Seat("assign as assignee", MAKER, Rights.TRADE);
        all[4] = Seat("redeem", SUPPLIER, Rights.TRADE);
        all[5] = Seat("open as borrower", SUPPLIER, Rights.TRADE);
        all[6] = Seat("open as bank", BANK, Rights.APPROVE);
        all[7] = Seat("disburse", BANK, Rights.DISBURSE);
        all[8] = Seat("repay", BANK, Rights.DISBURSE);
        all[9] = Seat("add a signer", BUYER, Rights.MANAGE);
        all[10] = Seat("remove a signer", BUYER, Rights.MANAGE);
        all[11] = Seat("register a party", OPERATOR, Rights.REGISTER);
    }

    /// @dev The rights that the tests have granted, kept apart from the ledger's own records.
    function granted(Key key) private pure returns (PartyId, uint8) {
        uint256 k = Key.unwrap(key);
        if (k == Key.unwrap(REGISTRAR)) return (OPERATOR, Rights.REGISTER);
        if (k == Key.unwrap(OPERATOR_MANAGER)) return (OPERATOR, Rights.MANAGE);
        if (k == Key.unwrap(BUYER_TRADER)) return (BUYER, Rights.TRADE);
        if (k == Key.unwrap(BUYER_MANAGER)) return (BUYER, Rights.MANAGE);
        if (k == Key.unwrap(SUPPLIER_TRADER)) return (SUPPLIER, Rights.TRADE);
        if (k == Key.unwrap(SUPPLIER_MANAGER)) return (SUPPLIER, Rights.MANAGE);
        if (k == Key.unwrap(MAKER_TRADER)) return (MAKER, Rights.TRADE);
        if (k == Key.unwrap(MAKER_MANAGER)) return (MAKER, Rights.MANAGE);
        if (k == Key.unwrap(APPROVER)) return (BANK, Rights.APPROVE);
        if (k == Key.unwrap(DISBURSER)) return (BANK, Rights.DISBURSE);
        if (k == Key.unwrap(BANK_MANAGER)) return (BANK, Rights.MANAGE);
        if (k == Key.unwrap(BANK_HEAD)) return (BANK, Rights.BANK);
        if (k == Key.unwrap(OTHER_APPROVER)) return (OTHER_BANK, Rights.APPROVE);
        if (k == Key.unwrap(OTHER_DISBURSER)) return (OTHER_BANK, Rights.DISBURSE | Rights.MANAGE);
        return (NOBODY, 0);
    }

    function test_EverySignerInEverySeat_OnlyTheRightOnesAreAccepted() public {
        Seat[] memory all = seats();
        Key[] memory keys = cast();
        uint256 accepted;
        for (uint256 seat = 0; seat < all.length; seat++) {
            for (uint256 i = 0; i < keys.length; i++) {
                uint256 before = vm.snapshotState();
                (PartyId belongs, uint8 rights) = granted(keys[i]);
                if (belongs == all[seat].party && rights & all[seat].right != 0) {
                    accepts(callWith(seat, keys[i]));
                    accepted += 1;
                } else {
                    refuses(callWith(seat, keys[i]), unauthorised(all[seat].party, keys[i], all[seat].right));
                }
                vm.revertToState(before);
            }
        }
        // One for each seat, and the head of the bank beside its approver and, twice, its disburser.
        equal(accepted, all.length + 3, "accepted signatures");
    }

    /// @dev The gateway holds this key and no other: with it in an attacker's hands, no debt and no loan can be made.
    function test_TheRegistrar_CanRegisterAndDoNothingElse() public {
        Seat[] memory all = seats();
        for (uint256 seat = 0; seat < 11; seat++) {
            refuses(callWith(seat, REGISTRAR), unauthorised(all[seat].party, REGISTRAR, all[seat].right));
        }
        accepts(callWith(11, REGISTRAR));
    }

    /// @dev Not even for the operator itself: it is neither an enterprise nor a bank.
    function test_TheOperator_CannotTradeOrLend() public {
        IssueReceivable memory issued = issueOp();
        issued.obligor = OPERATOR;
        refuses(issueCall(issued, REGISTRAR, SUPPLIER_TRADER), wrongKind(PartyKind.Enterprise));
        issued = issueOp();
        issued.holder = OPERATOR;
        refuses(issueCall(issued, BUYER_TRADER, REGISTRAR), wrongKind(PartyKind.Enterprise));
        refuses(assignCall(assignOp(free, OPERATOR, 1), SUPPLIER_TRADER, REGISTRAR), wrongKind(PartyKind.Enterprise));
        OpenLoan memory loan = openOp(free);
        loan.bank = OPERATOR;
        refuses(openCall(loan, SUPPLIER_TRADER, REGISTRAR), wrongKind(PartyKind.Bank));
    }

    function wrongKind(PartyKind expected) private pure returns (bytes memory) {
        return kindWrong(OPERATOR, expected, PartyKind.Operator);
    }

    /// @dev An operation that is right in everything but that `key` signs in the given seat.
    function callWith(uint256 seat, Key key) private view returns (bytes memory) {
        if (seat == 0) return issueCall(issueOp(), key, SUPPLIER_TRADER);
        if (seat == 1) return issueCall(issueOp(), BUYER_TRADER, key);
        if (seat == 2) return assignCall(assignOp(free, MAKER, 5), key, MAKER_TRADER);
        if (seat == 3) return assignCall(assignOp(free, MAKER, 5), SUPPLIER_TRADER, key);
        if (seat == 4) return redeemCall(redeemOp(free, 5), key);
        if (seat == 5) return openCall(openOp(free), key, APPROVER);
        if (seat == 6) return openCall(openOp(free), SUPPLIER_TRADER, key);
        if (seat == 7) return disburseCall(disburseOp(opened), key);
        if (seat == 8) return repayCall(repayOp(disbursed, 5, 5), key);
        if (seat == 9) return addCall(key);
        if (seat == 10) {
            RemoveSigner memory removal = RemoveSigner(BUYER, idOf(BUYER_TRADER), soon());
            return abi.encodeCall(IRegistry.removeSigner, (removal, sign(key, hashOf(removal))));
        }
        return registerWith(key);
    }

    function addCall(Key manager) private view returns (bytes memory) {
        AddSigner memory op = AddSigner(BUYER, signerBytes(NEW_SIGNER, p256Verifier), Rights.TRADE, soon());
        return abi.encodeCall(
            IRegistry.addSigner, (op, sign(manager, hashOf(op)), sign(NEW_SIGNER, hashOf(op)))
        );
    }

    function registerWith(Key registrar) private view returns (bytes memory) {
        RegisterParty memory op = enterprise("new", NEW_SIGNER, NEW_MANAGER);
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = sign(NEW_SIGNER, structHash);
        proofs[1] = sign(NEW_MANAGER, structHash);
        return abi.encodeCall(IRegistry.registerParty, (op, sign(registrar, structHash), proofs));
    }
}
