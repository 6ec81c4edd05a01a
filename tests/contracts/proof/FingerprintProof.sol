// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fingerprints} from "../../../contracts/Fingerprints.sol";
import "../../../contracts/Types.sol";

/// @title One fingerprint, one receivable, for ever
/// @notice The storage of a ledger, its own function that takes a fingerprint, and one fingerprint that is watched, whichever one it is. Proved
/// by induction: it holds of an empty ledger, and taking any invoice for any receivable keeps it wherever it holds; so does any list of invoices
/// and any sequence of issues.
contract FingerprintProof is Fingerprints {
    bytes32 private watched;
    uint256 private timesTaken; // invoices accepted with the watched fingerprint
    uint40 private backed; // the receivable of the first of them

    constructor(bytes32 fingerprint) {
        require(fingerprint != 0);
        watched = fingerprint;
        assert(holds());
    }

    function holds() private view returns (bool) {
        uint40 recorded = ReceivableId.unwrap(_fingerprints[watched]);
        if (timesTaken == 0) return recorded == 0;
        return timesTaken == 1 && backed != 0 && recorded == backed;
    }

    function Take_KeepsIt(bytes32 fingerprint, ReceivableId receivable) external {
        require(holds() && watched != 0);
        // The ledger gives out numbers from 1.
        require(ReceivableId.unwrap(receivable) != 0);
        _takeFingerprint(fingerprint, receivable);
        if (fingerprint == watched) {
            timesTaken += 1;
            if (timesTaken == 1) backed = ReceivableId.unwrap(receivable);
        }
        assert(holds());
    }
}
