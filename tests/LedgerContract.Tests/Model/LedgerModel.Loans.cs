namespace FinanceChain.LedgerContract.Tests.Model;

/// <content>Loans as they are meant to go: opened, disbursed, repaid, extended, or cancelled before anything was paid out.</content>
internal sealed partial class LedgerModel
{
    private const ulong MaxNamedBanks = 8;

    private Outcome Open(OpenLoan op, GivenSignature borrower, GivenSignature approver, GivenSignature second)
    {
        var application = op.Application;
        var pledged = ReceivableOf(application.Receivable);
        var policy = Policies[op.Bank];
        var refusal = RequireInTime(application.Deadline)
            ?? RequireFree(application.Receivable, application.Revision)
            ?? RequireWithin(op, pledged)
            ?? RequireSignature(borrower, pledged.Holder, Rights.Trade, application)
            ?? When(policy is null, RefusalCode.LendingPolicyMissing, ("bank", op.Bank))
            ?? RequireSignature(approver, op.Bank, Rights.Approve, op)
            ?? RequireSecond(op, policy!, approver, second)
            ?? RequireRoom(op.Bank, pledged.Obligor, ExposureSide.Obligor, op.PrincipalFen, policy!.ObligorLimitFen)
            ?? RequireRoom(op.Bank, pledged.Holder, ExposureSide.Borrower, op.PrincipalFen, policy.BorrowerLimitFen);
        if (refusal is not null)
        {
            return refusal;
        }

        var id = new LoanId(Totals.Loans + 1);
        var terms = new LoanTerms(
            op.PrincipalFen,
            op.Bank,
            pledged.Holder,
            application.Receivable,
            op.AnnualRateBps,
            application.DueDate,
            application.WithRecourse,
            NumberOf(approver),
            second == GivenSignature.Absent ? (ushort)0 : NumberOf(second),
            Extended: false,
            RecourseClaimed: false,
            new[] { Today.AddDays(Rules.ApprovalDays), application.DueDate }.Min());
        Totals = Totals with { Loans = id.Value };
        Loans[id] = new Loan(terms, new LoanProgress(default, default, default, default, default, default, 0, LoanStatus.Opened));
        Change(application.Receivable, pledged with { Status = ReceivableStatus.Pledged });
        ChangeUse(terms, used => used + op.PrincipalFen);
        return new LoanOpened(
            id, op.Bank, pledged.Holder, application.Receivable, op.PrincipalFen, op.AnnualRateBps, application.DueDate,
            application.WithRecourse, application.StructHash(), op.ReviewHash, op.DecisionDigest, terms.Approver, terms.SecondApprover,
            terms.LapseDate);
    }

