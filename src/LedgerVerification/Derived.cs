namespace FinanceChain.LedgerVerification;

/// <summary>What follows from the rows: added up anew, in the plainest way.</summary>
internal sealed partial class Derived(Replay replay, int eventsPerMark)
{
    private readonly Dictionary<string, Row> _positions = new(StringComparer.Ordinal);

    /// <summary>After every block with events: the positions that are no longer what they were get a row.</summary>
    public void AfterBlock(long block)
    {
        Compare("holding", block, Holdings());
        Compare("exposure", block, Exposures());
    }

    /// <summary>After the last block: totals, credit lines, where transactions stand, the sums of days, and the running sums at marks.</summary>
    public void AtTheEnd()
    {
        replay.Lists["running_totals"] = [RunningTotals()];
        replay.Lists["bank_totals"] = [.. replay.Loans.Values.GroupBy(loan => loan.Number("bank")).Select(BankTotals)];
        UseLines();
        Transactions();
        Days();
        Marks();
    }

    private IEnumerable<(string Key, Row Row)> Holdings()
    {
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        Row Of(long party) => rows.TryGetValue($"{party}", out var known)
            ? known
            : rows[$"{party}"] = new Row
            {
                ["party_id"] = party, ["held"] = 0, ["held_fen"] = 0, ["pledged_fen"] = 0, ["disputed_fen"] = 0, ["owed"] = 0, ["owed_fen"] = 0,
            };

        foreach (var item in replay.Receivables.Values)
        {
            var (holder, obligor) = (Of(item.Number("holder")), Of(item.Number("obligor")));
            var amountFen = item.Number("amount_fen");
            holder.Add("held", amountFen > 0 ? 1 : 0);
            holder.Add("held_fen", amountFen);
            holder.Add("pledged_fen", item.Number("status") == 2 ? amountFen : 0);
            holder.Add("disputed_fen", item.Number("disputed_fen"));
            obligor.Add("owed", amountFen > 0 ? 1 : 0);
            obligor.Add("owed_fen", amountFen);
        }

        return rows.Select(item => (item.Key, item.Value));
    }

    private IEnumerable<(string Key, Row Row)> Exposures()
    {
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (var loan in replay.Loans.Values)
        {
            foreach (var (side, party) in new[] { (0, "bank"), (1, "obligor"), (2, "borrower") })
            {
                var key = $"{loan["bank"]} {side} {loan[party]}";
                if (!rows.TryGetValue(key, out var row))
                {
                    rows[key] = row = new Row
                    {
                        ["bank"] = loan["bank"], ["side"] = side, ["party_id"] = loan[party],
                        ["loans"] = 0, ["outstanding_fen"] = 0, ["undisbursed_fen"] = 0, ["defaulted_fen"] = 0,
                    };
                }

                var outstandingFen = Outstanding(loan);
                row.Add("outstanding_fen", outstandingFen);
                row.Add("defaulted_fen", loan.Number("status") == 5 ? outstandingFen : 0);
                if (loan["ended_at"] is null)
                {
                    row.Add("loans", 1);
                    row.Add("undisbursed_fen", loan.Number("principal_fen") - loan.Number("disbursed_fen"));
                }
            }
        }

        return rows.Select(item => (item.Key, item.Value));
    }

    private void Compare(string table, long block, IEnumerable<(string Key, Row Row)> now)
    {
        foreach (var (key, row) in now)
        {
            var before = _positions.GetValueOrDefault($"{table} {key}");
            if (before is null ? StoredRows.IsNothing(row.ToText(), table) : row.All(column => Equal(before[column.Key], column.Value)))
            {
                continue;
            }

            _positions[$"{table} {key}"] = row;
            var placed = row.Copy();
            placed["block_number"] = block;
            replay.List(table).Add(placed);
        }
    }

    private static bool Equal(object? one, object? other) =>
        Convert.ToInt64(one, null) == Convert.ToInt64(other, null);

    private static long Outstanding(Row loan) => loan.Number("disbursed_fen") - loan.Number("repaid_fen") - loan.Number("written_off_fen");

