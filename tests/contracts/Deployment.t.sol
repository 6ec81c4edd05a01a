// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../contracts/interfaces/IFinanceLedger.sol";
import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {BUYER, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY, REGISTRAR} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

/// @notice Five contracts are deployed: two verifiers, two annexes that name them, and the ledger that names the annexes.
contract DeploymentTest is Trading {
    /// EIP-170.
    uint256 private constant MAX_CODE_LENGTH = 24_576;

    address private registry;
    address private servicing;

    function setUp() public override {
        super.setUp();
        registry = annex("Registry");
        servicing = annex("Servicing");
    }

    // ---- Refusals, in order

    function test_Deploy_WithAnnexesOfOtherVerifiers_IsRefused() public {
        (address other,) = create("Servicing", abi.encode(address(1), passkeyVerifier));
        refusesAnnexes(registry, other, abi.encodeWithSelector(ILedgerErrors.AnnexUnfit.selector, other));
        (other,) = create("Servicing", abi.encode(p256Verifier, address(1)));
        refusesAnnexes(registry, other, abi.encodeWithSelector(ILedgerErrors.AnnexUnfit.selector, other));
        (other,) = create("Registry", abi.encode(p256Verifier, address(1)));
        refusesAnnexes(other, servicing, abi.encodeWithSelector(ILedgerErrors.AnnexUnfit.selector, servicing));
    }

    function test_Deploy_WithAnnexesExchanged_IsRefused() public {
        refusesAnnexes(servicing, servicing, abi.encodeWithSelector(ILedgerErrors.AnnexUnfit.selector, servicing));
        refusesAnnexes(registry, registry, abi.encodeWithSelector(ILedgerErrors.AnnexUnfit.selector, registry));
        refusesAnnexes(servicing, registry, abi.encodeWithSelector(ILedgerErrors.AnnexUnfit.selector, servicing));
    }

    function test_Deploy_WithAnAnnexThatIsNone_IsRefused() public {
        refusesAnnexes(registry, address(0x1234), "");
        refusesAnnexes(address(0x1234), servicing, "");
        refusesAnnexes(p256Verifier, servicing, "");
    }

    function test_Deploy_UnsoundParameters_AreRefused() public {
        Parameters memory rules = limits();
        rules.maxTenorDays = 0;
        refusesParameters(rules);
        rules.maxTenorDays = rules.maxReviewedTenorDays + 1;
        refusesParameters(rules);
        rules.maxTenorDays = rules.maxReviewedTenorDays = 3_661;
        refusesParameters(rules);
        rules.maxTenorDays = rules.maxReviewedTenorDays = 3_660;
        rules.maxExtensionDays = 3_661;
        refusesParameters(rules);
        rules.maxExtensionDays = 3_660;
        rules.maxInvoices = 0;
        refusesParameters(rules);
        rules.maxInvoices = 21;
        refusesParameters(rules);
        rules.maxInvoices = 20;
        rules.recoveryDelayDays = 0;
        refusesParameters(rules);
        rules.recoveryDelayDays = 1;
        (, bytes memory reason) =
            deployLedger(registry, servicing, rules, YONGKANG, "p", operators(), "r", regulators());
        equal(reason, "", "deployment");
    }

    function test_Deploy_FoundersWrong_IsRefusedInOrder() public {
        SignerGrant[] memory ofOperator = new SignerGrant[](2);
        ofOperator[0] = SignerGrant(signerBytes(OUTSIDER_P256, address(this)), Rights.TRADE);
        ofOperator[1] = grantOf(OUTSIDER, Rights.REGISTER);
        SignerGrant[] memory ofRegulator = new SignerGrant[](2);
        ofRegulator[0] = grantOf(OUTSIDER, Rights.REGISTER);
        ofRegulator[1] = grantOf(OUTSIDER_PASSKEY, Rights.SUPERVISE);
        bytes memory regionInvalid = abi.encodeWithSelector(ILedgerErrors.RegionInvalid.selector, 330);
        refusesFounders(330, 0, ofOperator, 0, ofRegulator, regionInvalid);
        bytes memory profileMissing = abi.encodeWithSelector(ILedgerErrors.ProfileMissing.selector);
        refusesFounders(YONGKANG, 0, ofOperator, 0, ofRegulator, profileMissing);
        refusesOperator(ofOperator, ofRegulator, abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 84));
        ofOperator[0] = grantOf(OUTSIDER_P256, Rights.TRADE);
        refusesOperator(ofOperator, ofRegulator, rightsUnfit(PartyKind.Operator, Rights.TRADE, Rights.OF_OPERATOR));
        ofOperator[0] = grantOf(OUTSIDER, Rights.REGISTER);
        refusesOperator(ofOperator, ofRegulator, signerTaken(OPERATOR));
        ofOperator[0] = grantOf(OUTSIDER_P256, Rights.REGISTER);
        refusesOperator(ofOperator, ofRegulator, abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, OPERATOR));
        ofOperator[0].rights = Rights.MANAGE;
        refusesOperator(ofOperator, ofRegulator, profileMissing);
        refusesRegulator(ofOperator, ofRegulator, rightsUnfit(PartyKind.Regulator, Rights.REGISTER, Rights.OF_REGULATOR));
        ofRegulator[0].rights = Rights.SUPERVISE;
        refusesRegulator(ofOperator, ofRegulator, signerTaken(OPERATOR));
        ofRegulator[0] = grantOf(REGISTRAR, Rights.SUPERVISE);
        refusesRegulator(
            ofOperator, ofRegulator, abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, REGULATOR)
        );
        ofRegulator[1].rights = Rights.OF_REGULATOR;
        (, bytes memory reason) =
            deployLedger(registry, servicing, limits(), YONGKANG, "p", ofOperator, "r", ofRegulator);
        equal(reason, "", "deployment");
    }

    function test_Deploy_WithoutSigners_IsRefused() public {
        SignerGrant[] memory none = new SignerGrant[](0);
        refusesOperator(none, regulators(), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, OPERATOR));
        refusesRegulator(operators(), none, abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, REGULATOR));
    }

    // ---- What stands after it

    function test_Deploy_FoundsTheOperatorAndTheRegulator() public {
        vm.recordLogs();
        (address deployed,) =
            deployLedger(registry, servicing, limits(), YONGKANG, "p", operators(), "r", regulators());
        Vm.Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 3, "events");
        IFinanceLedger founded = IFinanceLedger(deployed);
        equal(logs[0].topics[0], ILedgerEvents.ParametersAdopted.selector, "event of the parameters");
        equal(uint160(logs[0].emitter), uint160(deployed), "emitter");
        equal(logs[0].data, abi.encode(limits()), "parameters of the event");
        requireFounded(founded, logs[1], OPERATOR, PartyKind.Operator, "p", operators());
        requireFounded(founded, logs[2], REGULATOR, PartyKind.Regulator, "r", regulators());
        equal(abi.encode(founded.parameters()), abi.encode(limits()), "parameters");
        Totals memory none;
        equal(abi.encode(founded.totals()), abi.encode(none), "the founders are not counted");
        equal(uint8(founded.party(BUYER).kind), 0, "a third party");
        equal(uint160(founded.p256Verifier()), uint160(p256Verifier), "P-256 verifier");
        equal(uint160(founded.passkeyVerifier()), uint160(passkeyVerifier), "passkey verifier");
        equal(uint160(IAnnexes(deployed).registry()), uint160(registry), "registry");
        equal(uint160(IAnnexes(deployed).servicing()), uint160(servicing), "servicing");
    }

    function requireFounded(
        IFinanceLedger founded,
        Vm.Log memory log,
        PartyId id,
        PartyKind kind,
        bytes32 profile,
        SignerGrant[] memory signers
    ) private view {
        equal(log.topics[0], ILedgerEvents.PartyRegistered.selector, "event");
        equal(uint160(log.emitter), uint160(address(founded)), "emitter");
        equal(uint256(log.topics[1]), PartyId.unwrap(id), "party of the event");
        equal(uint256(log.topics[2]), uint8(kind), "kind of the event");
        equal(uint256(log.topics[3]), YONGKANG, "region of the event");
        equal(log.data, abi.encode(bytes5(0), profile, signers), "data of the event");
        Party memory expected = Party(kind, Standing.Active, YONGKANG, bytes5(0), 2, 1, 2, 0, 0, profile);
        equal(abi.encode(founded.party(id)), abi.encode(expected), "party");
        for (uint16 i = 0; i < signers.length; i++) {
            SignerRecord memory signer = SignerRecord(id, signers[i].rights, i + 1);
            equal(abi.encode(founded.signer(keccak256(signers[i].signer))), abi.encode(signer), "signer");
        }
    }

    /// @dev A P-256 key and a passkey may found a ledger too: the verifiers stand before it.
    function test_Deploy_ByKeysOfAllSchemes_IsAccepted() public {
        SignerGrant[] memory signers = new SignerGrant[](3);
        signers[0] = grantOf(OUTSIDER, Rights.REGISTER);
        signers[1] = grantOf(OUTSIDER_P256, Rights.MANAGE);
        signers[2] = grantOf(OUTSIDER_PASSKEY, Rights.OF_OPERATOR);
        (address deployed, bytes memory reason) =
            deployLedger(registry, servicing, limits(), YONGKANG, "p", signers, "r", regulators());
        equal(reason, "", "deployment");
        equal(IFinanceLedger(deployed).party(OPERATOR).managers, 2, "managers");
    }

    function test_Deploy_AllFiveCodes_FitTheLimit() public view {
        address[5] memory deployed = [address(ledger), registry, servicing, p256Verifier, passkeyVerifier];
        for (uint256 i = 0; i < 5; i++) {
            uint256 length = deployed[i].code.length;
            isTrue(length > 0 && length <= MAX_CODE_LENGTH, "a contract is too large to be deployed");
        }
    }

    /// @dev EIP-5267: what wallets and auditors read the domain from.
    function test_Deploy_Domain_IsTheLedgersOwn() public view {
        (, string memory name, string memory version, uint256 chainId, address verifying,,) =
            IAnnexes(address(ledger)).eip712Domain();
        equal(bytes(name), "FinanceLedger", "name");
        equal(bytes(version), "1", "version");
        equal(chainId, block.chainid, "chain");
        equal(uint160(verifying), uint160(address(ledger)), "contract");
    }

    /// @dev No owner, no proxy, no money: the ledger takes no value and knows no other function.
    function test_Ledger_TakesNoMoneyAndNoOtherCall() public {
        (bool paid,) = address(ledger).call{value: 1}("");
        isTrue(!paid, "took money");
        bytes[] memory none = new bytes[](0);
        (bool paidWithCall,) = address(ledger).call{value: 1}(abi.encodeCall(ITrading.submit, (none)));
        isTrue(!paidWithCall, "took money with a call");
        (bool paidAnnex,) = address(ledger).call{value: 1}(issueCall(issueOp()));
        isTrue(!paidAnnex, "took money with an operation");
        string[8] memory doors = [
            "owner()",
            "transferOwnership(address)",
            "upgradeTo(address)",
            "upgradeToAndCall(address,bytes)",
            "setRegistry(address)",
            "pause()",
            "initialize()",
            "selfdestruct(address)"
        ];
        for (uint256 i = 0; i < doors.length; i++) {
            (bool opened,) = address(ledger).call(abi.encodeWithSignature(doors[i], address(this)));
            isTrue(!opened, doors[i]);
        }
        (bool empty,) = address(ledger).call("");
        isTrue(!empty, "took an empty call");
    }

    /// @dev Business days begin at midnight in China.
    function test_Today_ChangesAtMidnightInChina() public {
        vm.warp(1_750_003_199); // 2025-06-15 23:59:59
        equal(ledger.today(), 20_254, "the last second of a day");
        vm.warp(1_750_003_200); // 2025-06-16 00:00:00
        equal(ledger.today(), 20_255, "the first second of the next");
    }

    // ----

    function refusesAnnexes(address registry_, address servicing_, bytes memory expected) private {
        (address deployed, bytes memory reason) =
            deployLedger(registry_, servicing_, limits(), YONGKANG, "p", operators(), "r", regulators());
        equal(uint160(deployed), 0, "deployed what must be refused");
        equal(reason, expected, "reason");
    }

    function refusesParameters(Parameters memory rules) private {
        (address deployed, bytes memory reason) =
            deployLedger(registry, servicing, rules, YONGKANG, "p", operators(), "r", regulators());
        equal(uint160(deployed), 0, "deployed what must be refused");
        equal(reason, abi.encodeWithSelector(ILedgerErrors.ParametersInvalid.selector), "reason");
    }

    function refusesOperator(SignerGrant[] memory ofOperator, SignerGrant[] memory ofRegulator, bytes memory expected)
        private
    {
        refusesFounders(YONGKANG, "p", ofOperator, 0, ofRegulator, expected);
    }

    function refusesRegulator(SignerGrant[] memory ofOperator, SignerGrant[] memory ofRegulator, bytes memory expected)
        private
    {
        refusesFounders(YONGKANG, "p", ofOperator, "r", ofRegulator, expected);
    }

    function refusesFounders(
        uint32 region,
        bytes32 operatorProfile,
        SignerGrant[] memory ofOperator,
        bytes32 regulatorProfile,
        SignerGrant[] memory ofRegulator,
        bytes memory expected
    ) private {
        (address deployed, bytes memory reason) = deployLedger(
            registry, servicing, limits(), region, operatorProfile, ofOperator, regulatorProfile, ofRegulator
        );
        equal(uint160(deployed), 0, "deployed what must be refused");
        equal(reason, expected, "reason");
    }

    function rightsUnfit(PartyKind kind, uint8 rights, uint8 allowed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.RightsUnfit.selector, kind, rights, allowed);
    }

    function signerTaken(PartyId id) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER), id);
    }
}

/// @notice What the ledger answers beside its interface.
interface IAnnexes {
    function registry() external view returns (address);
    function servicing() external view returns (address);
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory);
}
