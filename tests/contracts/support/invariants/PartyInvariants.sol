// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../../contracts/Operations.sol";
import {Step} from "../handler/Steps.sol";
import {Key} from "../Signing.sol";
import {Now, Observer} from "./Observer.sol";

/// @notice What must hold of parties, their signers, and the rules.
abstract contract PartyInvariants is Observer {
    function checkParties(Step memory step, Now memory now_) internal view {
        if (PartyId.unwrap(step.party) == 0) return;
        Signers_AreCounted(step.party);
        Party_KeepsItsKindAndAManager(step.party);
        Standing_IsAsTheOperatorSetIt(step.party);
        Recovery_IsPendingOnlyBetweenProposalAndEnd(step.party);
        Rules_HoldFromTheirStartOn(now_);
        OnlyProposedRules_AreAdopted();
    }

    function Signers_AreCounted(PartyId id) private view {
        Party memory found = ledger.party(id);
        equal(found.signers, handler.signersOf(id), "Signers_AreCounted");
        equal(found.managers, handler.managersOf(id), "Signers_AreCounted: managers");
        isTrue(found.managers <= found.signers && found.signers <= found.lastSigner, "Signers_AreCounted: numbers");
    }

    function Party_KeepsItsKindAndAManager(PartyId id) private view {
        Party memory found = ledger.party(id);
        equal(uint8(found.kind), uint8(handler.kindOf(id)), "Party_KeepsItsKindAndAManager");
        isTrue(found.kind == PartyKind.None || found.managers > 0, "Party_KeepsItsKindAndAManager: no manager");
    }

    function Standing_IsAsTheOperatorSetIt(PartyId id) private view {
        Party memory found = ledger.party(id);
        equal(uint8(found.standing), uint8(handler.standingOf(id)), "Standing_IsAsTheOperatorSetIt");
        bool authority = found.kind == PartyKind.Operator || found.kind == PartyKind.Regulator;
        isTrue(!authority || found.standing == Standing.Active, "Standing_IsAsTheOperatorSetIt: authority");
    }

    function Recovery_IsPendingOnlyBetweenProposalAndEnd(PartyId id) private view {
        Recovery memory found = ledger.recovery(id);
        uint16 proposedOn = handler.recoveryProposedOn(id);
        isTrue((found.signerId != 0) == (proposedOn != 0), "Recovery_IsPendingOnlyBetweenProposalAndEnd");
        if (proposedOn == 0) return;
        equal(found.readyDate, proposedOn + handler.recoveryDelay(id), "Recovery_WaitsOutItsDelay");
        equal(uint8(ledger.signer(found.signerId).rights), 0, "Recovery_WaitsOutItsDelay: in force before");
    }

    function Rules_HoldFromTheirStartOn(Now memory now_) private view {
        bytes32 inForce = keccak256(abi.encode(ledger.parameters()));
        bool started = handler.adoptedStart() != 0 && handler.adoptedStart() <= now_.day;
        equal(inForce, started ? handler.adoptedParameters() : handler.rulesBefore(), "Rules_HoldFromTheirStartOn");
    }

    function OnlyProposedRules_AreAdopted() private view {
        bytes32 adopted = handler.adoptedParameters();
        if (adopted == 0) return;
        equal(keccak256(abi.encode(ledger.nextParameters())), adopted, "OnlyProposedRules_AreAdopted");
    }

    // ---- Through all of them

    function sweepParties() internal view {
        Counts_EqualTheParties();
        Signer_NeverChangesItsParty_NorReturns();
    }

    function Counts_EqualTheParties() private view {
        uint256[5] memory kinds;
        uint32 parties = handler.parties();
        for (uint32 i = 1; i <= parties; i++) {
            PartyId id = PartyId.wrap(i);
            kinds[uint8(ledger.party(id).kind)] += 1;
            Signers_AreCounted(id);
            Party_KeepsItsKindAndAManager(id);
            Standing_IsAsTheOperatorSetIt(id);
            Recovery_IsPendingOnlyBetweenProposalAndEnd(id);
        }
        equal(kinds[uint8(PartyKind.None)], 0, "Counts_EqualTheParties: numbers left out");
        equal(kinds[uint8(PartyKind.Operator)], 1, "Counts_EqualTheParties: operators");
        equal(kinds[uint8(PartyKind.Regulator)], 1, "Counts_EqualTheParties: regulators");
        equal(kinds[uint8(PartyKind.Enterprise)], ledger.totals().enterprises, "Counts_EqualTheParties: enterprises");
        equal(kinds[uint8(PartyKind.Bank)], ledger.totals().banks, "Counts_EqualTheParties: banks");
        equal(uint8(ledger.party(PartyId.wrap(parties + 1)).kind), 0, "Counts_EqualTheParties: beyond the count");
    }

    /// @dev The rights of one that was removed are none, and it stays with its party for ever.
    function Signer_NeverChangesItsParty_NorReturns() private view {
        uint256 count = handler.everGrantedCount();
        for (uint256 i = 0; i < count; i++) {
            Key key = handler.everGranted(i);
            SignerRecord memory found = ledger.signer(handler.idNow(key));
            isTrue(found.party == handler.partyOf(key), "Signer_NeverChangesItsParty_NorReturns: party");
            equal(found.rights, handler.rightsOf(key), "Signer_NeverChangesItsParty_NorReturns");
        }
    }
}
