using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

// What happens to loans. Dates are kept a day away from their bounds: a block can fall behind midnight.
internal sealed partial class Story
{
    private SignedOperation? OpenLoan()
    {
        if (Find(_claims, claim => claim.Traded && claim.FreeFen > 0 && claim.Holder.Trades && claim.Maturity > Today.AddDays(3)) is not { } claim
            || Find(_banks, item => item.Trades) is not { } bank)
        {
            return null;
        }

        // Many loans are short, so that some fall due while the story lasts.
        var days = Math.Min(Chance(3) ? 200 : _random.Next(2, 12), claim.Maturity.DayNumber - Today.DayNumber);
        var principalFen = Amount(1, claim.FreeFen);
        var application = new LoanApplication(
            claim.Id,
            claim.Revision++,
            Chance(2) ? [] : [bank.Party],
            new Fen(1),
            new Fen(claim.FreeFen),
            new Bps(900),
            Today.AddDays(days),
            !Chance(3),
            Deadline);
        var review = claim.Maturity > Today.AddDays(UnreviewedDays) ? Mark() : default;
        var decision = Chance(2) ? Mark() : default;
        claim.Pledged = true;
        _credits.Add(new Credit(_credits.Count + 1, claim, bank, principalFen)
        {
            DueDate = application.DueDate, WithRecourse = application.WithRecourse,
        });
        var operation = new OpenLoan(
            application, bank.Party, new Fen(principalFen), new Bps((ushort)_random.Next(200, 900)), review, decision, Deadline);
        return principalFen > bank.DualApprovalFen
            ? ledger.Domain.SignAll(operation, claim.Holder.First, bank.First, bank.Third)
            : ledger.Domain.SignAll(operation, claim.Holder.First, bank.First);
    }

    private SignedOperation? Disburse()
    {
        bool CanDisburse(Credit credit) => credit.Status is LoanStatus.Opened or LoanStatus.Disbursed
            && credit.DisbursedFen < credit.PrincipalFen && credit.DueDate > Today && !credit.Claim.Frozen && credit.Bank.Trades;

        if (Find(_credits, CanDisburse) is not { } credit)
        {
            return null;
        }

        var amountFen = Amount(1, credit.PrincipalFen - credit.DisbursedFen);
        credit.DisbursedFen += amountFen;
        credit.Status = LoanStatus.Disbursed;
        return ledger.Domain.SignAll(
            new DisburseLoan(credit.Id, new Fen(amountFen), Mark(), Mark(), credit.Revision++, Deadline), credit.Bank.Second);
    }

    private SignedOperation? Repay()
    {
        if (Find(_credits, credit => credit.Status is LoanStatus.Disbursed or LoanStatus.Defaulted) is not { } credit)
        {
            return null;
        }

        var principalFen = Amount(0, credit.OutstandingFen);
        var interestFen = (ulong)_random.NextInt64(1, 100_000);
        var feeFen = (ulong)_random.NextInt64(0, 1_000);
        credit.RepaidFen += principalFen;
        credit.Settle();
        return ledger.Domain.SignAll(
            new RepayLoan(credit.Id, new Fen(principalFen), new Fen(interestFen), new Fen(feeFen), Mark(), credit.Revision++, Deadline),
            credit.Bank.Second);
    }

    private SignedOperation? ServiceLoan() => _random.Next(12) switch
    {
        < 1 => CancelLoan(),
        < 3 => Extend(),
        < 6 => Default(),
        < 7 => ClaimRecourse(),
        < 10 => WriteOff(),
        _ => Recover(),
    };

    private SignedOperation? CancelLoan()
    {
        if (Find(_credits, credit => credit.Status == LoanStatus.Opened) is not { } credit)
        {
            return null;
        }

        credit.Status = LoanStatus.Cancelled;
        credit.Release();
        return ledger.Domain.SignAll(new CancelLoan(credit.Id, false, credit.Revision++, Deadline), credit.Bank.First);
    }

    private SignedOperation? Extend()
    {
        bool CanExtend(Credit credit) => credit is { Status: LoanStatus.Disbursed, Extended: false }
            && credit.DueDate > Today && credit.Bank.Trades && credit.Borrower.Trades;

        if (Find(_credits, CanExtend) is not { } credit)
        {
            return null;
        }

        credit.Extended = true;
        credit.DueDate = credit.DueDate.AddDays(_random.Next(1, TestLedger.Rules.MaxExtensionDays));
        return ledger.Domain.SignAll(
            new ExtendLoan(credit.Id, credit.DueDate, credit.Revision++, Deadline), credit.Borrower.First, credit.Bank.First);
    }

    private SignedOperation? Default()
    {
        if (Find(_credits, credit => credit.Status == LoanStatus.Disbursed && credit.DueDate < Today) is not { } credit)
        {
            return null;
        }

        credit.Status = LoanStatus.Defaulted;
        return ledger.Domain.SignAll(new DefaultLoan(credit.Id, Mark(), credit.Revision++, Deadline), credit.Bank.First);
    }

    private SignedOperation? ClaimRecourse()
    {
        bool CanClaim(Credit credit) => credit is { Status: LoanStatus.Defaulted or LoanStatus.WrittenOff, WithRecourse: true, RecourseClaimed: false };

        if (Find(_credits, CanClaim) is not { } credit)
        {
            return null;
        }

        credit.RecourseClaimed = true;
        return ledger.Domain.SignAll(new ClaimRecourse(credit.Id, Mark(), credit.Revision++, Deadline), credit.Bank.First);
    }

    private SignedOperation? WriteOff()
    {
        if (Find(_credits, credit => credit.Status == LoanStatus.Defaulted) is not { } credit)
        {
            return null;
        }

        var amountFen = Amount(1, credit.OutstandingFen);
        credit.WrittenOffFen += amountFen;
        credit.Settle();
        return ledger.Domain.SignAll(
            new WriteOffLoan(credit.Id, new Fen(amountFen), Mark(), credit.Revision++, Deadline), credit.Bank.First, credit.Bank.Second);
    }

    private SignedOperation? Recover()
    {
        if (Find(_credits, credit => credit.UnrecoveredFen > 0) is not { } credit)
        {
            return null;
        }

        var amountFen = Amount(1, credit.UnrecoveredFen);
        var source = credit.RecourseClaimed ? RecoverySource.Borrower : Chance(2) ? RecoverySource.Obligor : RecoverySource.Other;
        credit.RecoveredFen += amountFen;
        credit.Settle();
        return ledger.Domain.SignAll(
            new RecoverLoan(credit.Id, new Fen(amountFen), source, Mark(), credit.Revision++, Deadline), credit.Bank.Second);
    }
}
