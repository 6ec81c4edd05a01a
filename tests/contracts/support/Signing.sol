// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../contracts/Types.sol";
import {Vm} from "./Vm.sol";

/// @notice A private key of a test. The highest bit says that it is a P-256 key.
type Key is uint256;

uint256 constant P256_KEY = 1 << 255;

/// @notice Signs the ledger's operations. The EIP-712 types stand here a second time on purpose: the contract is tested against them.
abstract contract Signing {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 internal constant SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 internal constant P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;

    string private constant APPLICATION =
        "LoanApplication(uint40 receivable,uint16 revision,uint32 bank,uint64 minPrincipalFen,uint64 maxPrincipalFen,uint16 maxAnnualRateBps,uint16 dueDate,bool withRecourse,uint64 deadline)";
    string private constant GRANT = "SignerGrant(bytes signer,uint8 rights)";

    function isP256(Key key) internal pure returns (bool) {
        return Key.unwrap(key) & P256_KEY != 0;
    }

    function secretOf(Key key) internal pure returns (uint256) {
        return Key.unwrap(key) & ~P256_KEY;
    }

    function domainSeparator(uint256 chainId, address ledger) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("FinanceLedger"),
                keccak256("1"),
                chainId,
                ledger
            )
        );
    }

    function digestOf(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @notice ERC-7913 bytes of the key.
    function signerBytes(Key key, address p256Verifier) internal pure returns (bytes memory) {
        if (!isP256(key)) return abi.encodePacked(vm.addr(secretOf(key)));
        (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(key));
        return abi.encodePacked(p256Verifier, x, y);
    }

    /// @notice The ledger's tagged signature over an EIP-712 digest.
    function signDigest(Key key, bytes32 digest) internal pure returns (bytes memory) {
        if (isP256(key)) {
            (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(key));
            (bytes32 rP, bytes32 sP) = signP256LowS(secretOf(key), sha256(abi.encodePacked(digest)));
            return abi.encodePacked(uint8(2), x, y, rP, sP);
        }
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf(key), digest);
        return abi.encodePacked(uint8(1), r, s, v);
    }

    function signP256LowS(uint256 secret, bytes32 message) internal pure returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(secret, message);
        if (uint256(s) > P256_ORDER / 2) s = bytes32(P256_ORDER - uint256(s));
    }

    // ---- Struct hashes

    function hashOf(RegisterParty memory op) internal pure returns (bytes32) {
        bytes memory grants;
        for (uint256 i = 0; i < op.signers.length; i++) {
            SignerGrant memory grant = op.signers[i];
            bytes32 grantHash = keccak256(abi.encode(keccak256(bytes(GRANT)), keccak256(grant.signer), grant.rights));
            grants = bytes.concat(grants, grantHash);
        }
        bytes32 typeHash = keccak256(
            bytes.concat(
                "RegisterParty(uint8 kind,uint32 regionCode,bytes5 industry,bytes32 profileHash,SignerGrant[] signers,uint64 deadline)",
                bytes(GRANT)
            )
        );
        return keccak256(
            abi.encode(
                typeHash, op.kind, op.regionCode, op.industry, op.profileHash, keccak256(grants), op.deadline
            )
        );
    }

    function hashOf(AddSigner memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("AddSigner(uint32 party,bytes signer,uint8 rights,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op.party, keccak256(op.signer), op.rights, op.deadline));
    }

    function hashOf(RemoveSigner memory op) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("RemoveSigner(uint32 party,bytes32 signerId,uint64 deadline)"), op));
    }

    function hashOf(IssueReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "IssueReceivable(uint32 obligor,uint32 holder,uint64 amountFen,uint16 maturityDate,bytes32 invoiceFingerprint,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(AssignReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "AssignReceivable(uint40 receivable,uint32 assignee,uint64 amountFen,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(RedeemReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "RedeemReceivable(uint40 receivable,uint64 amountFen,bytes32 paymentReference,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(LoanApplication memory application) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(bytes(APPLICATION)), application));
    }

    function hashOf(OpenLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            bytes.concat(
                "OpenLoan(LoanApplication application,uint32 bank,uint64 principalFen,uint16 annualRateBps,uint64 deadline)",
                bytes(APPLICATION)
            )
        );
        return keccak256(
            abi.encode(typeHash, hashOf(op.application), op.bank, op.principalFen, op.annualRateBps, op.deadline)
        );
    }

    function hashOf(DisburseLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "DisburseLoan(uint40 loan,uint64 amountFen,bytes32 registrationHash,bytes32 paymentReference,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(RepayLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "RepayLoan(uint40 loan,uint64 principalFen,uint64 interestFen,bytes32 paymentReference,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }
}
