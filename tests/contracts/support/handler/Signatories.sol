// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, BUYER, BUYER_MANAGER, BUYER_TRADER, DISBURSER, MAKER, MAKER_MANAGER,
    MAKER_TRADER, OPERATOR_MANAGER, OTHER_APPROVER, OTHER_BANK, OTHER_DISBURSER, OUTSIDER, REGISTRAR, REGULATOR_MANAGER,
    SUPERVISOR, SUPPLIER, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "../LedgerTest.sol";
import {Key, P256_KEY, PASSKEY} from "../Signing.sol";
import {Trading} from "../Trading.sol";

/// @notice Who can sign for whom, recorded apart from the ledger, and the choice of a signature: by one that may, or forged.
abstract contract Signatories is Trading {
    /// More signers than that of one party would only make the choice slower.
    uint256 internal constant MOST_SIGNERS = 8;

    mapping(PartyId party => Key[]) internal keysOf; // in force
    mapping(Key => uint8) public rightsOf;
    mapping(Key => bytes32) private _ids;
    Key[] public everGranted; // in force or removed
    mapping(Key => PartyId) public partyOf;
    mapping(PartyId party => uint256) public signersOf;
    mapping(PartyId party => uint256) public managersOf;
    Key[] internal removed;

    /// The signature of the next operation that is forged, from 1; 0 for none.
    uint256 internal forgedSignature;
    bool internal isForged;
    uint256 private _signatures;
    uint256 private _dice;

    function setUp() public virtual override {
        super.setUp();
        record(OPERATOR, REGISTRAR, Rights.REGISTER);
        record(OPERATOR, OPERATOR_MANAGER, Rights.MANAGE);
        record(REGULATOR, SUPERVISOR, Rights.SUPERVISE);
        record(REGULATOR, REGULATOR_MANAGER, Rights.MANAGE);
        record(BUYER, BUYER_TRADER, Rights.TRADE);
        record(BUYER, BUYER_MANAGER, Rights.MANAGE);
        record(SUPPLIER, SUPPLIER_TRADER, Rights.TRADE);
        record(SUPPLIER, SUPPLIER_MANAGER, Rights.MANAGE);
        record(MAKER, MAKER_TRADER, Rights.TRADE);
        record(MAKER, MAKER_MANAGER, Rights.MANAGE);
        record(BANK, APPROVER, Rights.APPROVE);
        record(BANK, DISBURSER, Rights.DISBURSE);
        record(BANK, BANK_MANAGER, Rights.MANAGE);
        record(BANK, BANK_HEAD, Rights.BANK);
        record(OTHER_BANK, OTHER_APPROVER, Rights.APPROVE);
        record(OTHER_BANK, OTHER_DISBURSER, Rights.DISBURSE | Rights.MANAGE);
    }

    // ---- Who may

    function record(PartyId party, Key key, uint8 rights) internal {
        keysOf[party].push(key);
        everGranted.push(key);
        rightsOf[key] = rights;
        partyOf[key] = party;
        signersOf[party] += 1;
        if (rights & Rights.MANAGE != 0) managersOf[party] += 1;
    }

    function forget(PartyId party, uint256 index) internal {
        Key[] storage keys = keysOf[party];
        Key key = keys[index];
        keys[index] = keys[keys.length - 1];
        keys.pop();
        removed.push(key);
        signersOf[party] -= 1;
        if (rightsOf[key] & Rights.MANAGE != 0) managersOf[party] -= 1;
        rightsOf[key] = 0;
    }

    /// @dev A key of the party with the right, other than `not`. Mostly an account: the other schemes take the longest.
    function keyFor(PartyId party, uint8 right, Key not) internal returns (Key found) {
        Key[] storage keys = keysOf[party];
        uint256 count = keys.length;
        uint256 start = roll(count);
        bool anyScheme = roll(8) == 0;
        for (uint256 i = 0; i < count; i++) {
            Key key = keys[(start + i) % count];
            if (rightsOf[key] & right == 0 || Key.unwrap(key) == Key.unwrap(not)) continue;
            found = key;
            if (anyScheme || (!isP256(key) && !isPasskey(key))) return key;
        }
    }

    function hasTwo(PartyId party, uint8 right) internal view returns (bool) {
        uint256 found;
        Key[] storage keys = keysOf[party];
        for (uint256 i = 0; i < keys.length; i++) {
            if (rightsOf[keys[i]] & right != 0) found += 1;
        }
        return found > 1;
    }

    function everGrantedCount() external view returns (uint256) {
        return everGranted.length;
    }

    function idNow(Key key) external view returns (bytes32) {
        return idOf(key);
    }

    /// @dev The same id every time costs a point on the curve once.
    function cachedId(Key key) public returns (bytes32 id) {
        id = _ids[key];
        if (id != 0) return id;
        id = idOf(key);
        _ids[key] = id;
    }

    // ---- Signatures

    /// @dev Starts an operation: a chance in eight that one of its signatures is forged, where it has so many.
    function begin(uint256 seed, uint256 nonce) internal {
        _dice = uint256(keccak256(abi.encode(seed, nonce)));
        _signatures = 0;
        isForged = false;
        forgedSignature = roll(8) == 0 ? 1 + roll(3) : 0;
    }

    /// @dev The next random number below `sides`.
    function roll(uint256 sides) internal returns (uint256) {
        _dice = uint256(keccak256(abi.encode(_dice)));
        return _dice % sides;
    }

    function signed(PartyId party, uint8 right, bytes32 structHash) internal returns (bytes memory) {
        return signedWith(keyFor(party, right, Key.wrap(0)), party, right, structHash);
    }

    function signedWith(Key key, PartyId party, uint8 right, bytes32 structHash) internal returns (bytes memory) {
        _signatures += 1;
        if (_signatures == forgedSignature) {
            key = forger(party, right);
            isForged = true;
        }
        return sign(key, structHash);
    }

    /// @dev The proof that a new signer holds its key: no right stands behind it.
    function proof(Key key, bytes32 structHash) internal returns (bytes memory) {
        return signedWith(key, PartyId.wrap(0), Rights.ANY, structHash);
    }

    /// @dev One that may not: a stranger, a removed signer, one of another party, or one of the same party without the right.
    function forger(PartyId party, uint8 right) private returns (Key key) {
        uint256 choice = roll(4);
        if (choice == 0) return OUTSIDER;
        if (choice == 1 && removed.length > 0) return removed[roll(removed.length)];
        key = everGranted[roll(everGranted.length)];
        if (isP256(key) || isPasskey(key)) return OUTSIDER;
        if (partyOf[key] == party && rightsOf[key] & right != 0) return OUTSIDER;
    }

    /// @dev A key that nobody has had yet.
    function newKey() internal returns (Key) {
        uint256 scheme = roll(32);
        uint256 secret = roll(type(uint256).max) >> 8;
        if (scheme == 0) return Key.wrap(secret | P256_KEY);
        return scheme == 1 ? Key.wrap(secret | PASSKEY) : Key.wrap(secret);
    }
}
