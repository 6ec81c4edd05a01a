using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

// Loans: how they come to be, and what becomes of them.
internal sealed partial class RangeProjection
{
    public List<DisbursementRow> Disbursements { get; } = [];

    public List<RepaymentRow> Repayments { get; } = [];

    public List<LoanDefaultRow> Defaults { get; } = [];

    public List<WriteOffRow> WriteOffs { get; } = [];

    public List<LoanRecoveryRow> Recoveries { get; } = [];

    private void Apply(LoanOpened opened, EventPlace place)
    {
        var pledged = Receivable(opened.Receivable, place);
        Require(IsTraded(pledged) && pledged.Holder == Number(opened.Borrower), place, pledged);
        Change(pledged with { Status = ReceivableStatus.Pledged });
        var row = new LoanRow(
            Number(opened.Loan),
            pledged.ReceivableId,
            Number(opened.Bank),
            pledged.Holder,
            pledged.Obligor,
            Fen(opened.PrincipalFen),
            DisbursedFen: 0,
            RepaidFen: 0,
            WrittenOffFen: 0,
            RecoveredFen: 0,
            InterestFen: 0,
            FeeFen: 0,
            OverdueFen: 0,
            RecourseClaimedFen: null,
            opened.AnnualRateBps.Value,
            opened.DueDate,
            Extended: false,
            opened.WithRecourse,
            LoanStatus.Opened,
            Revision: 0,
            opened.ApplicationHash.ToArray(),
            Optional(opened.ReviewHash),
            Optional(opened.DecisionDigest),
            opened.Approver,
            opened.SecondApprover == 0 ? null : opened.SecondApprover,
            opened.LapseDate,
            place.BlockNumber,
            place.BlockTime,
            DisbursedAt: null,
            DefaultedAt: null,
            EndedAt: null);
        RequireNew(_loans.TryAdd(row.LoanId, row), place, row);
        Move(before: null, row);
        _newLoans.Add(row.LoanId);
    }

    private void Apply(LoanCancelled cancelled, EventPlace place)
    {
        var row = Loan(cancelled.Loan, cancelled.Bank, place);
        Require(row.Status == LoanStatus.Opened && row.PrincipalFen == Fen(cancelled.PrincipalFen), place, row);
        Change(row with { Status = LoanStatus.Cancelled, EndedAt = place.BlockTime });
        Release(row, place);
    }

    private void Apply(LoanDisbursed disbursed, EventPlace place)
    {
        var row = Loan(disbursed.Loan, disbursed.Bank, place);
        var amountFen = Fen(disbursed.AmountFen);
        var disbursedFen = row.DisbursedFen + amountFen;
        Require(
            row.Status is LoanStatus.Opened or LoanStatus.Disbursed && row.PrincipalFen - disbursedFen == Fen(disbursed.UndisbursedFen), place, row);
        Change(row with { Status = LoanStatus.Disbursed, DisbursedFen = disbursedFen, DisbursedAt = row.DisbursedAt ?? place.BlockTime });
        Disbursements.Add(new DisbursementRow(
            row.LoanId,
            row.Bank,
            row.Borrower,
            amountFen,
            IsFirst: row.DisbursedFen == 0,
            place,
            disbursed.RegistrationHash.ToArray(),
            disbursed.PaymentReference.ToArray()));
    }

    private void Apply(LoanRepaid repaid, EventPlace place)
    {
        var row = Loan(repaid.Loan, repaid.Bank, place);
        var principalFen = Fen(repaid.PrincipalFen);
        var interestFen = Fen(repaid.InterestFen);
        var feeFen = Fen(repaid.FeeFen);
        Require(
            row.Status is LoanStatus.Disbursed or LoanStatus.Defaulted && row.OutstandingFen - principalFen == Fen(repaid.OutstandingFen), place, row);
        Settle(
            row with { RepaidFen = row.RepaidFen + principalFen, InterestFen = row.InterestFen + interestFen, FeeFen = row.FeeFen + feeFen },
            place);
        Repayments.Add(new RepaymentRow(
            row.LoanId, row.Bank, row.Borrower, principalFen, interestFen, feeFen, place, repaid.PaymentReference.ToArray()));
    }

