// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "./Conservation.sol";
import {LedgerBase} from "./LedgerBase.sol";
import "./Packing.sol";
import "./Types.sol";

/// @title What trading and servicing share: the receivable and the loan as they are now, exposures, the end of a loan
abstract contract ClaimBase is LedgerBase {
    /// Three revisions are kept back, so that every receivable can come to its end: pledged, released, redeemed in full.
    uint16 private constant LAST_CHANGEABLE_REVISION = type(uint16).max - 3;
    /// Three revisions of a loan are kept back for what ends it: in default, written off in full, recovered in full.
    uint16 private constant LAST_CHANGEABLE_LOAN_REVISION = type(uint16).max - 4;

    // ---- Receivables -----------------------------------------------------------------------------------------------------

    // Records are unpacked by the operation itself and handed on: each function that returns one would first write an empty one to memory.

    /// @dev Refused: `ReceivableUnknown`.
    function _requireKnown(ReceivableId id, Receivable memory current) internal pure {
        require(current.status != ReceivableStatus.None, ReceivableUnknown(id));
    }

    /// @dev Refused: `ReceivableUnknown`, `ReceivableRevisionStale`.
    function _requireCurrent(ReceivableId id, uint16 revision, Receivable memory current) internal pure {
        _requireKnown(id, current);
        require(current.revision == revision, ReceivableRevisionStale(id, revision, current.revision));
    }

    /// @dev Free to be traded. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`, `ReceivableLocked`.
    function _requireActive(ReceivableId id, uint16 revision, Receivable memory current) internal pure {
        _requireCurrent(id, revision, current);
        require(
            current.status == ReceivableStatus.Active,
            ReceivableStatusWrong(id, ReceivableStatus.Active, current.status)
        );
        require(!current.frozen, ReceivableLocked(id));
    }

    /// @dev While a part is disputed one revision more is kept, so that a dispute can always be resolved.
    function _requireRevisionsLeft(ReceivableId id, uint16 revision, bool disputed) internal pure {
        uint16 last = disputed ? LAST_CHANGEABLE_REVISION - 1 : LAST_CHANGEABLE_REVISION;
        require(revision <= last, ReceivableRevisionsExhausted(id));
    }

    function _store(ReceivableId id, Receivable memory current) internal {
        _receivables[id] = packReceivable(current);
    }

    function _release(ReceivableId id) private {
        Receivable memory pledged = unpackReceivable(_receivables[id]);
        pledged.status = ReceivableStatus.Active;
        pledged.revision += 1;
        _store(id, pledged);
    }

    // ---- Loans -----------------------------------------------------------------------------------------------------------

    /// @dev Gives a loan that is only opened its state. Refused: `LoanUnknown`, `LoanRevisionStale`.
    function _requireCurrent(LoanId id, uint16 revision, LoanTerms memory terms, LoanProgress memory progress)
        internal
        pure
    {
        require(terms.principalFen != 0, LoanUnknown(id));
        if (progress.status == LoanStatus.None) progress.status = LoanStatus.Opened;
        require(progress.revision == revision, LoanRevisionStale(id, revision, progress.revision));
    }

    /// @dev Refused: `LoanStatusWrong`.
    function _requireStatus(LoanId id, LoanStatus expected, LoanStatus actual) internal pure {
        require(actual == expected, LoanStatusWrong(id, expected, actual));
    }

    /// @dev Refused: `LoanRevisionsExhausted`. What ends a loan may always be recorded.
    function _requireLoanRevisionsLeft(LoanId id, uint16 revision) internal pure {
        require(revision <= LAST_CHANGEABLE_LOAN_REVISION, LoanRevisionsExhausted(id));
    }

    function _store(LoanId id, LoanTerms memory terms) internal {
        _loanTerms[id] = packTerms(terms);
    }

    function _store(LoanId id, LoanProgress memory progress) internal {
        _loanProgress[id] = packProgress(progress);
    }

    function _outstanding(LoanProgress memory progress) internal pure returns (uint40) {
        return Conservation.outstanding(progress.disbursedFen, progress.repaidFen, progress.writtenOffFen);
    }

    /// @dev Stores the progress after principal went down by `reducedFen`, with the state that follows from the amounts: while anything is
    /// outstanding the state stays; then the loan is repaid, or written off until all of that is recovered. A loan that is over frees its
    /// receivable, and what was never disbursed lapses.
    function _settle(LoanId id, LoanTerms memory terms, LoanProgress memory progress, uint40 reducedFen) internal {
        progress.revision += 1;
        if (_outstanding(progress) == 0) {
            reducedFen = Conservation.freed(terms.principalFen, progress.disbursedFen, reducedFen);
            progress.status = Conservation.endOf(progress.writtenOffFen, progress.recoveredFen);
            if (progress.status != LoanStatus.WrittenOff) _release(terms.receivable);
        }
        _store(id, progress);
        if (reducedFen > 0) _reduceExposures(terms, reducedFen);
    }

    /// @dev Ends a loan of which nothing was disbursed.
    function _cancel(LoanId id, LoanTerms memory terms, LoanProgress memory progress) internal {
        progress.revision += 1;
        progress.status = LoanStatus.Cancelled;
        _store(id, progress);
        _release(terms.receivable);
        _reduceExposures(terms, terms.principalFen);
    }

    function _reduceExposures(LoanTerms memory terms, uint40 byFen) private {
        PartyId obligor = unpackReceivable(_receivables[terms.receivable]).obligor;
        _lines[_lineKey(terms.bank, obligor, ExposureSide.Obligor)].usedFen -= byFen;
        _lines[_lineKey(terms.bank, terms.borrower, ExposureSide.Borrower)].usedFen -= byFen;
    }
}
