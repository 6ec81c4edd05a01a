using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <content>Drafts about loans.</content>
internal sealed partial class Workload
{
    private const ulong MaxFee = uint.MaxValue;

    private ILedgerOperation DraftOfLoans(OperationKind kind)
    {
        var (today, odd) = (_model.Today, Odd());
        return kind switch
        {
            OperationKind.OpenLoan => Open(),
            OperationKind.DisburseLoan => Disburse(AnyLoan((terms, progress) =>
                progress.Status is LoanStatus.Opened or LoanStatus.Disbursed && progress.DisbursedFen < terms.PrincipalFen
                && terms.DueDate >= today == !odd)),
            OperationKind.RepayLoan => Repay(AnyLoan((_, progress) => progress.Status is LoanStatus.Disbursed or LoanStatus.Defaulted)),
            OperationKind.CancelLoan => Cancel(AnyLoan((_, progress) => progress.Status == LoanStatus.Opened)),
            OperationKind.ExtendLoan => Extend(AnyLoan((terms, progress) =>
                progress.Status == LoanStatus.Disbursed && (odd || !terms.Extended) && terms.DueDate >= today)),
            OperationKind.DefaultLoan => Default(AnyLoan((terms, progress) =>
                progress.Status == LoanStatus.Disbursed && terms.DueDate < today == !odd)),
            OperationKind.ClaimRecourse => Claim(AnyLoan((terms, progress) =>
                IsBad(progress) && (terms.WithRecourse && !terms.RecourseClaimed) == !odd)),
            OperationKind.WriteOffLoan => WriteOff(AnyLoan((_, progress) => progress.Status == LoanStatus.Defaulted)),
            _ => Recover(AnyLoan((_, progress) => IsBad(progress) && progress.WrittenOffFen > progress.RecoveredFen)),
        };
    }

    private OpenLoan Open()
    {
        var today = _model.Today;
        var id = AnyReceivable(one => IsFree(one) && one.MaturityDate > today);
        var pledged = _model.Receivables[id];
        var bank = Bank();
        var principal = Amount(1, Free(pledged));
        var rate = (ushort)_dice.Between(0, 600);
        // Short, so that many fall due while the run lasts.
        var soon = today.AddDays(10);
        var latest = pledged is null || pledged.MaturityDate < soon || _dice.Chance(20) ? pledged?.MaturityDate ?? today : soon;
        var min = _dice.Chance(2) ? principal.Value + 1 : _dice.Between(0, principal.Value);
        var max = _dice.Chance(2) ? Math.Max(principal.Value, 1) - 1 : principal.Value + _dice.Between(0, 1_000);
        var application = new LoanApplication(
            id,
            Revision(pledged?.Revision ?? 1),
            Invited(bank),
            new Fen(Math.Min(min, Fen.MaxValue)),
            new Fen(Math.Min(max, Fen.MaxValue)),
            new Bps(_dice.Chance(2) ? (ushort)Math.Max(rate - 1, 0) : rate),
            Date(today.AddDays(1), latest),
            _dice.Chance(60),
            Deadline());
        var review = pledged?.ReviewNeeded == true || _dice.Chance(20) ? Hash(10) : Hash256.Zero;
        return new OpenLoan(application, bank, principal, new Bps(rate), review, _dice.Chance(50) ? Hash() : Hash256.Zero, Deadline());
    }

    private ValueList<PartyId> Invited(PartyId bank) => _dice.Below(40) switch
    {
        0 => [Bank(), Bank()],
        1 => ValueList.From(Enumerable.Repeat(bank, 9)),
        < 10 => [bank],
        < 20 => [Bank(), AnyParty(), bank],
        _ => [],
    };

    private DisburseLoan Disburse(LoanId id)
    {
        var loan = _model.Loans[id];
        var left = loan is null ? 1 : (loan.Terms.PrincipalFen - loan.Progress.DisbursedFen).Value;
        return new DisburseLoan(id, Amount(1, left), Hash(2), Hash(), RevisionOf(loan), Deadline());
    }

    private RepayLoan Repay(LoanId id)
    {
        var loan = _model.Loans[id];
        var principal = _dice.Chance(10) ? Fen.Zero : Amount(0, Outstanding(loan));
        var interest = _dice.Chance(1) ? Amount(0, MaxAmount) : _dice.Chance(50) ? Fen.Zero : new Fen(_dice.Between(0, 1_000_000));
        var fee = _dice.Chance(1) ? Amount(0, MaxFee) : _dice.Chance(70) ? Fen.Zero : new Fen(_dice.Between(0, 10_000));
        return new RepayLoan(id, principal, interest, fee, Hash(), RevisionOf(loan), Deadline());
    }

    /// <summary>By the borrower mostly where it can: once the approval lapsed.</summary>
    private CancelLoan Cancel(LoanId id)
    {
        var loan = _model.Loans[id];
        return new CancelLoan(id, _dice.Chance(loan?.Terms.LapseDate < _model.Today ? 60 : 10), RevisionOf(loan), Deadline());
    }

    private ExtendLoan Extend(LoanId id)
    {
        var loan = _model.Loans[id];
        var due = loan?.Terms.DueDate ?? _model.Today;
        return new ExtendLoan(id, Date(due.AddDays(1), due.AddDays(_model.Rules.MaxExtensionDays)), RevisionOf(loan), Deadline());
    }

    private DefaultLoan Default(LoanId id) => new(id, Hash(), RevisionOf(_model.Loans[id]), Deadline());

    private ClaimRecourse Claim(LoanId id) => new(id, Hash(), RevisionOf(_model.Loans[id]), Deadline());

    private WriteOffLoan WriteOff(LoanId id) =>
        new(id, Amount(1, Outstanding(_model.Loans[id])), Hash(), RevisionOf(_model.Loans[id]), Deadline());

    private RecoverLoan Recover(LoanId id)
    {
        var loan = _model.Loans[id];
        var lost = loan is null ? 1 : (loan.Progress.WrittenOffFen - loan.Progress.RecoveredFen).Value;
        var source = _dice.Chance(2) ? RecoverySource.None
            : loan?.Terms.RecourseClaimed == true || _dice.Chance(15) ? _dice.Pick(RecoverySource.Borrower, RecoverySource.Obligor)
            : _dice.Pick(RecoverySource.Obligor, RecoverySource.Other);
        return new RecoverLoan(id, Amount(1, lost), source, Hash(), RevisionOf(loan), Deadline());
    }

    private ushort RevisionOf(Loan? loan) => Revision(loan?.Progress.Revision ?? 0);

    private static ulong Outstanding(Loan? loan) =>
        loan is null ? 1 : (loan.Progress.DisbursedFen - loan.Progress.RepaidFen - loan.Progress.WrittenOffFen).Value;

    private static bool IsBad(LoanProgress progress) => progress.Status is LoanStatus.Defaulted or LoanStatus.WrittenOff;

    /// <summary>Mostly one that is wanted, seldom any, or none.</summary>
    private LoanId AnyLoan(Func<LoanTerms, LoanProgress, bool> isWanted)
    {
        var count = _model.Totals.Loans;
        return new LoanId(_dice.Chance(4)
            ? _dice.Between(count > 200 ? count - 200 : 0, count + 1)
            : Found(count, Recent, number => _model.Loans[new LoanId(number)] is var (terms, progress) && isWanted(terms, progress)));
    }
}
