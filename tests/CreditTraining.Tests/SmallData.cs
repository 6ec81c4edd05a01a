using System.Globalization;
using System.Text;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.Tests.CreditTraining;

/// <summary>Cases made from a known law: risk rises with debt, falls with cash, jumps where both are bad; colour and noise say nothing.</summary>
internal static class SmallData
{
    public const string Schema = """
        { "title": "small", "label": "bad", "id": "id", "features": { "debt": "riskRises", "cash": "auto", "noise": "auto", "colour": "any" } }
        """;

    public static string Csv(int rows, ulong seed = 5)
    {
        var random = new StableRandom(seed);
        var text = new StringBuilder("id,debt,cash,noise,colour,bad\n");
        for (int row = 0; row < rows; row++)
        {
            double debt = random.Fraction(), cash = random.Fraction();
            double risk = -3.5 + (3 * debt) - (2 * cash) + (debt > 0.6 && cash < 0.4 ? 1.5 : 0);
            int bad = random.Fraction() < 1 / (1 + Math.Exp(-risk)) ? 1 : 0;
            string hidden = random.Below(20) == 0 ? "NA" : cash.ToString("F4", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"C{row},{debt:F4},{hidden},{random.Fraction():F4},{(random.Below(2) == 0 ? "red" : "\"blue, or so\"")},{bad}\n");
        }

        return text.ToString();
    }

    public static (DataSet Data, DataSchema Schema) Set(int rows)
    {
        var schema = DataSchema.Parse(Schema);
        return (DataSet.From(CsvTable.Parse(Csv(rows)), schema), schema);
    }
}
