namespace FinanceChain.LedgerVerification;

// The sums of days, and the running sums at marks.
internal sealed partial class Derived
{
    private static readonly string[] LendingFigures =
        ["opened", "loans", "lent_fen", "repaid_fen", "written_off_fen", "overdue_fen", "recovered_fen", "interest_fen", "fee_fen"];

    private static readonly string[] ReceivableFigures = ["receivables", "issued_fen", "redeemed_fen", "cancelled_fen"];

    private void Days()
    {
        replay.Lists["day"] = [.. replay.List("event").GroupBy(row => Day(row["block_time"]!)).Select(day => new Row
        {
            ["day"] = day.Key, ["first_block"] = day.Min(row => row.Number("block_number")), ["last_block"] = day.Max(row => row.Number("block_number")),
        })];
        replay.Lists["lending_day"] = LendingDays();
        replay.Lists["receivable_day"] = ReceivableDays();
    }

    private void Transactions() => replay.Lists["transaction"] =
    [.. replay.List("event").GroupBy(row => Convert.ToHexString((byte[])row["transaction_hash"]!)).Select(transaction => new Row
    {
        ["transaction_hash"] = transaction.First()["transaction_hash"],
        ["block_number"] = transaction.Max(row => row.Number("block_number")),
        ["first_log_index"] = transaction.Min(row => row.Number("log_index")),
        ["last_log_index"] = transaction.Max(row => row.Number("log_index")),
    })];

    private List<Row> LendingDays()
    {
        var days = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (var (_, key, figure, change) in LendingMovements())
        {
            RowOf(days, LendingFigures, key).Add(figure, change);
        }

        return [.. days.Values];
    }

    private List<Row> ReceivableDays()
    {
        var days = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (var (_, key, figure, change) in ReceivableMovements())
        {
            RowOf(days, ReceivableFigures, key).Add(figure, change);
        }

        return [.. days.Values];
    }

    // A mark is the block in which the count of events passes a multiple. There, each sum that something was added to since the mark before is noted.
    private void Marks()
    {
        var (events, marks) = (0L, replay.List("mark"));
        foreach (var block in replay.List("event").GroupBy(row => row.Number("block_number")).OrderBy(block => block.Key))
        {
            var before = events;
            events += block.Count();
            if (events / eventsPerMark > before / eventsPerMark)
            {
                marks.Add(new Row { ["block_number"] = block.Key, ["events"] = events });
            }
        }

        var lending = LendingMovements().SelectMany(movement => LendingSumsOf(movement.Key).Select(key => movement with { Key = key }));
        replay.Lists["lending_sum"] = SumsAtMarks(lending, LendingFigures);
        replay.Lists["lending_key"] = [.. replay.List("lending_sum")
            .Select(row => (Region: row["region"], Axis: row["axis"], Key: row["key"])).Distinct()
            .Select(sum => new Row { ["region"] = sum.Region, ["axis"] = sum.Axis, ["key"] = sum.Key })];
        var receivables = ReceivableMovements().SelectMany(movement =>
            RegionsOf(Part(movement.Key, "region_code")).Select(region => movement with { Key = [("region", region)] }));
        replay.Lists["receivable_sum"] = SumsAtMarks(receivables, ReceivableFigures);
    }

    private List<Row> SumsAtMarks(IEnumerable<Movement> movements, string[] figures)
    {
        var (sums, noted) = (new Dictionary<string, Row>(StringComparer.Ordinal), new List<Row>());
        var left = new Queue<Movement>(movements.OrderBy(movement => movement.Block));
        foreach (var mark in replay.List("mark").Select(row => row.Number("block_number")))
        {
            var changed = new HashSet<Row>(ReferenceEqualityComparer.Instance);
            while (left.TryPeek(out var next) && next.Block <= mark)
            {
                var (_, key, figure, change) = left.Dequeue();
                var row = RowOf(sums, figures, key);
                row.Add(figure, change);
                changed.Add(row);
            }

            foreach (var row in changed)
            {
                var note = row.Copy();
                note["block_number"] = mark;
                noted.Add(note);
            }
        }

        return noted;
    }

