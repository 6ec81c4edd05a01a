using System.Globalization;
using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditScoring.Features;

/// <summary>A counterparty that is related to the enterprise: same owner, same family, same management.</summary>
/// <param name="Counterparty">As invoices name it.</param>
/// <param name="KnownOn">Day on which the relation became known.</param>
public sealed record RelatedParty(string Counterparty, string Source, DateOnly KnownOn);

/// <summary>All that is known of one enterprise. What is not at hand is left empty: a feature that nothing tells of is missing, never zero.</summary>
/// <param name="LedgerParty">Its number on the ledger; null when it is on none.</param>
public sealed record EnterpriseSources(
    uint? LedgerParty, LedgerHistory? Ledger, IReadOnlyCollection<Invoice> Invoices, IReadOnlyCollection<DatedFact> DatedFacts, IReadOnlyCollection<RelatedParty> RelatedParties)
{
    public static EnterpriseSources None { get; } = new(null, null, [], [], []);
}

/// <summary>Turns what is known of an enterprise into the facts of an application, strictly as of an instant.</summary>
public static class EnterpriseFacts
{
    public const string RelatedShare = "related_sales_share";

    /// <summary>Names of all facts: invoices, ledger, public programmes and statements, related parties.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. InvoiceFeatures.Names, .. LedgerHistory.Names, .. ProgrammeSignals.Names.Keys, RelatedShare];

    /// <summary>
    /// Facts by name, empty where nothing tells of them. An invoice, a dated fact or a relation of a day after that of the instant comes back as a refusal
    /// (<see cref="InputRule.AfterAsOf"/>) and counts for nothing; the ledger's history has been built as of the same instant.
    /// </summary>
    public static (IReadOnlyDictionary<string, string?> Facts, IReadOnlyList<InputRefusal> Refusals) AsOf(EnterpriseSources sources, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(sources);
        DateOnly day = LedgerHistory.DayOf(asOf);
        List<InputRefusal> refusals =
        [
            .. sources.Invoices.Where(invoice => invoice.Date > day).Select(invoice => Later("invoice", invoice.Date, day)),
            .. sources.RelatedParties.Where(related => related.KnownOn > day).Select(related => Later("related_party", related.KnownOn, day)),
        ];
        Invoice[] invoices = [.. sources.Invoices.Where(invoice => invoice.Date <= day)];
        (IReadOnlyDictionary<string, double> signals, IReadOnlyList<InputRefusal> signalRefusals) = ProgrammeSignals.AsOf(sources.DatedFacts, day);
        refusals.AddRange(signalRefusals);
        double[] ledger = sources is { Ledger: { } history, LedgerParty: { } party } ? history.FeaturesOf(party) : [.. LedgerHistory.Names.Select(_ => double.NaN)];
        double[] values = [.. InvoiceFeatures.Of(invoices, day), .. ledger, .. signals.Values, RelatedShareOf(invoices, sources.RelatedParties, day)];
        return (Names.Zip(values).ToDictionary(item => item.First, item => Text(item.Second)), refusals);
    }

    private static double RelatedShareOf(Invoice[] invoices, IReadOnlyCollection<RelatedParty> related, DateOnly day)
    {
        HashSet<string> names = [.. related.Where(relation => relation.KnownOn <= day).Select(relation => relation.Counterparty)];
        Invoice[] sales = [.. invoices.Where(invoice => invoice is { Side: InvoiceSide.Sale, Void: false, AmountFen: > 0 })];
        double whole = sales.Sum(invoice => (double)invoice.AmountFen);
        return names.Count == 0 || whole == 0 ? double.NaN : sales.Where(invoice => names.Contains(invoice.Counterparty)).Sum(invoice => (double)invoice.AmountFen) / whole;
    }

    private static string? Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static InputRefusal Later(string field, DateOnly known, DateOnly day) =>
        new(InputRule.AfterAsOf, field, $"known on {known:yyyy-MM-dd}, as of {day:yyyy-MM-dd}");
}
