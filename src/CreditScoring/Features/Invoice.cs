using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditScoring.Features;

/// <summary>Whether the enterprise sold or bought.</summary>
public enum InvoiceSide
{
    Sale = 1,
    Purchase,
}

/// <summary>One invoice as the import gives it.</summary>
/// <param name="Date">Day on which it was issued.</param>
/// <param name="Counterparty">Buyer of a sale, seller of a purchase.</param>
/// <param name="AmountFen">Without tax; negative for a red-letter invoice.</param>
public sealed record Invoice(InvoiceSide Side, DateOnly Date, string Counterparty, long AmountFen, bool Void);

/// <summary>A fact of a public programme or of financial statements, with where it comes from and since when it was known.</summary>
/// <param name="Name">One of <see cref="ProgrammeSignals.Names"/>.</param>
/// <param name="KnownOn">Day on which it became known: not the day that it speaks of.</param>
public sealed record DatedFact(string Name, double Value, string Source, DateOnly KnownOn);

/// <summary>
/// Signals of the industrial cluster's public programmes, as a quality-service platform or a digital-hardware platform holds them. They are imported, never guessed:
/// each carries source and date, and one that became known after the as-of day is refused.
/// </summary>
public static class ProgrammeSignals
{
    /// <summary>Names, each with its least and greatest value.</summary>
    public static IReadOnlyDictionary<string, (double Least, double Most)> Names { get; } = new Dictionary<string, (double, double)>
    {
        ["rd_share_of_revenue"] = (0, 1),
        ["quality_marks"] = (0, 1_000),
        ["standards_drafted"] = (0, 1_000),
        ["patents"] = (0, 100_000),
        ["digital_workshop"] = (0, 1),
        ["smart_factory"] = (0, 1),
        ["industrial_robots"] = (0, 100_000),
        ["inspection_services"] = (0, 100_000),
        ["certification_services"] = (0, 100_000),
        ["statement_debt_ratio"] = (0, 100),
        ["statement_net_margin"] = (-100, 100),
    };

    /// <summary>The latest value of each signal as of a day; NaN where nothing was known. Facts that break a rule come back as refusals and count for nothing.</summary>
    public static (IReadOnlyDictionary<string, double> Values, IReadOnlyList<InputRefusal> Refusals) AsOf(IEnumerable<DatedFact> facts, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var values = Names.Keys.ToDictionary(name => name, _ => double.NaN);
        var known = new Dictionary<string, DateOnly>();
        var refusals = new List<InputRefusal>();
        foreach (DatedFact fact in facts.OrderBy(fact => fact.KnownOn).ThenBy(fact => fact.Source, StringComparer.Ordinal))
        {
            if (Judge(fact, asOf) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else if (known.TryGetValue(fact.Name, out DateOnly day) && day == fact.KnownOn && values[fact.Name] != fact.Value)
            {
                refusals.Add(new InputRefusal(InputRule.Contradiction, fact.Name, $"{fact.Value} from {fact.Source}"));
            }
            else
            {
                values[fact.Name] = fact.Value;
                known[fact.Name] = fact.KnownOn;
            }
        }

        return (values, refusals);
    }

    private static InputRefusal? Judge(DatedFact fact, DateOnly asOf)
    {
        if (!Names.TryGetValue(fact.Name, out (double Least, double Most) range))
        {
            return new InputRefusal(InputRule.FieldAbsent, fact.Name, "not a signal");
        }

        return fact.KnownOn > asOf
            ? new InputRefusal(InputRule.AfterAsOf, fact.Name, $"known on {fact.KnownOn:yyyy-MM-dd}, as of {asOf:yyyy-MM-dd}")
            : ValueReader.Judge(fact.Value, fact.Name, range.Least, range.Most);
    }
}
