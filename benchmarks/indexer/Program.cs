using System.Globalization;
using System.Runtime.InteropServices;
using FinanceChain.IndexerBenchmark;
using FinanceChain.IndexerBenchmark.OwnLedger;
using FinanceChain.IndexerBenchmark.OwnLedger.Repeated;
using FinanceChain.IndexerBenchmark.Transfers;

const string Help = """
    benchmarks/indexer/run compare [--workload ledger|repeated|transfers] [--events 200000] [--rounds 3] [--entrants limit,financechain,limit_rows,ponder,envio]
        Each entrant indexes the same events in turn; prints a table of medians and ratios within the run.
    benchmarks/indexer/run growth [--events 1000000,10000000,50000000]
        The product's indexer on the ledger's own events, recorded and repeated: at each size its speed, the times of the reports, and the disk.
    benchmarks/indexer/run lag [--blocks 60]
        From a block that can be seen at the node to its rows: 500 events a block, one block a second, the product's indexer.
    """;

// Ctrl-C ends the database and the chain too.
using var ending = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
var end = ending.Token;
Workload[] workloads = [LedgerWorkload.Create(), LedgerWorkload.CreateRepeated(), TransferWorkload.Create()];
switch (args)
{
    case ["limit-ledger"]:
        await LedgerLimit.Run(Turn.FromEnvironment());
        return 0;
    case ["limit-transfers"]:
        await TransferLimit.Run(Turn.FromEnvironment(), end);
        return 0;
    case ["follow-transfers"]:
        await TransferFollower.Run(Turn.FromEnvironment(), end);
        return 0;
    case ["compare", ..]:
        var workload = workloads.Single(item => item.Name == Option("--workload", "ledger"));
        string[] names = Option("--entrants", string.Join(',', workload.Entrants.Select(entrant => entrant.Name))).Split(',');
        List<Entrant> entrants = [.. names.Select(name => workload.Entrants.Single(entrant => entrant.Name == name))];
        Console.WriteLine(await new Comparison(workload, entrants, Number("--events", 200_000), Number("--rounds", 3)).Run(end));
        return 0;
    case ["growth", ..]:
        var sizes = Option("--events", "1000000,10000000,50000000").Split(',').Select(size => long.Parse(size, CultureInfo.InvariantCulture));
        Console.WriteLine(await Growth.Run([.. sizes], end));
        return 0;
    case ["lag", ..]:
        Console.WriteLine(await HeadLag.Run(blocks: Number("--blocks", 60), end));
        return 0;
    default:
        Console.WriteLine(Help);
        return args is ["--help"] or ["help"] ? 0 : 2;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ending.Cancel();
}

int Number(string name, int otherwise) => int.Parse(Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
