// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../../contracts/interfaces/IFinanceLedger.sol";
import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import "../../../contracts/Operations.sol";
import {Assertions} from "./Assertions.sol";
import {Key, P256_KEY, PASSKEY, Signing} from "./Signing.sol";
import {StructHashes} from "./StructHashes.sol";
import {Vm} from "./Vm.sol";

PartyId constant NOBODY = PartyId.wrap(0);
PartyId constant BUYER = PartyId.wrap(3);
PartyId constant SUPPLIER = PartyId.wrap(4);
PartyId constant MAKER = PartyId.wrap(5);
PartyId constant BANK = PartyId.wrap(6);
PartyId constant OTHER_BANK = PartyId.wrap(7);
PartyId constant STRANGER = PartyId.wrap(99);

Key constant REGISTRAR = Key.wrap(0x11);
Key constant OPERATOR_MANAGER = Key.wrap(0x12);
Key constant SUPERVISOR = Key.wrap(0x13);
Key constant REGULATOR_MANAGER = Key.wrap(0x14);
Key constant BUYER_TRADER = Key.wrap(0x21);
Key constant BUYER_MANAGER = Key.wrap(0x22);
Key constant SUPPLIER_TRADER = Key.wrap(0x31 | P256_KEY);
Key constant SUPPLIER_MANAGER = Key.wrap(0x32);
Key constant MAKER_TRADER = Key.wrap(0x41);
Key constant MAKER_MANAGER = Key.wrap(0x42 | P256_KEY);
Key constant APPROVER = Key.wrap(0x51 | P256_KEY);
Key constant DISBURSER = Key.wrap(0x52);
Key constant BANK_MANAGER = Key.wrap(0x53);
Key constant BANK_HEAD = Key.wrap(0x54); // approves, disburses and manages
Key constant OTHER_APPROVER = Key.wrap(0x61);
Key constant OTHER_DISBURSER = Key.wrap(0x62); // also manages
Key constant OUTSIDER = Key.wrap(0x71);
Key constant OUTSIDER_P256 = Key.wrap(0x72 | P256_KEY);
Key constant OUTSIDER_PASSKEY = Key.wrap(0x73 | PASSKEY);

