using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerVerification;

internal sealed partial class Replay
{
    private const int Opened = 1;
    private const int Disbursed = 2;
    private const int Repaid = 3;
    private const int LoanCancelledStatus = 4;
    private const int Defaulted = 5;
    private const int WrittenOff = 6;
    private const int Recovered = 7;

    private bool ApplyToLoans(LedgerEvent happened)
    {
        switch (happened)
        {
            case LoanOpened e:
                Open(e);
                return true;
            case LoanCancelled e:
                var cancelled = MoveOn(e.Loan);
                End(cancelled, LoanCancelledStatus);
                Release(cancelled);
                return true;
            case LoanDisbursed e:
                var disbursed = MoveOn(e.Loan);
                List("disbursement").Add(Paid(disbursed, new Row
                {
                    ["amount_fen"] = (long)e.AmountFen.Value,
                    ["is_first"] = disbursed.Number("disbursed_fen") == 0,
                    ["registration_hash"] = e.RegistrationHash.ToArray(),
                    ["payment_reference"] = e.PaymentReference.ToArray(),
                }));
                disbursed.Add("disbursed_fen", (long)e.AmountFen.Value);
                disbursed["disbursed_at"] ??= _time;
                disbursed["status"] = Disbursed;
                return true;
            case LoanRepaid e:
                var repaid = MoveOn(e.Loan);
                repaid.Add("repaid_fen", (long)e.PrincipalFen.Value);
                repaid.Add("interest_fen", (long)e.InterestFen.Value);
                repaid.Add("fee_fen", (long)e.FeeFen.Value);
                List("repayment").Add(Paid(repaid, new Row
                {
                    ["principal_fen"] = (long)e.PrincipalFen.Value,
                    ["interest_fen"] = (long)e.InterestFen.Value,
                    ["fee_fen"] = (long)e.FeeFen.Value,
                    ["payment_reference"] = e.PaymentReference.ToArray(),
                }));
                Settle(repaid);
                return true;
            case LoanExtended e:
                var extended = MoveOn(e.Loan);
                extended["due_date"] = e.DueDate;
                extended["extended"] = true;
                return true;
            default:
                return ApplyToLosses(happened);
        }
    }

    private bool ApplyToLosses(LedgerEvent happened)
    {
        switch (happened)
        {
            case LoanDefaulted e:
                var defaulted = MoveOn(e.Loan);
                defaulted["status"] = Defaulted;
                defaulted["overdue_fen"] = Outstanding(defaulted);
                defaulted["defaulted_at"] = _time;
                List("loan_default").Add(Paid(defaulted, new Row { ["outstanding_fen"] = Outstanding(defaulted), ["reason_hash"] = e.ReasonHash.ToArray() }));
                return true;
            case RecourseClaimed e:
                MoveOn(e.Loan)["recourse_claimed_fen"] = (long)e.ClaimedFen.Value;
                return true;
            case LoanWrittenOff e:
                var writtenOff = MoveOn(e.Loan);
                writtenOff.Add("written_off_fen", (long)e.AmountFen.Value);
                List("write_off").Add(Paid(writtenOff, new Row { ["amount_fen"] = (long)e.AmountFen.Value, ["reason_hash"] = e.ReasonHash.ToArray() }));
                Settle(writtenOff);
                return true;
            case LoanRecovered e:
                var recovered = MoveOn(e.Loan);
                recovered.Add("recovered_fen", (long)e.AmountFen.Value);
                List("loan_recovery").Add(Paid(recovered, new Row
                {
                    ["amount_fen"] = (long)e.AmountFen.Value, ["source"] = e.Source, ["payment_reference"] = e.PaymentReference.ToArray(),
                }));
                Settle(recovered);
                return true;
            default:
                return false;
        }
    }

    private static long Outstanding(Row loan) => loan.Number("disbursed_fen") - loan.Number("repaid_fen") - loan.Number("written_off_fen");

    private void Open(LoanOpened e)
    {
        var pledged = MoveOn(e.Receivable);
        pledged["status"] = Pledged;
        Loans[(long)e.Loan.Value] = new Row
        {
            ["loan_id"] = (long)e.Loan.Value,
            ["receivable_id"] = (long)e.Receivable.Value,
            ["bank"] = (long)e.Bank.Value,
            ["borrower"] = (long)e.Borrower.Value,
            ["obligor"] = pledged["obligor"],
            ["principal_fen"] = (long)e.PrincipalFen.Value,
            ["disbursed_fen"] = 0L,
            ["repaid_fen"] = 0L,
            ["written_off_fen"] = 0L,
            ["recovered_fen"] = 0L,
            ["interest_fen"] = 0L,
            ["fee_fen"] = 0L,
            ["overdue_fen"] = 0L,
            ["recourse_claimed_fen"] = null,
            ["annual_rate_bps"] = e.AnnualRateBps.Value,
            ["due_date"] = e.DueDate,
            ["extended"] = false,
            ["with_recourse"] = e.WithRecourse,
            ["status"] = Opened,
            ["revision"] = 0L,
            ["application_hash"] = e.ApplicationHash.ToArray(),
            ["review_hash"] = Optional(e.ReviewHash),
            ["decision_digest"] = Optional(e.DecisionDigest),
            ["approver"] = (long)e.Approver,
            ["second_approver"] = e.SecondApprover == 0 ? null : (long)e.SecondApprover,
            ["lapse_date"] = e.LapseDate,
            ["opened_block"] = _block,
            ["opened_at"] = _time,
            ["disbursed_at"] = null,
            ["defaulted_at"] = null,
            ["ended_at"] = null,
        };
    }

    private Row MoveOn(LoanId id)
    {
        var row = Loans[(long)id.Value];
        row.Add("revision", 1);
        return row;
    }

    private void Settle(Row loan)
    {
        if (Outstanding(loan) > 0)
        {
            return;
        }

        var lostFen = loan.Number("written_off_fen");
        var unrecovered = lostFen > loan.Number("recovered_fen");
        End(loan, unrecovered ? WrittenOff : lostFen == 0 ? Repaid : Recovered);
        if (!unrecovered)
        {
            Release(loan);
        }
    }

    private void End(Row loan, int status)
    {
        loan["status"] = status;
        loan["ended_at"] ??= _time;
    }

    private void Release(Row loan)
    {
        var receivable = Receivables[loan.Number("receivable_id")];
        receivable["status"] = Active;
        receivable.Add("revision", 1);
    }

    private Row Paid(Row loan, Row payment)
    {
        payment["loan_id"] = loan["loan_id"];
        payment["bank"] = loan["bank"];
        payment["borrower"] = loan["borrower"];
        return Timed(payment);
    }
}
