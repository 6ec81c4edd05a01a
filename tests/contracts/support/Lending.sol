// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";
import "../../../contracts/Operations.sol";
import {Circumstances} from "./Circumstances.sol";
import {BANK, BUYER, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY, SUPPLIER} from "./LedgerTest.sol";

PartyId constant NEW_BANK = PartyId.wrap(8);

/// @notice A bank that has not decided anything yet, and the refusals that come of what banks decide.
abstract contract Lending is Circumstances {
    /// @dev Without a policy; its manager is OUTSIDER, its approvers are a P-256 key and a passkey.
    function registerNewBank() internal {
        RegisterParty memory op = bank();
        op.profileHash = keccak256("new bank");
        op.signers = new SignerGrant[](3);
        op.signers[0] = grantOf(OUTSIDER, Rights.MANAGE);
        op.signers[1] = grantOf(OUTSIDER_P256, Rights.APPROVE);
        op.signers[2] = grantOf(OUTSIDER_PASSKEY, Rights.APPROVE);
        accepts(registerCall(op));
    }

    function requireUsed(uint64 expected, string memory when) internal view {
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), expected, when);
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), expected, when);
    }

    function secondMissing(PartyId id, uint64 principalFen, uint64 dualFen) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SecondApprovalMissing.selector, id, principalFen, dualFen);
    }

    function secondNeedless(PartyId id, uint64 principalFen, uint64 dualFen) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SecondApprovalNeedless.selector, id, principalFen, dualFen);
    }

    function limitExceeded(PartyId id, PartyId subject, ExposureSide side, uint64 used, uint64 amount, uint64 limit)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ILedgerErrors.CreditLimitExceeded.selector, id, subject, side, used, amount, limit
        );
    }
}