/// @notice A ledger with an operator, three enterprises and two banks, and the operations on it, signed by whom they bind.
abstract contract LedgerTest is Signing, StructHashes, Assertions {
    uint256 internal constant NOW = 1_750_000_000; // 2025-06-15 23:06:40 in China
    uint16 internal constant MAX_TENOR_DAYS = 183;
    uint16 internal constant MAX_REVIEWED_TENOR_DAYS = 365;
    uint8 internal constant MAX_SPLIT_DEPTH = 3;
    uint8 internal constant MAX_SPLITS = 4;
    uint8 internal constant MAX_INVOICES = 5;
    uint8 internal constant RECOVERY_DELAY_DAYS = 7;
    uint8 internal constant NOTICE_DAYS = 30;
    uint16 internal constant MAX_EXTENSION_DAYS = 60;
    uint8 internal constant APPROVAL_DAYS = 30;
    /// A principal above it takes two approvers; one million yuan.
    uint64 internal constant DUAL_APPROVAL = 1_000_000_00;
    uint32 internal constant YONGKANG = 330784;

    IFinanceLedger internal ledger;
    address internal p256Verifier;
    address internal passkeyVerifier;
    bytes32 private _separator;

    function setUp() public virtual {
        vm.warp(NOW);
        ledger = deploy();
        _separator = domainSeparator(block.chainid, address(ledger));
        accepts(registerCall(enterprise("buyer", BUYER_TRADER, BUYER_MANAGER)));
        accepts(registerCall(enterprise("supplier", SUPPLIER_TRADER, SUPPLIER_MANAGER)));
        accepts(registerCall(enterprise("maker", MAKER_TRADER, MAKER_MANAGER)));
        accepts(registerCall(bank()));
        accepts(registerCall(otherBank()));
        accepts(policyCall(policyOp(BANK)));
        accepts(policyCall(policyOp(OTHER_BANK)));
    }

    /// @dev The bytecode that is deployed in earnest, not one compiled with the tests.
    function deploy() internal returns (IFinanceLedger) {
        p256Verifier = created("P256Sha256Verifier", "");
        passkeyVerifier = created("PasskeyVerifier", "");
        (address deployed, bytes memory reason) = deployLedger(
            annex("Registry"), annex("Servicing"), limits(), YONGKANG, "operator", operators(), "regulator", regulators()
        );
        equal(reason, "", "deployment");
        return IFinanceLedger(deployed);
    }

    function limits() internal pure virtual returns (Parameters memory) {
        return Parameters({
            startDate: 0,
            maxTenorDays: MAX_TENOR_DAYS,
            maxReviewedTenorDays: MAX_REVIEWED_TENOR_DAYS,
            maxSplitDepth: MAX_SPLIT_DEPTH,
            maxSplits: MAX_SPLITS,
            maxInvoices: MAX_INVOICES,
            recoveryDelayDays: RECOVERY_DELAY_DAYS,
            noticeDays: NOTICE_DAYS,
            maxExtensionDays: MAX_EXTENSION_DAYS,
            approvalDays: APPROVAL_DAYS
        });
    }

    function operators() internal view returns (SignerGrant[] memory signers) {
        signers = new SignerGrant[](2);
        signers[0] = grantOf(REGISTRAR, Rights.REGISTER);
        signers[1] = grantOf(OPERATOR_MANAGER, Rights.MANAGE);
    }

    function regulators() internal view returns (SignerGrant[] memory signers) {
        signers = new SignerGrant[](2);
        signers[0] = grantOf(SUPERVISOR, Rights.SUPERVISE);
        signers[1] = grantOf(REGULATOR_MANAGER, Rights.MANAGE);
    }

    function annex(string memory name) internal returns (address) {
        return created(name, abi.encode(p256Verifier, passkeyVerifier));
    }

    function created(string memory name, bytes memory arguments) private returns (address deployed) {
        bytes memory reason;
        (deployed, reason) = create(name, arguments);
        equal(reason, "", name);
    }

    function deployLedger(
        address registry,
        address servicing,
        Parameters memory rules,
        uint32 regionCode,
        bytes32 operatorProfile,
        SignerGrant[] memory operatorSigners,
        bytes32 regulatorProfile,
        SignerGrant[] memory regulatorSigners
    ) internal returns (address deployed, bytes memory reason) {
        return create(
            "FinanceLedger",
            abi.encode(
                registry,
                servicing,
                rules,
                regionCode,
                operatorProfile,
                operatorSigners,
                regulatorProfile,
                regulatorSigners
            )
        );
    }

    function create(string memory name, bytes memory arguments) internal returns (address deployed, bytes memory reason) {
        bytes memory code = bytes.concat(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                reason := mload(0x40)
                mstore(0x40, add(reason, and(add(returndatasize(), 63), not(31))))
                mstore(reason, returndatasize())
                returndatacopy(add(reason, 32), 0, returndatasize())
            }
        }
    }

    // ---- Running an operation

    /// @dev Sends the call, requires success and exactly one event of the ledger, and returns that event.
    function accepts(bytes memory call) internal returns (Vm.Log memory) {
        vm.recordLogs();
        (bool success, bytes memory reason) = address(ledger).call(call);
        equal(reason, "", "unexpected refusal");
        isTrue(success, "refused without a reason");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 1, "events of one operation");
        equal(uint160(logs[0].emitter), uint160(address(ledger)), "emitter");
        return logs[0];
    }

    function refuses(bytes memory call, bytes memory expected) internal {
        (bool success, bytes memory reason) = address(ledger).call(call);
        isTrue(!success, "accepted what must be refused");
        equal(reason, expected, "reason");
    }

    // ---- Signing

    function idOf(Key key) internal view returns (bytes32) {
        return keccak256(signerOf(key));
    }

    function signerOf(Key key) internal view returns (bytes memory) {
        return signerBytes(key, isPasskey(key) ? passkeyVerifier : p256Verifier);
    }

    function grantOf(Key key, uint8 rights) internal view returns (SignerGrant memory) {
        return SignerGrant(signerOf(key), rights);
    }

    function digest(bytes32 structHash) internal view returns (bytes32) {
        return digestOf(_separator, structHash);
    }

    function sign(Key key, bytes32 structHash) internal view returns (bytes memory) {
        return signDigest(key, digest(structHash));
    }

    function traderOf(PartyId id) internal pure returns (Key) {
        if (id == BUYER) return BUYER_TRADER;
        if (id == SUPPLIER) return SUPPLIER_TRADER;
        if (id == MAKER) return MAKER_TRADER;
        return OUTSIDER;
    }

    function approverOf(PartyId id) internal pure returns (Key) {
        return id == OTHER_BANK ? OTHER_APPROVER : APPROVER;
    }

    function disburserOf(PartyId id) internal pure returns (Key) {
        return id == OTHER_BANK ? OTHER_DISBURSER : DISBURSER;
    }

    function managerOf(PartyId id) internal pure returns (Key) {
        if (id == BUYER) return BUYER_MANAGER;
        if (id == SUPPLIER) return SUPPLIER_MANAGER;
        if (id == MAKER) return MAKER_MANAGER;
        if (id == BANK) return BANK_MANAGER;
        if (id == OTHER_BANK) return OTHER_DISBURSER;
        return OUTSIDER;
    }

    function unauthorised(PartyId id, Key key, uint8 right) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignerUnauthorised.selector, id, idOf(key), right);
    }

    function expired(uint64 deadline) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.DeadlineExpired.selector, deadline, uint64(block.timestamp));
    }

    function malformed() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignatureMalformed.selector, 0);
    }

    function amountOut(uint64 amountFen, uint64 minFen, uint64 maxFen) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.AmountOutOfRange.selector, amountFen, minFen, maxFen);
    }

    // ---- Operations that would be accepted, each with the call that carries its right signatures

    function soon() internal view returns (uint64) {
        return uint64(block.timestamp + 1 hours);
    }

    function enterprise(string memory name, Key trader, Key manager) internal view returns (RegisterParty memory op) {
        op = RegisterParty(
            PartyKind.Enterprise, YONGKANG, "C3351", keccak256(bytes(name)), new SignerGrant[](2), soon()
        );
        op.signers[0] = grantOf(trader, Rights.TRADE);
        op.signers[1] = grantOf(manager, Rights.MANAGE);
    }

    function bank() internal view returns (RegisterParty memory op) {
        op = RegisterParty(PartyKind.Bank, 330700, "J6621", keccak256("bank"), new SignerGrant[](4), soon());
        op.signers[0] = grantOf(APPROVER, Rights.APPROVE);
        op.signers[1] = grantOf(DISBURSER, Rights.DISBURSE);
        op.signers[2] = grantOf(BANK_MANAGER, Rights.MANAGE);
        op.signers[3] = grantOf(BANK_HEAD, Rights.BANK);
    }

    function otherBank() internal view returns (RegisterParty memory op) {
        op = RegisterParty(PartyKind.Bank, 330000, "J6621", keccak256("other bank"), new SignerGrant[](2), soon());
        op.signers[0] = grantOf(OTHER_APPROVER, Rights.APPROVE);
        op.signers[1] = grantOf(OTHER_DISBURSER, Rights.DISBURSE | Rights.MANAGE);
    }

    /// @dev Two approvers above a million yuan; limits that bind nobody.
    function policyOp(PartyId bankId) internal view returns (SetLendingPolicy memory) {
        return SetLendingPolicy(
            bankId, DUAL_APPROVAL, MAX_LIMIT_FEN, MAX_LIMIT_FEN, ledger.party(bankId).revision, soon()
        );
    }

    function policyCall(SetLendingPolicy memory op) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.setLendingPolicy, (op, sign(managerOf(op.bank), hashOf(op))));
    }

    /// @dev Signed by the registrar and by every key whose grant is in the operation.
    function registerCall(RegisterParty memory op) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](op.signers.length);
        for (uint256 i = 0; i < proofs.length; i++) proofs[i] = sign(keyOf(op.signers[i].signer), structHash);
        return abi.encodeCall(IRegistry.registerParty, (op, sign(REGISTRAR, structHash), proofs));
    }

    /// @dev The key of the cast behind signer bytes; OUTSIDER where there is none.
    function keyOf(bytes memory signer) internal view returns (Key) {
        Key[] memory keys = cast();
        for (uint256 i = 0; i < keys.length; i++) {
            if (idOf(keys[i]) == keccak256(signer)) return keys[i];
        }
        return OUTSIDER;
    }

    function cast() internal pure returns (Key[] memory keys) {
        keys = new Key[](19);
        keys[0] = REGISTRAR;
        keys[1] = OPERATOR_MANAGER;
        keys[2] = BUYER_TRADER;
        keys[3] = BUYER_MANAGER;
        keys[4] = SUPPLIER_TRADER;
        keys[5] = SUPPLIER_MANAGER;
        keys[6] = MAKER_TRADER;
        keys[7] = MAKER_MANAGER;
        keys[8] = APPROVER;
        keys[9] = DISBURSER;
        keys[10] = BANK_MANAGER;
        keys[11] = BANK_HEAD;
        keys[12] = OTHER_APPROVER;
        keys[13] = OTHER_DISBURSER;
        keys[14] = OUTSIDER;
        keys[15] = OUTSIDER_P256;
        keys[16] = SUPERVISOR;
        keys[17] = REGULATOR_MANAGER;
        keys[18] = OUTSIDER_PASSKEY;
    }
}
