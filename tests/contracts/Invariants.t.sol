// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Step} from "./support/handler/Steps.sol";
import {LoanInvariants} from "./support/invariants/LoanInvariants.sol";
import {Now} from "./support/invariants/Observer.sol";
import {PartyInvariants} from "./support/invariants/PartyInvariants.sol";
import {ReceivableInvariants} from "./support/invariants/ReceivableInvariants.sol";
import {TotalsInvariants} from "./support/invariants/TotalsInvariants.sol";
import {LedgerHandler} from "./support/LedgerHandler.sol";

/// @dev The runner knows only the contracts of the files that it runs.
contract Handler is LedgerHandler {}

/// @notice What must hold after any sequence of operations: each function of `support/invariants/` with a capital is one such sentence, and
/// a failure names it. The runner would play all its sequences again for each function that is called invariant, so that there is one:
/// after every step it checks what the step was about, and at the end of a run everything.
contract InvariantsTest is ReceivableInvariants, LoanInvariants, TotalsInvariants, PartyInvariants {
    /// Of 29 kinds of operations, accepted in each run: the fewest in 2,000 runs were 21, see README.md.
    uint256 private constant FEWEST_KINDS = 18;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        Handler handler_ = new Handler();
        handler_.setUp();
        observe(handler_);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), handler.verbs());
    }

    function invariant_EachStep_KeepsThemAll() public view {
        Step memory step = handler.step();
        Now memory now_ = lookAt(step);
        checkReceivables(step, now_);
        checkLoans(step, now_);
        checkTotals(step, now_);
        checkParties(step, now_);
    }

    /// @dev Random calls that are all refused would prove nothing: in a whole run most operations were accepted, and of nearly every kind one.
    function afterInvariant() public {
        sweepReceivables();
        sweepLoans();
        sweepTotals();
        sweepParties();
        bytes4[29] memory operations = all();
        uint256 accepted;
        uint256 verbs;
        string memory line;
        for (uint256 i = 0; i < operations.length; i++) {
            uint256 times = handler.done(operations[i]);
            accepted += times;
            if (times > 0) verbs += 1;
            line = string.concat(line, " ", vm.toString(times));
        }
        record(string.concat(vm.toString(verbs), " ", vm.toString(accepted), line));
        isTrue(accepted * 2 > handler.operations(), "most operations of a run are refused");
        isTrue(verbs >= FEWEST_KINDS, string.concat("too few verbs in a run: ", vm.toString(verbs)));
    }

    /// @dev Where the environment asks for it: kinds and operations accepted in the run, then how many of each kind.
    function record(string memory line) private {
        string memory path = vm.envOr("FINANCECHAIN_INVARIANTS_RECORD", string(""));
        if (bytes(path).length > 0) vm.writeLine(path, line);
    }

    function all() private pure returns (bytes4[29] memory) {
        return [
            IRegistry.registerParty.selector,
            IRegistry.setStanding.selector,
            IRegistry.addSigner.selector,
            IRegistry.removeSigner.selector,
            IRegistry.proposeRecovery.selector,
            IRegistry.vetoRecovery.selector,
            IRegistry.completeRecovery.selector,
            IRegistry.proposeParameters.selector,
            IRegistry.adoptParameters.selector,
            IRegistry.setLendingPolicy.selector,
            IRegistry.setCreditLimit.selector,
            IRegistry.activateModel.selector,
            ITrading.issueReceivable.selector,
            ITrading.assignReceivable.selector,
            ITrading.redeemReceivable.selector,
            ITrading.openLoan.selector,
            ITrading.disburseLoan.selector,
            ITrading.repayLoan.selector,
            IServicing.cancelReceivable.selector,
            IServicing.disputeReceivable.selector,
            IServicing.resolveDispute.selector,
            IServicing.freezeReceivable.selector,
            IServicing.unfreezeReceivable.selector,
            IServicing.cancelLoan.selector,
            IServicing.extendLoan.selector,
            IServicing.defaultLoan.selector,
            IServicing.claimRecourse.selector,
            IServicing.writeOffLoan.selector,
            IServicing.recoverLoan.selector
        ];
    }
}
