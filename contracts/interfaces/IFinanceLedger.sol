// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "./ILedgerErrors.sol";
import {ILedgerEvents} from "./ILedgerEvents.sol";
import {IRegistry} from "./IRegistry.sol";
import {IServicing} from "./IServicing.sol";
import {ITrading} from "./ITrading.sol";

/// @title The ledger of receivables and loans
/// @notice Records only complete agreements: every operation carries the signatures of all the parties that it binds, and anyone may
/// submit it. The ledger holds no money; a disbursement, repayment or redemption records what a bank moved on its own rails.
///
/// Every operation emits exactly one event. Replays are refused by state: each agreement names something that exists only once (a new
/// signer, an invoice fingerprint, a revision, a case number). Dates are days since 1970-01-01 in China Standard Time; amounts are fen, at
/// most `MAX_AMOUNT_FEN`.
///
/// A signature is one byte for the scheme and then: 1 (secp256k1): r, s, v (65 bytes); 2 (P-256): x, y, r, s (128 bytes) over SHA-256 of
/// the EIP-712 digest, because browsers, most HSMs and .NET hash what they sign; 3 (passkey): x, y, then the WebAuthn assertion as
/// abi.encode(r, s, challengeIndex, typeIndex, authenticatorData, clientDataJSON), whose challenge is the digest and whose flags say that the
/// user was verified. High s is refused in all.
///
/// Refusals common to all operations, checked first and in this order: `DeadlineExpired`; then those that the function lists. For each
/// signature: `SignatureMalformed`, `SignatureInvalid`, `SignerUnauthorised`.
// solhint-disable-next-line no-empty-blocks
interface IFinanceLedger is ITrading, IRegistry, IServicing, ILedgerErrors, ILedgerEvents {}
