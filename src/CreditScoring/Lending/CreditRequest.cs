using System.Globalization;
using System.Text.Json.Nodes;

namespace FinanceChain.CreditScoring.Lending;

/// <summary>The facts of one application: what is asked for, and what is known of borrower and obligor on the day of the decision. Amounts are fen.</summary>
/// <param name="EligibleReceivablesFen">Confirmed, undisputed, not overdue, not financed: what the loan is lent against.</param>
/// <param name="DilutionBps">Part of what the obligor is invoiced that it rightly does not pay.</param>
/// <param name="ConcentrationBps">Excess share of the largest obligor over what the bank tolerates.</param>
/// <param name="MedianMonthlySalesFen">Of the borrower, over its months with sales of the last twelve.</param>
/// <param name="Borrower">Facts by name, empty where missing; see <see cref="Features.EnterpriseFacts"/>.</param>
public sealed record CreditRequest(
    DateOnly DecisionDay,
    DateOnly DueDate,
    ulong AmountFen,
    bool WithRecourse,
    ulong EligibleReceivablesFen,
    int DilutionBps,
    int ConcentrationBps,
    ulong MedianMonthlySalesFen,
    ulong ObligorLimitFen,
    ulong ObligorExposureFen,
    IReadOnlyDictionary<string, string?> Borrower,
    IReadOnlyDictionary<string, string?> Obligor)
{
    private const string Day = "yyyy-MM-dd";

    /// <summary>JSON with everything that the decision follows from.</summary>
    public JsonObject ToNode() => new()
    {
        ["decisionDay"] = DecisionDay.ToString(Day, CultureInfo.InvariantCulture),
        ["dueDate"] = DueDate.ToString(Day, CultureInfo.InvariantCulture),
        ["amountFen"] = Text(AmountFen),
        ["withRecourse"] = WithRecourse,
        ["eligibleReceivablesFen"] = Text(EligibleReceivablesFen),
        ["dilutionBps"] = DilutionBps,
        ["concentrationBps"] = ConcentrationBps,
        ["medianMonthlySalesFen"] = Text(MedianMonthlySalesFen),
        ["obligorLimitFen"] = Text(ObligorLimitFen),
        ["obligorExposureFen"] = Text(ObligorExposureFen),
        ["borrower"] = Members(Borrower),
        ["obligor"] = Members(Obligor),
    };

    /// <exception cref="FormatException">A member is absent or of another kind.</exception>
    public static CreditRequest Parse(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        try
        {
            return new CreditRequest(
                DateOnly.ParseExact((string)node["decisionDay"]!, Day, CultureInfo.InvariantCulture),
                DateOnly.ParseExact((string)node["dueDate"]!, Day, CultureInfo.InvariantCulture),
                Fen(node["amountFen"]),
                (bool)node["withRecourse"]!,
                Fen(node["eligibleReceivablesFen"]),
                (int)node["dilutionBps"]!,
                (int)node["concentrationBps"]!,
                Fen(node["medianMonthlySalesFen"]),
                Fen(node["obligorLimitFen"]),
                Fen(node["obligorExposureFen"]),
                node["borrower"]!.AsObject().ToDictionary(item => item.Key, item => (string?)item.Value),
                node["obligor"]!.AsObject().ToDictionary(item => item.Key, item => (string?)item.Value));
        }
        catch (Exception fault) when (fault is InvalidOperationException or NullReferenceException or ArgumentNullException or OverflowException)
        {
            throw new FormatException($"Not a credit request: {fault.Message}", fault);
        }
    }

    private static string Text(ulong fen) => fen.ToString(CultureInfo.InvariantCulture);

    private static ulong Fen(JsonNode? node) => ulong.Parse((string)node!, CultureInfo.InvariantCulture);

    private static JsonObject Members(IReadOnlyDictionary<string, string?> facts) =>
        new(facts.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value)));
}
