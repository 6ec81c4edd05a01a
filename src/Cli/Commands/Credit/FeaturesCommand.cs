using System.CommandLine;
using System.IO.Compression;
using System.Text;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Reading;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.Cli.Commands.Credit;

internal static class FeaturesCommand
{
    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    public static Command Create()
    {
        Option<FileInfo> sales = CreditFiles.Required("--sales", "CSV of sales invoices, may be gzipped (src/CreditTraining/README.md).");
        Option<FileInfo> purchases = CreditFiles.Required("--purchases", "CSV of purchase invoices, may be gzipped.");
        var programme = new Option<FileInfo?>("--programme") { Description = "CSV or JSON of public-programme signals and statements, each with source and date." };
        var related = new Option<FileInfo?>("--related") { Description = "CSV or JSON of related parties, each with source and date." };
        var asOf = new Option<DateOnly>("--as-of") { Description = "Day of the decision, yyyy-MM-dd. What became known later is refused.", Required = true };
        Option<FileInfo> output = CreditFiles.Required("--out", "CSV to write: id and one column a feature.");
        var command = new Command("features", "Make features of enterprises from invoices, programmes and relations, as of a day.") { sales, purchases, programme, related, asOf, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            var invoices = new List<(string Enterprise, Invoice Invoice)>();
            foreach ((FileInfo file, InvoiceSide side) in new[] { (parsed.GetRequiredValue(sales), InvoiceSide.Sale), (parsed.GetRequiredValue(purchases), InvoiceSide.Purchase) })
            {
                string content = await Text(file, cancellation);
                invoices.AddRange(CreditFiles.Told(file, () => InvoiceImport.Read(CsvTable.Parse(content), side)));
            }

            IReadOnlyList<(string Enterprise, DatedFact Fact)> facts = await Imported(parsed.GetValue(programme), ProgrammeImport.Facts, cancellation);
            IReadOnlyList<(string Enterprise, RelatedParty Related)> relations = await Imported(parsed.GetValue(related), ProgrammeImport.Relations, cancellation);
            string[] names =
            [
                .. InvoiceFeatures.Names,
                .. parsed.GetValue(programme) is null ? [] : ProgrammeSignals.Names.Keys,
                .. parsed.GetValue(related) is null ? [] : new[] { EnterpriseFacts.RelatedShare },
            ];
            (string text, IReadOnlyList<InputRefusal> refusals) = Table(invoices, facts.ToLookup(item => item.Enterprise, item => item.Fact), relations.ToLookup(item => item.Enterprise, item => item.Related), names, parsed.GetValue(asOf));
            await File.WriteAllTextAsync(parsed.GetRequiredValue(output).FullName, text, cancellation);
            Say(invoices.Count + facts.Count + relations.Count, refusals);
            return 0;
        });
        return command;
    }

    private static (string Text, IReadOnlyList<InputRefusal> Refusals) Table(
        List<(string Enterprise, Invoice Invoice)> invoices, ILookup<string, DatedFact> facts, ILookup<string, RelatedParty> relations, string[] names, DateOnly day)
    {
        var instant = new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue), ChinaStandardTime);
        var refusals = new List<InputRefusal>();
        var text = new StringBuilder("id," + string.Join(',', names)).Append('\n');
        foreach (IGrouping<string, Invoice> enterprise in invoices.GroupBy(item => item.Enterprise, item => item.Invoice))
        {
            EnterpriseSources sources = EnterpriseSources.None with { Invoices = [.. enterprise], DatedFacts = [.. facts[enterprise.Key]], RelatedParties = [.. relations[enterprise.Key]] };
            (IReadOnlyDictionary<string, string?> known, IReadOnlyList<InputRefusal> refused) = EnterpriseFacts.AsOf(sources, instant);
            refusals.AddRange(refused.Select(refusal => refusal with { Field = $"{enterprise.Key}.{refusal.Field}" }));
            text.Append(CsvTable.Quote(enterprise.Key));
            foreach (string name in names)
            {
                text.Append(',').Append(known[name]);
            }

            text.Append('\n');
        }

        return (text.ToString(), refusals);
    }

    private static void Say(int facts, IReadOnlyList<InputRefusal> refusals)
    {
        Console.Out.WriteLine($"{facts - refusals.Count} facts used, {refusals.Count} refused");
        foreach (IGrouping<InputRule, InputRefusal> rule in refusals.GroupBy(refusal => refusal.Rule))
        {
            Console.Out.WriteLine($"{rule.Count()} × {rule.Key}, the first: {rule.First()}");
        }
    }

    private static async Task<IReadOnlyList<T>> Imported<T>(FileInfo? file, Func<string, IReadOnlyList<T>> read, CancellationToken cancellation)
    {
        if (file is null)
        {
            return [];
        }

        string content = await Text(file, cancellation);
        return CreditFiles.Told(file, () => read(content));
    }

    private static async Task<string> Text(FileInfo file, CancellationToken cancellation)
    {
        await using FileStream stream = file.OpenRead();
        await using Stream plain = file.Extension == ".gz" ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellation);
    }
}