    private Outcome Disburse(DisburseLoan op, GivenSignature checker)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Opened, LoanStatus.Opened, LoanStatus.Disbursed)
            ?? RequireAmount(op.AmountFen, 1, (terms.PrincipalFen - progress.DisbursedFen).Value)
            ?? RequireNotOverdue(op.Loan)
            ?? When(
                progress.Status == LoanStatus.Opened && Today > terms.LapseDate,
                RefusalCode.ApprovalLapsed,
                ("loan", op.Loan), ("lapseDate", terms.LapseDate), ("today", Today))
            ?? RequireUnlocked(terms.Receivable)
            ?? RequireParty(terms.Bank, PartyKind.Bank)
            ?? When(op.RegistrationHash.IsZero, RefusalCode.RegistrationMissing, ("loan", op.Loan))
            ?? When(op.PaymentReference.IsZero, RefusalCode.PaymentReferenceMissing)
            ?? RequireSignature(checker, terms.Bank, Rights.Disburse, op)
            ?? When(
                NumberOf(checker) == terms.Approver || NumberOf(checker) == terms.SecondApprover,
                RefusalCode.FourEyesViolated,
                ("loan", op.Loan), ("signerNumber", NumberOf(checker)));
        if (refusal is not null)
        {
            return refusal;
        }

        var disbursed = progress.DisbursedFen + op.AmountFen;
        Change(op.Loan, terms, progress with { DisbursedFen = disbursed, Status = LoanStatus.Disbursed });
        Totals = Totals with { LentFen = Totals.LentFen + op.AmountFen };
        Count(terms.Bank, totals => totals with { LentFen = totals.LentFen + op.AmountFen });
        return new LoanDisbursed(
            op.Loan, terms.Bank, terms.Borrower, op.AmountFen, terms.PrincipalFen - disbursed, op.RegistrationHash, op.PaymentReference);
    }

    private Outcome Repay(RepayLoan op, GivenSignature checker)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var outstanding = Outstanding(progress);
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Disbursed, LoanStatus.Disbursed, LoanStatus.Defaulted)
            ?? When(
                op.PrincipalFen == Fen.Zero && op.InterestFen == Fen.Zero && op.FeeFen == Fen.Zero,
                RefusalCode.RepaymentEmpty,
                ("loan", op.Loan))
            ?? RequireAmount(op.PrincipalFen, 0, outstanding.Value)
            ?? RequireAmount(op.InterestFen, 0, MaxAmount - progress.InterestFen.Value)
            ?? RequireAmount(op.FeeFen, 0, MaxFee - progress.FeeFen.Value)
            ?? When(op.PaymentReference.IsZero, RefusalCode.PaymentReferenceMissing)
            ?? RequireSignature(checker, terms.Bank, Rights.Disburse, op);
        if (refusal is not null)
        {
            return refusal;
        }

        var repaid = progress with
        {
            RepaidFen = progress.RepaidFen + op.PrincipalFen,
            InterestFen = progress.InterestFen + op.InterestFen,
            FeeFen = progress.FeeFen + op.FeeFen,
        };
        ReduceAndSettle(op.Loan, terms, repaid, op.PrincipalFen);
        Totals = Totals with
        {
            RepaidFen = Totals.RepaidFen + op.PrincipalFen,
            InterestFen = Totals.InterestFen + op.InterestFen,
            FeeFen = Totals.FeeFen + op.FeeFen,
        };
        Count(terms.Bank, totals => totals with { RepaidFen = totals.RepaidFen + op.PrincipalFen });
        return new LoanRepaid(
            op.Loan, terms.Bank, terms.Borrower, op.PrincipalFen, op.InterestFen, op.FeeFen, Outstanding(repaid), op.PaymentReference);
    }

    private Outcome Cancel(CancelLoan op, GivenSignature signature)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Opened, LoanStatus.Opened)
            ?? When(
                op.ByBorrower && Today <= terms.LapseDate,
                RefusalCode.ApprovalStanding,
                ("loan", op.Loan), ("lapseDate", terms.LapseDate), ("today", Today))
            ?? (op.ByBorrower
                ? RequireSignature(signature, terms.Borrower, Rights.Trade, op)
                : RequireSignature(signature, terms.Bank, Rights.Approve, op));
        if (refusal is not null)
        {
            return refusal;
        }

        Change(op.Loan, terms, progress with { Status = LoanStatus.Cancelled });
        Release(terms.Receivable);
        ChangeUse(terms, used => used - terms.PrincipalFen);
        return new LoanCancelled(op.Loan, terms.Bank, terms.Borrower, terms.PrincipalFen, op.ByBorrower);
    }

    private Outcome Extend(ExtendLoan op, GivenSignature borrower, GivenSignature approver)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var (earliest, latest) = (terms.DueDate.AddDays(1), terms.DueDate.AddDays(Rules.MaxExtensionDays));
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Disbursed, LoanStatus.Disbursed)
            ?? RequireNotOverdue(op.Loan)
            ?? When(terms.Extended, RefusalCode.ExtensionUsed, ("loan", op.Loan))
            ?? RequireDue(op.DueDate, earliest, latest)
            ?? RequireParty(terms.Bank, PartyKind.Bank)
            ?? RequireParty(terms.Borrower, PartyKind.Enterprise)
            ?? RequireSignature(borrower, terms.Borrower, Rights.Trade, op)
            ?? RequireSignature(approver, terms.Bank, Rights.Approve, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Change(op.Loan, terms with { DueDate = op.DueDate, Extended = true }, progress);
        return new LoanExtended(op.Loan, terms.Bank, terms.Borrower, op.DueDate);
    }

    /// <summary>The bounds of the application and of the receivable behind it.</summary>
    private LedgerRefusal? RequireWithin(OpenLoan op, Receivable pledged)
    {
        var application = op.Application;
        var banks = application.Banks;
        return When(
                (ulong)banks.Count > MaxNamedBanks,
                RefusalCode.BankCountOutOfRange,
                ("count", (ulong)banks.Count), ("max", MaxNamedBanks))
            ?? When(banks.Count > 0 && !banks.Contains(op.Bank), RefusalCode.BankNotInvited, ("bank", op.Bank))
            ?? RequireParty(op.Bank, PartyKind.Bank)
            ?? RequireParty(pledged.Holder, PartyKind.Enterprise)
            ?? RequireAmount(
                op.PrincipalFen,
                Math.Max(application.MinPrincipalFen.Value, 1),
                Math.Min(application.MaxPrincipalFen.Value, Undisputed(pledged)))
            ?? When(
                op.AnnualRateBps > application.MaxAnnualRateBps,
                RefusalCode.RateAboveLimit,
                ("annualRateBps", op.AnnualRateBps), ("maxAnnualRateBps", application.MaxAnnualRateBps))
            ?? RequireDue(application.DueDate, Today.AddDays(1), pledged.MaturityDate)
            ?? When(pledged.ReviewNeeded && op.ReviewHash.IsZero, RefusalCode.ReviewMissing, ("receivable", application.Receivable));
    }

    private LedgerRefusal? RequireSecond(OpenLoan op, LendingPolicy policy, GivenSignature approver, GivenSignature second)
    {
        var isDual = op.PrincipalFen > policy.DualApprovalFen;
        (string, object)[] values =
            [("bank", op.Bank), ("principalFen", op.PrincipalFen.Value), ("dualApprovalFen", policy.DualApprovalFen.Value)];
        return second == GivenSignature.Absent
            ? When(isDual, RefusalCode.SecondApprovalMissing, values)
            : When(!isDual, RefusalCode.SecondApprovalNeedless, values)
                ?? RequireSignature(second, op.Bank, Rights.Approve, op)
                ?? RequireDistinct(op.Bank, approver, second);
    }

    private LedgerRefusal? RequireRoom(PartyId bank, PartyId party, ExposureSide side, Fen amount, Fen policyLimit)
    {
        var line = LineOf((bank, party, side));
        var limit = line.IsOwn ? line.LimitFen : policyLimit;
        return When(
            line.UsedFen + amount > limit,
            RefusalCode.CreditLimitExceeded,
            ("bank", bank), ("party", party), ("side", side), ("usedFen", line.UsedFen.Value), ("amountFen", amount.Value),
            ("limitFen", limit.Value));
    }

    private static LedgerRefusal? RequireDue(DateOnly due, DateOnly earliest, DateOnly latest) => When(
        due < earliest || due > latest, RefusalCode.DueDateOutOfRange, ("dueDate", due), ("earliest", earliest), ("latest", latest));

    private LedgerRefusal? RequireNotOverdue(LoanId id) => When(
        Today > LoanOf(id).Terms.DueDate,
        RefusalCode.LoanOverdue,
        ("loan", id), ("dueDate", LoanOf(id).Terms.DueDate), ("today", Today));
}
