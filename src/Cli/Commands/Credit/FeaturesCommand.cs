using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.Cli.Commands.Credit;

internal static class FeaturesCommand
{
    public static Command Create()
    {
        Option<FileInfo> sales = CreditFiles.Required("--sales", "CSV of sales invoices, may be gzipped (src/CreditTraining/README.md).");
        Option<FileInfo> purchases = CreditFiles.Required("--purchases", "CSV of purchase invoices, may be gzipped.");
        var asOf = new Option<DateOnly>("--as-of") { Description = "Day of the decision, yyyy-MM-dd. Later invoices are left out.", Required = true };
        Option<FileInfo> output = CreditFiles.Required("--out", "CSV to write: id and one column a feature.");
        var command = new Command("features", "Make features of enterprises from their invoices, as of a day.") { sales, purchases, asOf, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            var invoices = new List<(string Enterprise, Invoice Invoice)>();
            foreach ((FileInfo file, InvoiceSide side) in new[] { (parsed.GetRequiredValue(sales), InvoiceSide.Sale), (parsed.GetRequiredValue(purchases), InvoiceSide.Purchase) })
            {
                string content = await Text(file, cancellation);
                invoices.AddRange(CreditFiles.Told(file, () => InvoiceImport.Read(CsvTable.Parse(content), side)));
            }

            DateOnly day = parsed.GetValue(asOf);
            int later = invoices.Count(item => item.Invoice.Date > day);
            var text = new StringBuilder("id," + string.Join(',', InvoiceFeatures.Names)).Append('\n');
            foreach (IGrouping<string, Invoice> enterprise in invoices.GroupBy(item => item.Enterprise, item => item.Invoice))
            {
                text.Append(CsvTable.Quote(enterprise.Key));
                foreach (double value in InvoiceFeatures.Of([.. enterprise], day))
                {
                    text.Append(',').Append(double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture));
                }

                text.Append('\n');
            }

            await File.WriteAllTextAsync(parsed.GetRequiredValue(output).FullName, text.ToString(), cancellation);
            Console.Out.WriteLine($"{invoices.Count - later} invoices used, {later} later than {day:yyyy-MM-dd} left out");
            return 0;
        });
        return command;
    }

    private static async Task<string> Text(FileInfo file, CancellationToken cancellation)
    {
        await using FileStream stream = file.OpenRead();
        await using Stream plain = file.Extension == ".gz" ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellation);
    }
}