    private void Apply(LoanExtended extended, EventPlace place)
    {
        var row = Loan(extended.Loan, extended.Bank, place);
        Require(row is { Status: LoanStatus.Disbursed, Extended: false } && row.DueDate < extended.DueDate, place, row);
        Change(row with { DueDate = extended.DueDate, Extended = true });
    }

    private void Apply(LoanDefaulted defaulted, EventPlace place)
    {
        var row = Loan(defaulted.Loan, defaulted.Bank, place);
        Require(row.Status == LoanStatus.Disbursed && row.OutstandingFen == Fen(defaulted.OutstandingFen), place, row);
        Change(row with { Status = LoanStatus.Defaulted, OverdueFen = row.OutstandingFen, DefaultedAt = place.BlockTime });
        Defaults.Add(new LoanDefaultRow(row.LoanId, row.Bank, row.Borrower, row.OutstandingFen, place, defaulted.ReasonHash.ToArray()));
    }

    private void Apply(RecourseClaimed claimed, EventPlace place)
    {
        var row = Loan(claimed.Loan, claimed.Bank, place);
        var claimedFen = Fen(claimed.ClaimedFen);
        var fits = IsBad(row) && row is { WithRecourse: true, RecourseClaimedFen: null };
        Require(fits && claimedFen == row.DisbursedFen - row.RepaidFen - row.RecoveredFen, place, row);
        Change(row with { RecourseClaimedFen = claimedFen });
    }

    private void Apply(LoanWrittenOff writtenOff, EventPlace place)
    {
        var row = Loan(writtenOff.Loan, writtenOff.Bank, place);
        var amountFen = Fen(writtenOff.AmountFen);
        Require(row.Status == LoanStatus.Defaulted && row.OutstandingFen - amountFen == Fen(writtenOff.OutstandingFen), place, row);
        Settle(row with { WrittenOffFen = row.WrittenOffFen + amountFen }, place);
        WriteOffs.Add(new WriteOffRow(row.LoanId, row.Bank, row.Borrower, amountFen, place, writtenOff.ReasonHash.ToArray()));
    }

    private void Apply(LoanRecovered recovered, EventPlace place)
    {
        var row = Loan(recovered.Loan, recovered.Bank, place);
        var recoveredFen = row.RecoveredFen + Fen(recovered.AmountFen);
        Require(IsBad(row) && row.WrittenOffFen - recoveredFen == Fen(recovered.UnrecoveredFen), place, row);
        Settle(row with { RecoveredFen = recoveredFen }, place);
        Recoveries.Add(new LoanRecoveryRow(
            row.LoanId, row.Bank, row.Borrower, Fen(recovered.AmountFen), recovered.Source, place, recovered.PaymentReference.ToArray()));
    }

    // As the contract's _settle: the state follows from the amounts. A loan that is over frees its receivable; one that is written off keeps it
    // until all of that is recovered.
    private void Settle(LoanRow row, EventPlace place)
    {
        if (row.OutstandingFen > 0)
        {
            Change(row);
            return;
        }

        var status = row switch
        {
            _ when row.WrittenOffFen > row.RecoveredFen => LoanStatus.WrittenOff,
            { WrittenOffFen: 0 } => LoanStatus.Repaid,
            _ => LoanStatus.Recovered,
        };
        Change(row with { Status = status, EndedAt = row.EndedAt ?? place.BlockTime });
        if (status != LoanStatus.WrittenOff)
        {
            Release(row, place);
        }
    }

    private void Release(LoanRow loan, EventPlace place)
    {
        var released = Receivable(new ReceivableId(checked((ulong)loan.ReceivableId)), place);
        Require(released.Status == ReceivableStatus.Pledged, place, released);
        Change(released with { Status = ReceivableStatus.Active });
    }

    private static bool IsBad(LoanRow row) => row.Status is LoanStatus.Defaulted or LoanStatus.WrittenOff;

    private LoanRow Loan(LoanId id, PartyId bank, EventPlace place)
    {
        if (!_loans.TryGetValue(Number(id), out var row))
        {
            throw Unfit(place, $"loan {id} is not projected");
        }

        Require(row.Bank == Number(bank), place, row);
        return row;
    }

    private void Change(LoanRow row)
    {
        Move(_loans[row.LoanId], row);
        _loans[row.LoanId] = row with { Revision = row.Revision + 1 };
        _changedLoans.Add(row.LoanId);
    }
}
