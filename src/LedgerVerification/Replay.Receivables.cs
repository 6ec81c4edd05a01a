using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerVerification;

internal sealed partial class Replay
{
    private const int Active = 1;
    private const int Pledged = 2;
    private const int Redeemed = 3;
    private const int Cancelled = 4;

    private bool ApplyToReceivables(LedgerEvent happened)
    {
        switch (happened)
        {
            case ReceivableIssued e:
                AddReceivable(e.Receivable, null, 0, e.Obligor.Value, e.Holder.Value, e.AmountFen, e.MaturityDate, e.ReviewNeeded);
                foreach (var invoice in e.Invoices)
                {
                    List("invoice").Add(new Row
                    {
                        ["fingerprint"] = invoice.Fingerprint.ToArray(), ["receivable_id"] = e.Receivable.Value, ["amount_fen"] = invoice.AmountFen.Value,
                    });
                }

                return true;
            case ReceivableAssigned e:
                MoveOn(e.Receivable)["holder"] = e.Assignee.Value;
                return true;
            case ReceivableSplit e:
                var parent = MoveOn(e.Parent);
                parent.Add("amount_fen", -(long)e.AmountFen.Value);
                parent.Add("splits", 1);
                AddReceivable(
                    e.Child, parent.Number("receivable_id"), parent.Number("depth") + 1, parent.Number("obligor"), e.Assignee.Value, e.AmountFen,
                    (DateOnly)parent["maturity_date"]!, (bool)parent["review_needed"]!);
                return true;
            case ReceivableRedeemed e:
                var redeemed = MoveOn(e.Receivable);
                Take(redeemed, "redeemed_fen", (long)e.AmountFen.Value, Redeemed);
                List("redemption").Add(Paid(redeemed, (long)e.AmountFen.Value, "payment_reference", e.PaymentReference.ToArray()));
                return true;
            case ReceivableCancelled e:
                Cancel(MoveOn(e.Receivable), (long)e.AmountFen.Value, e.ReasonHash.ToArray());
                return true;
            case ReceivableDisputed e:
                var disputed = MoveOn(e.Receivable);
                disputed["disputed_fen"] = (long)e.DisputedFen.Value;
                disputed["dispute_reason"] = e.ReasonHash.ToArray();
                return true;
            case DisputeResolved e:
                Cancel(MoveOn(e.Receivable), (long)e.CancelledFen.Value, reason: null);
                return true;
            case ReceivableFrozen e:
                (Receivables[(long)e.Receivable.Value]["frozen"], Receivables[(long)e.Receivable.Value]["freeze_case"]) = (true, e.CaseHash.ToArray());
                return true;
            case ReceivableUnfrozen e:
                (Receivables[(long)e.Receivable.Value]["frozen"], Receivables[(long)e.Receivable.Value]["freeze_case"]) = (false, null);
                return true;
            default:
                return false;
        }
    }

    private Row MoveOn(ReceivableId id)
    {
        var row = Receivables[(long)id.Value];
        row.Add("revision", 1);
        return row;
    }

    private static void Take(Row row, string into, long amountFen, int whenNothingIsLeft)
    {
        row.Add("amount_fen", -amountFen);
        row.Add(into, amountFen);
        if (row.Number("amount_fen") == 0)
        {
            row["status"] = whenNothingIsLeft;
        }
    }

    private void Cancel(Row row, long amountFen, byte[]? reason)
    {
        Take(row, "cancelled_fen", amountFen, Cancelled);
        row["disputed_fen"] = 0L;
        row["dispute_reason"] = null;
        if (amountFen > 0)
        {
            List("cancellation").Add(Paid(row, amountFen, "reason_hash", reason));
        }
    }

    private Row Paid(Row receivable, long amountFen, string column, byte[]? mark) => Timed(new Row
    {
        ["receivable_id"] = receivable["receivable_id"],
        ["holder"] = receivable["holder"],
        ["obligor"] = receivable["obligor"],
        ["amount_fen"] = amountFen,
        [column] = mark,
    });

    private void AddReceivable(
        ReceivableId id, long? parent, long depth, long obligor, long holder, Fen amount, DateOnly maturityDate, bool reviewNeeded) =>
        Receivables[(long)id.Value] = new Row
        {
            ["receivable_id"] = (long)id.Value,
            ["parent_id"] = parent,
            ["depth"] = depth,
            ["splits"] = 0L,
            ["obligor"] = obligor,
            ["holder"] = holder,
            ["issued_amount_fen"] = (long)amount.Value,
            ["amount_fen"] = (long)amount.Value,
            ["redeemed_fen"] = 0L,
            ["cancelled_fen"] = 0L,
            ["disputed_fen"] = 0L,
            ["dispute_reason"] = null,
            ["maturity_date"] = maturityDate,
            ["review_needed"] = reviewNeeded,
            ["status"] = Active,
            ["frozen"] = false,
            ["freeze_case"] = null,
            ["revision"] = 1L,
            ["issued_block"] = _block,
            ["issued_at"] = _time,
        };
}
