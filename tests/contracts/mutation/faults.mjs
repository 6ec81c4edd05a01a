// The faults that are put into the contracts, each where the text `from` stands, and the invariants that must notice it. `FAULT` in `to` is
// true while this fault is switched on.
const base = "contracts/LedgerBase.sol";
const claims = "contracts/ClaimBase.sol";
const fingerprints = "contracts/Fingerprints.sol";
const loans = "contracts/Loans.sol";
const parties = "contracts/Parties.sol";
const policies = "contracts/Policies.sol";
const receivables = "contracts/Receivables.sol";
const servicedReceivables = "contracts/ServicedReceivables.sol";
const servicing = "contracts/Servicing.sol";
const signers = "contracts/Signers.sol";

// A check or an effect that is left out.
const without = (file, text, fault, ...noticedBy) => ({ file, from: text, to: `if (!FAULT) ${text}`, fault, noticedBy });
// A condition that is always met.
const always = (file, condition, fault, ...noticedBy) => ({
  file, from: `${condition},`, to: `FAULT || (${condition}),`, fault, noticedBy,
});
const instead = (file, from, to, fault, ...noticedBy) => ({ file, from, to, fault, noticedBy });

export const faults = [
  // ---- Receivables
  instead(receivables, "_totals.redeemedFen += op.amountFen;", "_totals.redeemedFen += op.amountFen + (FAULT ? 1 : 0);",
    "a redemption counts one fen too much", "Face_EqualsRedeemedCancelledAndOwed"),
  instead(receivables, "_totals.receivables = next;", "_totals.receivables = next + (FAULT ? 1 : 0);",
    "a number is left out", "Numbers_AreGivenOutOnce_WithoutGaps"),
  without(receivables, "if (current.amountFen == 0) current.status = ReceivableStatus.Redeemed;",
    "what is redeemed in full stays active", "Ended_MeansThatNothingIsOwed"),
  instead(servicedReceivables, "current.disputedFen = uint40(op.disputedFen);", "current.disputedFen = FAULT ? current.amountFen + 1 : uint40(op.disputedFen);",
    "more is disputed than is owed", "Disputed_StaysWithinTheAmount"),
  instead(receivables, "current.holder = op.assignee;", "current.holder = FAULT ? current.obligor : op.assignee;",
    "an assignment goes to the obligor", "NobodyHolds_WhatItOwes"),
  instead(receivables, "parent.splits += 1;", "parent.splits += 1;\n        if (FAULT) parent.amountFen += 1;",
    "a split leaves the parent one fen too much", "ChildAndRemainder_EqualTheParent", "Tree_EqualsItsFace"),
  instead(receivables, "current.amountFen = Conservation.remainder(current.amountFen, uint40(op.amountFen));",
    "current.amountFen = FAULT ? current.amountFen + 1 : Conservation.remainder(current.amountFen, uint40(op.amountFen));",
    "a redemption adds to what is owed", "Amounts_NeverRise"),
  instead(receivables, "emit ReceivableAssigned(", "if (FAULT) {\n                current.maturityDate += 1;\n                _store(op.receivable, current);\n            }\n            emit ReceivableAssigned(",
    "an assignment moves the maturity date", "WhatWasPromised_NeverChanges"),
  instead(receivables, "_requireActive(op.receivable, op.revision, current);\n        _requireAmount(",
    "if (FAULT && current.status > ReceivableStatus.Pledged) {\n            current.revision += 1;\n            _store(op.receivable, current);\n            return;\n        }\n        _requireActive(op.receivable, op.revision, current);\n        _requireAmount(",
    "what has ended is redeemed again", "WhatEnded_StaysAsItEnded"),
  always(claims, "!current.frozen", "what is frozen is traded", "Frozen_NeverMoves"),
  instead(claims, "current.status == ReceivableStatus.Active,", "FAULT || current.status == ReceivableStatus.Active,",
    "what is pledged is traded", "Pledged_NeverMoves"),
  instead(receivables, "_totals.redeemedFen", "if (FAULT) {\n            current.disputedFen = 0;\n            _store(op.receivable, current);\n        }\n        _totals.redeemedFen",
    "a redemption ends a dispute", "Disputed_NeverMoves"),
  always(servicedReceivables, "!_disputed[op.receivable]", "what was settled is disputed again", "Dispute_IsOpenedOnce"),
  without(claims, "pledged.revision += 1;", "a release takes no revision", "EveryChange_TakesOneRevision"),
  always(receivables, "current.splits < rules.maxSplits", "splits are not bounded", "Splits_StayWithinTheRules"),
  always(receivables, "current.depth < rules.maxSplitDepth", "the depth of splits is not bounded", "Splits_StayWithinTheRules"),
  always(fingerprints, "ReceivableId.unwrap(earlier) == 0", "an invoice backs a second receivable", "Fingerprint_BacksOneReceivable"),
  instead(receivables, "amountFen: uint40(amountFen),", "amountFen: uint40(amountFen) + (FAULT ? 1_000_000 : 0),",
    "more is issued than the invoices cover", "Invoices_CoverTheFace", "ControlTotals_EqualTheSumsOfTheirParts"),
  without(receivables, "parent.splits += 1;", "splits are not counted", "Splits_AreTheChildren"),
  instead(servicedReceivables, "current.frozen = false;", "current.frozen = FAULT;", "an order to unfreeze does nothing", "Frozen_BetweenTwoOrders"),

  // ---- Loans
  instead(servicing, "progress.recoveredFen += uint40(op.amountFen);",
    "progress.recoveredFen += uint40(op.amountFen) + (FAULT ? progress.writtenOffFen : 0);",
    "more is recovered than was written off", "Loan_StaysWithinItsAmounts"),
  without(claims, "progress.status = Conservation.endOf(progress.writtenOffFen, progress.recoveredFen);",
    "a loan of which nothing is outstanding does not end", "Status_FollowsFromTheAmounts"),
  without(claims, "_release(terms.receivable);\n        _reduceExposures(terms, terms.principalFen);",
    "a cancelled loan keeps its pledge", "Pledged_MeansOneLiveLoan", "Pledged_HasExactlyOneLiveLoan"),
  always(loans, "disburser != terms.approver && disburser != terms.secondApprover", "the approver pays out", "MakerAndChecker_Differ"),
  instead(loans, "principalFen: uint40(op.principalFen),", "principalFen: uint40(op.principalFen) + (FAULT ? pledged.amountFen : 0),",
    "a loan is opened for more than is pledged", "Loan_IsCoveredWhenItOpens"),
  always(loans, "!isDual", "one approver is enough for any amount", "AboveTheAmount_TwoApprove"),
  always(loans, "line.usedFen + amountFen <= limitFen", "limits do not bind", "Limit_BindsWhenItIsTakenUp"),
  instead(loans, "emit LoanRepaid(", "if (FAULT) {\n            terms.annualRateBps += 1;\n            _store(id, terms);\n        }\n        emit LoanRepaid(",
    "a repayment changes the rate", "Terms_NeverChange"),
  instead(servicing, "terms.extended = true;", "terms.extended = !FAULT;", "an extension is not remembered", "DueDate_MovesOnceAndForward"),
  instead(loans, "progress.interestFen += uint40(interestFen);",
    "if (FAULT && progress.status == LoanStatus.Defaulted) progress.status = LoanStatus.Disbursed;\n        progress.interestFen += uint40(interestFen);",
    "a repayment brings a defaulted loan back into good standing", "Defaulted_NeverReturnsToGoodStanding", "Status_OnlyMovesForward"),
  instead(loans, "progress.status = LoanStatus.Disbursed;\n        progress.disbursedFen", "progress.status = FAULT ? LoanStatus.Defaulted : LoanStatus.Disbursed;\n        progress.disbursedFen",
    "a disbursement records a default", "Defaults_AreForEver"),
  always(servicing, "today_ > terms.dueDate", "a loan defaults before it is late", "OnlyALateLoan_Defaults", "ARefusedOperation_ChangesNothing"),
  always(loans, "today_ <= terms.dueDate", "a late loan is paid out", "OnlyALoanInTime_IsPaidOut"),
  always(loans, "today_ <= terms.lapseDate", "a lapsed approval is paid out", "OnlyAStandingApproval_IsPaidOut"),
  always(servicing, "today_ > terms.lapseDate", "the borrower ends an approval that stands", "TheBorrowerAlone_EndsOnlyALapsedApproval"),
  instead(servicing, "require(terms.withRecourse, RecourseExcluded(op.loan));\n        require(!terms.recourseClaimed",
    "require(FAULT || terms.withRecourse, RecourseExcluded(op.loan));\n        require(!terms.recourseClaimed",
    "recourse is claimed where there is none", "Recourse_OnlyWhereItWasAgreed"),
  instead(loans, "progress.feeFen += uint32(feeFen);", "progress.feeFen = FAULT ? uint32(feeFen) : progress.feeFen + uint32(feeFen);",
    "the fees of a loan are the last ones", "WhatWasPaid_NeverFalls"),
  instead(claims, "progress.revision += 1;\n        if (_outstanding(progress) == 0) {", "progress.revision += FAULT ? 2 : 1;\n        if (_outstanding(progress) == 0) {",
    "a repayment takes two revisions", "EveryChangeOfALoan_TakesOneRevision"),

  // ---- Totals and exposures
  without(loans, "_totals.interestFen += interestFen;", "interest is not counted", "Totals_EqualWhatWasDone"),
  instead(loans, "_totals.repaidFen += principalFen;", "_totals.repaidFen += principalFen + (FAULT ? _totals.lentFen : 0);",
    "more is repaid than was lent", "Outstanding_EqualsLentLessRepaidLessWrittenOff"),
  instead(servicing, "_totals.recoveredFen += op.amountFen;", "_totals.recoveredFen += op.amountFen + (FAULT ? _totals.writtenOffFen : 0);",
    "more is recovered than was written off, in total", "Recovered_StaysWithinWhatWasWrittenOff"),
  instead(loans, "_totals.feeFen += feeFen;", "_totals.feeFen = FAULT ? feeFen : _totals.feeFen + feeFen;",
    "the total of fees is the last fee", "Totals_NeverFall"),
  instead(base, "return uint16((block.timestamp + CHINA_STANDARD_TIME) / 1 days);",
    "return uint16((block.timestamp + CHINA_STANDARD_TIME) / 1 days) - (FAULT ? uint16(_lastParty) : 0);",
    "the date goes back with each registration", "Today_NeverGoesBack"),
  instead(loans, "_bankTotals[terms.bank].repaidFen += principalFen;", "_bankTotals[FAULT ? OPERATOR : terms.bank].repaidFen += principalFen;",
    "a repayment is counted for another bank", "BankTotals_EqualWhatWasDone", "Banks_AddUpToTheLedger"),
  without(claims, "_lines[_lineKey(terms.bank, terms.borrower, ExposureSide.Borrower)].usedFen -= byFen;",
    "the borrower's limit is never free again", "Used_EqualsTheExposures", "Used_EqualsTheSumOfLiveLoans"),
  instead(loans, "_totals.lentFen += amountFen;", "_totals.lentFen += amountFen + (FAULT ? 1 : 0);",
    "a disbursement counts one fen too much", "ControlTotals_EqualTheSumsOfTheirParts"),

  // ---- Parties and rules
  without(parties, "owner.signers -= 1;", "a removed signer is still counted", "Signers_AreCounted"),
  instead(parties, "subject.standing = op.standing;", "subject.standing = op.standing;\n        if (FAULT) subject.kind = PartyKind.Bank;",
    "a new standing makes a bank of a party", "Party_KeepsItsKindAndAManager"),
  instead(signers, "entered.standing = Standing.Active;", "entered.standing = FAULT ? Standing.StopListed : Standing.Active;",
    "a new party is on the stop-list", "Standing_IsAsTheOperatorSetIt"),
  without(parties, "delete _recoveries[op.party];\n        emit RecoveryVetoed", "a veto does nothing", "Recovery_IsPendingOnlyBetweenProposalAndEnd"),
  instead(parties, "uint16 readyDate = today_ + _rules().recoveryDelayDays;", "uint16 readyDate = today_ + (FAULT ? 0 : _rules().recoveryDelayDays);",
    "a recovery has no delay", "Recovery_WaitsOutItsDelay"),
  instead(base, "startDate == 0 || startDate > _today()", "FAULT || startDate == 0 || startDate > _today()",
    "adopted rules never begin", "Rules_HoldFromTheirStartOn"),
  instead(policies, "_nextParameters = proposed;", "if (FAULT) proposed.maxSplits += 1;\n        _nextParameters = proposed;",
    "other rules are adopted than were proposed", "OnlyProposedRules_AreAdopted"),
  without(parties, "_totals.enterprises = enterprises + 1;", "a new enterprise is not counted", "Counts_EqualTheParties"),
  without(parties, "found.rights = 0;", "a removed signer stays in force", "Signer_NeverChangesItsParty_NorReturns"),
];
