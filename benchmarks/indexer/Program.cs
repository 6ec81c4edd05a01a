using System.Globalization;
using FinanceChain.IndexerBenchmark;

var end = CancellationToken.None;
switch (args)
{
    case ["ours"]:
        await OurIndexer.Run(Assignment.FromEnvironment(), end);
        return 0;
    case ["limit"]:
        await Limit.Run(Assignment.FromEnvironment(), end);
        return 0;
    case ["lag", ..]:
        return await HeadLag.Run(blocks: Number("--blocks", 60), end);
    default:
        return await new Comparison(
            events: Number("--events", 200_000), rounds: Number("--rounds", 3), peers: !args.Contains("--without-peers")).Run(end);
}

int Number(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
