using System.Globalization;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditTraining.Data;

/// <summary>
/// Invoices from a CSV. Columns in English or as Chinese tax software exports them: <c>enterprise</c> 企业代号, <c>date</c> 开票日期 (yyyy-MM-dd or yyyy/M/d),
/// <c>counterparty</c> 购方单位代号 or 销方单位代号, <c>amount</c> 金额 (yuan without tax, at most two decimals), <c>status</c> 发票状态 (void 作废发票, anything else is valid).
/// </summary>
public static class InvoiceImport
{
    private const decimal LargestYuan = 1_000_000_000_000m;
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy/M/d"];

    /// <exception cref="TrainingException">A column is absent or a value cannot be read; the message names row, field, value and rule.</exception>
    public static IReadOnlyList<(string Enterprise, Invoice Invoice)> Read(CsvTable table, InvoiceSide side)
    {
        ArgumentNullException.ThrowIfNull(table);
        int enterprise = Column(table, "enterprise", "企业代号"), date = Column(table, "date", "开票日期"), amount = Column(table, "amount", "金额");
        int counterparty = Column(table, "counterparty", side == InvoiceSide.Sale ? "购方单位代号" : "销方单位代号"), status = Column(table, "status", "发票状态");
        var invoices = new List<(string, Invoice)>(table.Rows.Count);
        for (int row = 0; row < table.Rows.Count; row++)
        {
            string[] fields = table.Rows[row];
            if (!DateOnly.TryParseExact(fields[date].Trim(), DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
            {
                throw Refused(InputRule.NotANumber, "date", fields[date], row);
            }

            if (!decimal.TryParse(fields[amount], NumberStyles.Float, CultureInfo.InvariantCulture, out decimal yuan))
            {
                throw Refused(InputRule.NotANumber, "amount", fields[amount], row);
            }

            if (Math.Abs(yuan) > LargestYuan)
            {
                throw Refused(InputRule.TooLarge, "amount", fields[amount], row);
            }

            // The status was seen with a blank in front.
            bool isVoid = fields[status].Trim() is "void" or "作废发票";
            invoices.Add((fields[enterprise].Trim(), new Invoice(side, day, fields[counterparty].Trim(), (long)Math.Round(yuan * 100), isVoid)));
        }

        return invoices;
    }

    private static int Column(CsvTable table, string english, string chinese) =>
        table.Column(english) ?? table.Column(chinese) ?? throw new TrainingException(new InputRefusal(InputRule.FieldAbsent, english, "").ToString());

    private static TrainingException Refused(InputRule rule, string field, string value, int row) => new(new InputRefusal(rule, field, value, row + 1).ToString());
}
