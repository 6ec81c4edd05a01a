namespace FinanceChain.LedgerContract.Tests.Model;

/// <content>Loans that do not go as planned, and what all loans share: their states, how they end, what they use of a limit.</content>
internal sealed partial class LedgerModel
{
    // What has no record has no status.
    private static readonly Loan NoLoan = new(
        new LoanTerms(default, default, default, default, default, default, false, 0, 0, false, false, default),
        new LoanProgress(default, default, default, default, default, default, 0, LoanStatus.None));

    private Outcome Default(DefaultLoan op, GivenSignature approver)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Disbursed, LoanStatus.Disbursed)
            ?? When(
                Today <= terms.DueDate, RefusalCode.LoanNotOverdue, ("loan", op.Loan), ("dueDate", terms.DueDate), ("today", Today))
            ?? When(op.ReasonHash.IsZero, RefusalCode.ReasonMissing)
            ?? RequireSignature(approver, terms.Bank, Rights.Approve, op);
        if (refusal is not null)
        {
            return refusal;
        }

        var outstanding = Outstanding(progress);
        Change(op.Loan, terms, progress with { Status = LoanStatus.Defaulted });
        Totals = Totals with { OverdueFen = Totals.OverdueFen + outstanding };
        Count(terms.Bank, totals => totals with { OverdueFen = totals.OverdueFen + outstanding });
        return new LoanDefaulted(op.Loan, terms.Bank, terms.Borrower, outstanding, op.ReasonHash);
    }

    private Outcome Claim(ClaimRecourse op, GivenSignature approver)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Defaulted, LoanStatus.Defaulted, LoanStatus.WrittenOff)
            ?? When(!terms.WithRecourse, RefusalCode.RecourseExcluded, ("loan", op.Loan))
            ?? When(terms.RecourseClaimed, RefusalCode.RecourseUsed, ("loan", op.Loan))
            ?? When(op.DemandHash.IsZero, RefusalCode.ReasonMissing)
            ?? RequireSignature(approver, terms.Bank, Rights.Approve, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Change(op.Loan, terms with { RecourseClaimed = true }, progress);
        var claimed = Outstanding(progress) + Unrecovered(progress);
        return new RecourseClaimed(op.Loan, terms.Bank, terms.Borrower, claimed, op.DemandHash);
    }

    private Outcome WriteOff(WriteOffLoan op, GivenSignature approver, GivenSignature checker)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Defaulted, LoanStatus.Defaulted)
            ?? RequireAmount(op.AmountFen, 1, Outstanding(progress).Value)
            ?? When(op.ReasonHash.IsZero, RefusalCode.ReasonMissing)
            ?? RequireSignature(approver, terms.Bank, Rights.Approve, op)
            ?? RequireSignature(checker, terms.Bank, Rights.Disburse, op)
            ?? RequireDistinct(terms.Bank, approver, checker);
        if (refusal is not null)
        {
            return refusal;
        }

        var writtenOff = progress with { WrittenOffFen = progress.WrittenOffFen + op.AmountFen };
        ReduceAndSettle(op.Loan, terms, writtenOff, op.AmountFen);
        Totals = Totals with { WrittenOffFen = Totals.WrittenOffFen + op.AmountFen };
        Count(terms.Bank, totals => totals with { WrittenOffFen = totals.WrittenOffFen + op.AmountFen });
        return new LoanWrittenOff(op.Loan, terms.Bank, terms.Borrower, op.AmountFen, Outstanding(writtenOff), op.ReasonHash);
    }

    private Outcome Recover(RecoverLoan op, GivenSignature checker)
    {
        var (terms, progress) = LoanOf(op.Loan);
        var fromBorrower = op.Source == RecoverySource.Borrower;
        var refusal = RequireCurrent(op.Loan, op.Revision)
            ?? RequireStatus(op.Loan, LoanStatus.Defaulted, LoanStatus.Defaulted, LoanStatus.WrittenOff)
            ?? RequireAmount(op.AmountFen, 1, Unrecovered(progress).Value)
            ?? When(op.Source == RecoverySource.None, RefusalCode.SourceInvalid)
            ?? When(fromBorrower && !terms.WithRecourse, RefusalCode.RecourseExcluded, ("loan", op.Loan))
            ?? When(fromBorrower && !terms.RecourseClaimed, RefusalCode.RecourseUnclaimed, ("loan", op.Loan))
            ?? When(op.PaymentReference.IsZero, RefusalCode.PaymentReferenceMissing)
            ?? RequireSignature(checker, terms.Bank, Rights.Disburse, op);
        if (refusal is not null)
        {
            return refusal;
        }

        var recovered = progress with { RecoveredFen = progress.RecoveredFen + op.AmountFen };
        Settle(op.Loan, terms, recovered);
        Totals = Totals with { RecoveredFen = Totals.RecoveredFen + op.AmountFen };
        return new LoanRecovered(
            op.Loan, terms.Bank, terms.Borrower, op.AmountFen, Unrecovered(recovered), op.Source, op.PaymentReference);
    }

    /// <summary>Principal came back or was given up: the limits are free of it, and with the last of it of what was never paid out.</summary>
    private void ReduceAndSettle(LoanId id, LoanTerms terms, LoanProgress progress, Fen reduced)
    {
        var lapsed = Outstanding(progress) == Fen.Zero && reduced > Fen.Zero ? terms.PrincipalFen - progress.DisbursedFen : Fen.Zero;
        Settle(id, terms, progress);
        if (reduced > Fen.Zero)
        {
            ChangeUse(terms, used => used - reduced - lapsed);
        }
    }

    /// <summary>
    /// While anything is outstanding the state stays. Then: repaid where nothing was written off; written off while some of that is missing;
    /// recovered when all of it came back. Repaid and recovered loans free the receivable.
    /// </summary>
    private void Settle(LoanId id, LoanTerms terms, LoanProgress progress)
    {
        var status = (Outstanding(progress).Value, progress.WrittenOffFen.Value, Unrecovered(progress).Value) switch
        {
            ( > 0, _, _) => progress.Status,
            (_, 0, _) => LoanStatus.Repaid,
            (_, _, 0) => LoanStatus.Recovered,
            _ => LoanStatus.WrittenOff,
        };
        Change(id, terms, progress with { Status = status });
        if (status is LoanStatus.Repaid or LoanStatus.Recovered)
        {
            Release(terms.Receivable);
        }
    }

    private void Release(ReceivableId id) => Change(id, ReceivableOf(id) with { Status = ReceivableStatus.Active });

    private void Change(LoanId id, LoanTerms terms, LoanProgress progress) =>
        Loans[id] = new Loan(terms, progress with { Revision = Next(progress.Revision) });

    /// <summary>A bank's lines for the obligor and for the borrower move together.</summary>
    private void ChangeUse(LoanTerms terms, Func<Fen, Fen> change)
    {
        (PartyId, PartyId, ExposureSide) obligor = (terms.Bank, ReceivableOf(terms.Receivable).Obligor, ExposureSide.Obligor);
        (PartyId, PartyId, ExposureSide) borrower = (terms.Bank, terms.Borrower, ExposureSide.Borrower);
        Lines[obligor] = LineOf(obligor) with { UsedFen = change(LineOf(obligor).UsedFen) };
        Lines[borrower] = LineOf(borrower) with { UsedFen = change(LineOf(borrower).UsedFen) };
    }

    private void Count(PartyId bank, Func<BankTotals, BankTotals> count) =>
        BankTotals[bank] = count(BankTotals[bank] ?? new BankTotals(default, default, default, default));

    private Loan LoanOf(LoanId id) => Loans[id] ?? NoLoan;

    private static Fen Outstanding(LoanProgress progress) => progress.DisbursedFen - progress.RepaidFen - progress.WrittenOffFen;

    private static Fen Unrecovered(LoanProgress progress) => progress.WrittenOffFen - progress.RecoveredFen;

    private LedgerRefusal? RequireCurrent(LoanId id, ushort revision) => When(Loans[id] is null, RefusalCode.LoanUnknown, ("loan", id))
        ?? When(
            LoanOf(id).Progress.Revision != revision,
            RefusalCode.LoanRevisionStale,
            ("loan", id), ("revision", revision), ("current", LoanOf(id).Progress.Revision));

    /// <param name="named">The one of <paramref name="allowed"/> that the refusal names.</param>
    private LedgerRefusal? RequireStatus(LoanId id, LoanStatus named, params LoanStatus[] allowed) => When(
        !allowed.Contains(LoanOf(id).Progress.Status),
        RefusalCode.LoanStatusWrong,
        ("loan", id), ("expected", named), ("actual", LoanOf(id).Progress.Status));
}
