// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerStorage} from "./LedgerStorage.sol";
import {ILedgerErrors} from "./interfaces/ILedgerErrors.sol";
import "./Types.sol";

/// @title One fingerprint, one receivable, for ever
/// @notice The only place where a fingerprint is written. A solver proves of this function that no fingerprint ever backs two receivables,
/// whatever is issued in whatever order: see tests/contracts/proof/.
abstract contract Fingerprints is LedgerStorage, ILedgerErrors {
    /// @dev Lets the invoice of this fingerprint back the receivable and no other. Refused: `FingerprintTaken`.
    function _takeFingerprint(bytes32 fingerprint, ReceivableId receivable) internal {
        ReceivableId earlier = _fingerprints[fingerprint];
        require(ReceivableId.unwrap(earlier) == 0, FingerprintTaken(fingerprint, earlier));
        _fingerprints[fingerprint] = receivable;
    }
}
