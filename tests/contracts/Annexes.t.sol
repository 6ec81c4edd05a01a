// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {LedgerTest, OPERATOR_MANAGER, OUTSIDER, OUTSIDER_P256, REGISTRAR, SUPERVISOR} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Selectors} from "./support/Selectors.sol";

/// @notice The ledger's code stands in three contracts: who answers what, and that an annex is worth nothing at its own address.
contract AnnexesTest is LedgerTest, Selectors {
    string private constant INTERFACE = "artifacts/contracts/interfaces/IFinanceLedger.sol/IFinanceLedger.json";
    uint256 private constant BY_LEDGER = 0;
    uint256 private constant BY_REGISTRY = 1;
    uint256 private constant BY_SERVICING = 2;

    address private registry;
    address private servicing;

    function setUp() public override {
        super.setUp();
        registry = annex("Registry");
        servicing = annex("Servicing");
    }

    /// @dev The lists of these tests leave no function of the interface out.
    function test_Annexes_EveryFunctionOfTheInterface_IsListed() public view {
        string memory json = vm.readFile(INTERFACE);
        uint256 functions;
        for (uint256 i = 0; vm.keyExistsJson(json, entryOf(i)); i++) {
            if (keccak256(bytes(vm.parseJsonString(json, string.concat(entryOf(i), ".type")))) == keccak256("function")) {
                functions++;
            }
        }
        uint256 listed = tradingOperations().length + ledgerViews().length + registryOperations().length
            + registryViews().length + servicingOperations().length;
        equal(functions, listed, "functions of the interface");
    }

    function entryOf(uint256 index) private pure returns (string memory) {
        return string.concat(".abi[", vm.toString(index), "]");
    }

    /// @dev In place of each annex stands code that only says which one it is.
    function test_Annexes_EveryFunction_IsAnsweredByExactlyOne() public {
        (address deployed,) = deployLedger(
            registry, servicing, limits(), YONGKANG, "operator", operators(), "regulator", regulators()
        );
        bool[3][] memory known = new bool[3][](49);
        bytes4[] memory selectors = all();
        for (uint256 i = 0; i < 49; i++) {
            known[i][BY_REGISTRY] = answers(registry, selectors[i]);
            known[i][BY_SERVICING] = answers(servicing, selectors[i]);
        }
        vm.etch(registry, saying(BY_REGISTRY));
        vm.etch(servicing, saying(BY_SERVICING));
        for (uint256 i = 0; i < 49; i++) {
            uint256 route = routeOf(deployed, selectors[i]);
            equal(route, expectedRoute(i), "route");
            known[i][BY_LEDGER] = route == BY_LEDGER;
            isTrue(known[i][route], "led to a contract that does not know it");
            bool isVerifier =
                selectors[i] == IRegistry.p256Verifier.selector || selectors[i] == IRegistry.passkeyVerifier.selector;
            uint256 count;
            for (uint256 j = 0; j < 3; j++) if (known[i][j]) count++;
            equal(count, isVerifier ? 2 : 1, "contracts that answer it");
        }
    }

    /// @dev Nothing that a party signed for the ledger, or for the annex itself, does anything there.
    function test_Annexes_AtTheirOwnAddress_RefuseEveryOperation() public {
        vm.warp(0); // the deadline of nothing is then in time, and the call goes on to what comes after it
        bytes4[12] memory ofRegistry = registryOperations();
        for (uint256 i = 0; i < 12; i++) refusesAt(registry, abi.encodePacked(ofRegistry[i], new bytes(1_024)));
        bytes4[11] memory ofServicing = servicingOperations();
        for (uint256 i = 0; i < 11; i++) refusesAt(servicing, abi.encodePacked(ofServicing[i], new bytes(1_024)));
        vm.warp(NOW);
        refusesAt(registry, registerCall(enterprise("new", OUTSIDER, OUTSIDER_P256)));
        refusesAt(registry, policyCall(policyOp(PartyId.wrap(6))));
    }

    /// @dev The first party that registers there would be number 1, as the operator is: it still registers nobody.
    function test_Annexes_RegistrationSignedForTheAnnex_IsRefused() public {
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        bytes32 foreign = digestOf(domainSeparator(block.chainid, registry), hashOf(op));
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = signDigest(OUTSIDER, foreign);
        proofs[1] = signDigest(OUTSIDER_P256, foreign);
        Key[3] memory registrars = [REGISTRAR, OUTSIDER, OUTSIDER_P256];
        for (uint256 i = 0; i < 3; i++) {
            (bool done, bytes memory reason) =
                registry.call(abi.encodeCall(IRegistry.registerParty, (op, signDigest(registrars[i], foreign), proofs)));
            isTrue(!done, "an annex registered a party");
            equal(reason, unauthorised(OPERATOR, registrars[i], Rights.REGISTER), "reason");
        }
    }

    function test_Annexes_ParametersSignedForTheAnnex_AreRefused() public {
        ProposeParameters memory op = ProposeParameters(limits(), 0, soon());
        op.parameters.startDate = ledger.today() + 40;
        bytes32 foreign = digestOf(domainSeparator(block.chainid, registry), hashOf(op));
        (bool done, bytes memory reason) = registry.call(
            abi.encodeCall(IRegistry.proposeParameters, (op, signDigest(OPERATOR_MANAGER, foreign)))
        );
        isTrue(!done, "an annex took parameters");
        equal(reason, unauthorised(OPERATOR, OPERATOR_MANAGER, Rights.MANAGE), "reason");
        AdoptParameters memory adoption = AdoptParameters(op.parameters, soon());
        foreign = digestOf(domainSeparator(block.chainid, registry), hashOf(adoption));
        (done, reason) =
            registry.call(abi.encodeCall(IRegistry.adoptParameters, (adoption, signDigest(SUPERVISOR, foreign))));
        isTrue(!done, "an annex adopted parameters");
        equal(bytes32(bytes4(reason)), bytes32(ILedgerErrors.ParametersNotProposed.selector), "reason");
    }

    // ----

    function refusesAt(address place, bytes memory call) private {
        (bool done, bytes memory reason) = place.call(call);
        isTrue(!done, "an annex did something at its own address");
        isTrue(reason.length > 0, "refused without a reason");
    }

    /// @dev Nothing but zeros follows the selector: who knows it answers, or refuses with a reason.
    function answers(address place, bytes4 selector) private returns (bool) {
        (bool done, bytes memory reason) = place.call(abi.encodePacked(selector, new bytes(1_024)));
        return done || reason.length > 0;
    }

    function routeOf(address deployed, bytes4 selector) private returns (uint256) {
        (bool done, bytes memory answer) = deployed.call(abi.encodePacked(selector, new bytes(1_024)));
        isTrue(done || answer.length > 0, "nobody answers");
        if (done && answer.length == 32 && uint256(bytes32(answer)) <= BY_SERVICING) return uint256(bytes32(answer));
        return BY_LEDGER;
    }

    /// @dev Runtime code that answers every call with that number.
    function saying(uint256 number) private pure returns (bytes memory) {
        return abi.encodePacked(hex"60", uint8(number), hex"60005260206000f3");
    }

    function all() private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](49);
        uint256 next;
        for (uint256 i = 0; i < 6; i++) selectors[next++] = tradingOperations()[i];
        for (uint256 i = 0; i < 2; i++) selectors[next++] = ledgerViews()[i];
        for (uint256 i = 0; i < 12; i++) selectors[next++] = registryOperations()[i];
        for (uint256 i = 0; i < 18; i++) selectors[next++] = registryViews()[i];
        for (uint256 i = 0; i < 11; i++) selectors[next++] = servicingOperations()[i];
    }

    /// @dev In the order of `all`.
    function expectedRoute(uint256 index) private pure returns (uint256) {
        if (index < 8) return BY_LEDGER;
        return index < 38 ? BY_REGISTRY : BY_SERVICING;
    }
}
