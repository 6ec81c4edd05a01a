// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../contracts/Operations.sol";

/// @notice The EIP-712 hashes of all operations. The types stand here a second time on purpose: the contract is tested against them.
abstract contract StructHashes {
    string private constant APPLICATION =
        "LoanApplication(uint40 receivable,uint16 revision,uint32[] banks,uint64 minPrincipalFen,uint64 maxPrincipalFen,uint16 maxAnnualRateBps,uint16 dueDate,bool withRecourse,uint64 deadline)";
    string private constant GRANT = "SignerGrant(bytes signer,uint8 rights)";
    string private constant INVOICE = "Invoice(bytes32 fingerprint,uint64 amountFen)";
    string private constant PARAMETERS =
        "Parameters(uint16 startDate,uint16 maxTenorDays,uint16 maxReviewedTenorDays,uint8 maxSplitDepth,uint8 maxSplits,uint8 maxInvoices,uint8 recoveryDelayDays,uint8 noticeDays,uint16 maxExtensionDays,uint8 approvalDays)";

    // ---- With lists or structs inside

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

    function hashOf(ProposeRecovery memory op) internal pure returns (bytes32) {
        bytes32 typeHash =
            keccak256("ProposeRecovery(uint32 party,bytes signer,uint8 rights,uint16 revision,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op.party, keccak256(op.signer), op.rights, op.revision, op.deadline));
    }

    function hashOf(Parameters memory rules) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(bytes(PARAMETERS)), rules));
    }

    function hashOf(ProposeParameters memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            bytes.concat("ProposeParameters(Parameters parameters,uint16 revision,uint64 deadline)", bytes(PARAMETERS))
        );
        return keccak256(abi.encode(typeHash, hashOf(op.parameters), op.revision, op.deadline));
    }

    function hashOf(AdoptParameters memory op) internal pure returns (bytes32) {
        bytes32 typeHash =
            keccak256(bytes.concat("AdoptParameters(Parameters parameters,uint64 deadline)", bytes(PARAMETERS)));
        return keccak256(abi.encode(typeHash, hashOf(op.parameters), op.deadline));
    }

    function hashOf(IssueReceivable memory op) internal pure returns (bytes32) {
        bytes memory invoices;
        for (uint256 i = 0; i < op.invoices.length; i++) {
            bytes32 invoiceHash = keccak256(abi.encode(keccak256(bytes(INVOICE)), op.invoices[i]));
            invoices = bytes.concat(invoices, invoiceHash);
        }
        bytes32 typeHash = keccak256(
            bytes.concat(
                "IssueReceivable(uint32 obligor,uint32 holder,uint64 amountFen,uint16 maturityDate,Invoice[] invoices,uint64 deadline)",
                bytes(INVOICE)
            )
        );
        return keccak256(
            abi.encode(
                typeHash, op.obligor, op.holder, op.amountFen, op.maturityDate, keccak256(invoices), op.deadline
            )
        );
    }

    function hashOf(LoanApplication memory op) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(bytes(APPLICATION)),
                op.receivable,
                op.revision,
                keccak256(abi.encodePacked(op.banks)),
                op.minPrincipalFen,
                op.maxPrincipalFen,
                op.maxAnnualRateBps,
                op.dueDate,
                op.withRecourse,
                op.deadline
            )
        );
    }

    function hashOf(OpenLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            bytes.concat(
                "OpenLoan(LoanApplication application,uint32 bank,uint64 principalFen,uint16 annualRateBps,bytes32 reviewHash,bytes32 decisionDigest,uint64 deadline)",
                bytes(APPLICATION)
            )
        );
        return keccak256(
            abi.encode(
                typeHash,
                hashOf(op.application),
                op.bank,
                op.principalFen,
                op.annualRateBps,
                op.reviewHash,
                op.decisionDigest,
                op.deadline
            )
        );
    }

    // ---- Of plain fields

    function hashOf(SetStanding memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "SetStanding(uint32 party,uint8 standing,bytes32 reasonHash,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(RemoveSigner memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("RemoveSigner(uint32 party,bytes32 signerId,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(VetoRecovery memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("VetoRecovery(uint32 party,bytes32 signerId,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(CompleteRecovery memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("CompleteRecovery(uint32 party,bytes32 signerId,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(SetLendingPolicy memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "SetLendingPolicy(uint32 bank,uint64 dualApprovalFen,uint64 obligorLimitFen,uint64 borrowerLimitFen,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(SetCreditLimit memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "SetCreditLimit(uint32 bank,uint32 party,uint8 side,uint64 limitFen,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(ActivateModel memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "ActivateModel(uint32 bank,bytes32 modelHash,uint16 fromDate,uint16 untilDate,uint16 revision,uint64 deadline)"
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

    function hashOf(CancelReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "CancelReceivable(uint40 receivable,bytes32 reasonHash,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(DisputeReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "DisputeReceivable(uint40 receivable,uint64 disputedFen,bytes32 reasonHash,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(ResolveDispute memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "ResolveDispute(uint40 receivable,uint64 cancelledFen,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(FreezeReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("FreezeReceivable(uint40 receivable,bytes32 caseHash,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(UnfreezeReceivable memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("UnfreezeReceivable(uint40 receivable,bytes32 caseHash,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(CancelLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("CancelLoan(uint40 loan,bool byBorrower,uint16 revision,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(DisburseLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "DisburseLoan(uint40 loan,uint64 amountFen,bytes32 registrationHash,bytes32 paymentReference,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(RepayLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "RepayLoan(uint40 loan,uint64 principalFen,uint64 interestFen,uint64 feeFen,bytes32 paymentReference,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(ExtendLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("ExtendLoan(uint40 loan,uint16 dueDate,uint16 revision,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(DefaultLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("DefaultLoan(uint40 loan,bytes32 reasonHash,uint16 revision,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(ClaimRecourse memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("ClaimRecourse(uint40 loan,bytes32 demandHash,uint16 revision,uint64 deadline)");
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(WriteOffLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "WriteOffLoan(uint40 loan,uint64 amountFen,bytes32 reasonHash,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }

    function hashOf(RecoverLoan memory op) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "RecoverLoan(uint40 loan,uint64 amountFen,uint8 source,bytes32 paymentReference,uint16 revision,uint64 deadline)"
        );
        return keccak256(abi.encode(typeHash, op));
    }
}