    private Row RunningTotals()
    {
        var (receivables, loans) = (replay.Receivables.Values, replay.Loans.Values);
        return new Row
        {
            ["enterprises"] = replay.Parties.Values.Count(party => party.Number("kind") == 2),
            ["banks"] = replay.Parties.Values.Count(party => party.Number("kind") == 3),
            ["receivables"] = receivables.Count,
            ["issued_fen"] = receivables.Where(row => row.Number("depth") == 0).Sum(row => row.Number("issued_amount_fen")),
            ["owed_fen"] = receivables.Sum(row => row.Number("amount_fen")),
            ["redeemed_fen"] = receivables.Sum(row => row.Number("redeemed_fen")),
            ["cancelled_fen"] = receivables.Sum(row => row.Number("cancelled_fen")),
            ["loans"] = loans.Count,
            ["lent_fen"] = loans.Sum(row => row.Number("disbursed_fen")),
            ["repaid_fen"] = loans.Sum(row => row.Number("repaid_fen")),
            ["written_off_fen"] = loans.Sum(row => row.Number("written_off_fen")),
            ["overdue_fen"] = loans.Sum(row => row.Number("overdue_fen")),
            ["recovered_fen"] = loans.Sum(row => row.Number("recovered_fen")),
            ["interest_fen"] = loans.Sum(row => row.Number("interest_fen")),
            ["fee_fen"] = loans.Sum(row => row.Number("fee_fen")),
            ["redemptions_fen"] = Sum("redemption", "amount_fen"),
            ["cancellations_fen"] = Sum("cancellation", "amount_fen"),
            ["disbursements_fen"] = Sum("disbursement", "amount_fen"),
            ["repayments_principal_fen"] = Sum("repayment", "principal_fen"),
            ["repayments_interest_fen"] = Sum("repayment", "interest_fen"),
            ["repayments_fee_fen"] = Sum("repayment", "fee_fen"),
            ["defaults_fen"] = Sum("loan_default", "outstanding_fen"),
            ["write_offs_fen"] = Sum("write_off", "amount_fen"),
            ["recoveries_fen"] = Sum("loan_recovery", "amount_fen"),
        };
    }

    private Row BankTotals(IGrouping<long, Row> loans) => new()
    {
        ["bank"] = loans.Key,
        ["lent_fen"] = loans.Sum(row => row.Number("disbursed_fen")),
        ["repaid_fen"] = loans.Sum(row => row.Number("repaid_fen")),
        ["written_off_fen"] = loans.Sum(row => row.Number("written_off_fen")),
        ["overdue_fen"] = loans.Sum(row => row.Number("overdue_fen")),
        ["disbursements_fen"] = Sum("disbursement", "amount_fen", loans.Key),
        ["repayments_fen"] = Sum("repayment", "principal_fen", loans.Key),
        ["write_offs_fen"] = Sum("write_off", "amount_fen", loans.Key),
        ["defaults_fen"] = Sum("loan_default", "outstanding_fen", loans.Key),
    };

    private long Sum(string table, string column, long? bank = null) =>
        replay.List(table).Where(row => bank is null || row.Number("bank") == bank).Sum(row => row.Number(column));

    // A loan uses its bank's lines until it ends.
    private void UseLines()
    {
        var lines = replay.List("credit_line");
        foreach (var loan in replay.Loans.Values)
        {
            foreach (var (side, party) in new[] { (1L, loan.Number("obligor")), (2L, loan.Number("borrower")) })
            {
                var line = lines.Find(row => (row.Number("bank"), row.Number("side"), row.Number("party_id")) == (loan.Number("bank"), side, party));
                if (line is null)
                {
                    line = new Row { ["bank"] = loan["bank"], ["party_id"] = party, ["side"] = side, ["used_fen"] = 0, ["limit_fen"] = null, ["revision"] = 0 };
                    lines.Add(line);
                }

                line.Add("used_fen", loan["ended_at"] is null ? loan.Number("principal_fen") - loan.Number("repaid_fen") - loan.Number("written_off_fen") : 0);
            }
        }
    }
}