    private static IEnumerable<(string Column, object? Value)[]> LendingSumsOf((string Column, object? Value)[] day)
    {
        string[] axes = ["day", "bank", "industry", "loan_size", "region_code"];
        foreach (var region in RegionsOf(Part(day, "region_code")))
        {
            for (var axis = 0; axis < axes.Length; axis++)
            {
                var key = Part(day, axes[axis]) is DateOnly date ? $"{date:yyyy-MM-dd}" : $"{Part(day, axes[axis])}";
                yield return [("region", region), ("axis", axis + 1), ("key", key)];
            }
        }
    }

    // All regions, the province, the prefecture, the county; each once.
    private static IEnumerable<long> RegionsOf(object? code)
    {
        var county = Convert.ToInt64(code, null);
        return new[] { 0, county / 10_000 * 10_000, county / 100 * 100, county }.Distinct();
    }

    private static object? Part((string Column, object? Value)[] key, string column) => Array.Find(key, part => part.Column == column).Value;

    /// <summary>Everything that adds to a figure of lending, with the row of <c>lending_day</c> that it adds to.</summary>
    private IEnumerable<Movement> LendingMovements()
    {
        Movement Of(object loanId, object block, object time, string figure, long change)
        {
            var loan = replay.Loans[Convert.ToInt64(loanId, null)];
            var borrower = replay.Parties[loan.Number("borrower")];
            var size = loan.Number("principal_fen") switch { < 1_000_000_00 => 1, < 5_000_000_00 => 2, < 10_000_000_00 => 3, _ => 4 };
            return new Movement(
                Convert.ToInt64(block, null),
                [("day", Day(time)), ("bank", loan["bank"]), ("region_code", borrower["region_code"]), ("industry", borrower["industry"]), ("loan_size", size)],
                figure, change);
        }

        IEnumerable<Movement> All(string table, params (string Figure, string Column)[] sums) =>
            from row in replay.List(table)
            from sum in sums
            select Of(
                row["loan_id"]!, row["block_number"]!, row["block_time"]!, sum.Figure,
                row[sum.Column] is bool truth ? (truth ? 1 : 0) : row.Number(sum.Column));

        return replay.Loans.Values.Select(loan => Of(loan["loan_id"]!, loan["opened_block"]!, loan["opened_at"]!, "opened", 1))
            .Concat(All("disbursement", ("loans", "is_first"), ("lent_fen", "amount_fen")))
            .Concat(All("repayment", ("repaid_fen", "principal_fen"), ("interest_fen", "interest_fen"), ("fee_fen", "fee_fen")))
            .Concat(All("write_off", ("written_off_fen", "amount_fen")))
            .Concat(All("loan_default", ("overdue_fen", "outstanding_fen")))
            .Concat(All("loan_recovery", ("recovered_fen", "amount_fen")));
    }

    /// <summary>Everything that adds to a figure of receivables, with the row of <c>receivable_day</c> that it adds to.</summary>
    private IEnumerable<Movement> ReceivableMovements()
    {
        Movement Of(Row row, string block, string time, string figure, long change)
        {
            var obligor = replay.Parties[row.Number("obligor")];
            return new Movement(
                row.Number(block), [("day", Day(row[time]!)), ("region_code", obligor["region_code"]), ("industry", obligor["industry"])], figure, change);
        }

        var issued = replay.Receivables.Values;
        return issued.Select(row => Of(row, "issued_block", "issued_at", "receivables", 1))
            .Concat(issued.Select(row => Of(
                row, "issued_block", "issued_at", "issued_fen", row.Number("depth") == 0 ? row.Number("issued_amount_fen") : 0)))
            .Concat(replay.List("redemption").Select(row => Of(row, "block_number", "block_time", "redeemed_fen", row.Number("amount_fen"))))
            .Concat(replay.List("cancellation").Select(row => Of(row, "block_number", "block_time", "cancelled_fen", row.Number("amount_fen"))));
    }

    private static Row RowOf(Dictionary<string, Row> rows, string[] figures, params (string Column, object? Value)[] key)
    {
        var name = string.Join(' ', key.Select(part => part.Value));
        if (!rows.TryGetValue(name, out var row))
        {
            rows[name] = row = [];
            foreach (var (column, value) in key)
            {
                row[column] = value;
            }

            foreach (var figure in figures)
            {
                row[figure] = 0;
            }
        }

        return row;
    }

    private static DateOnly Day(object time) => DateOnly.FromDateTime(((DateTime)time).AddHours(8));

    /// <summary>One addition to one figure of the row with this key.</summary>
    private sealed record Movement(long Block, (string Column, object? Value)[] Key, string Figure, long Change);
}
