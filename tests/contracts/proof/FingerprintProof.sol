// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title One fingerprint, one receivable, for ever
/// @notice The fingerprints of a ledger and one of them that is watched, whichever one it is. Proved by induction: it holds of an empty
/// ledger, and taking any invoice for any receivable keeps it wherever it holds; so does any list of invoices and any sequence of issues.
contract FingerprintProof {
    mapping(bytes32 invoiceFingerprint => uint40) private fingerprints;
    bytes32 private watched;
    uint256 private timesTaken; // invoices accepted with the watched fingerprint
    uint40 private backed; // the receivable of the first of them

    constructor(bytes32 fingerprint) {
        require(fingerprint != 0);
        watched = fingerprint;
        assert(holds());
    }

    function holds() private view returns (bool) {
        if (timesTaken == 0) return fingerprints[watched] == 0;
        return timesTaken == 1 && backed != 0 && fingerprints[watched] == backed;
    }

    function Take_KeepsIt(bytes32 fingerprint, uint40 receivable) external {
        require(holds() && watched != 0);
        // The ledger gives out numbers from 1.
        require(receivable != 0);
        require(fingerprint != 0);
        require(fingerprints[fingerprint] == 0);
        fingerprints[fingerprint] = receivable;
        if (fingerprint == watched) {
            timesTaken += 1;
            if (timesTaken == 1) backed = receivable;
        }
        assert(holds());
    }
}
