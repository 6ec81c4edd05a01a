using System.Globalization;
using FinanceChain.SubmissionBenchmark;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

int Number(string name, int otherwise)
{
    var place = Array.IndexOf(args, $"--{name}");
    return place >= 0 ? int.Parse(args[place + 1], CultureInfo.InvariantCulture) : otherwise;
}

var started = System.Diagnostics.Stopwatch.StartNew();
void Say(string text) => Console.WriteLine($"[{started.Elapsed.TotalSeconds,6:F1} s] {text}");

var pace = new BlockPace(Number("block-seconds", 0));
switch (args.FirstOrDefault())
{
    case "faults":
        var options = new FaultOptions(Number("seed", 1), Number("faults", 300), Number("operations", 30_000));
        var report = await new FaultRun(options, Say).Run(stop.Token);
        Reports.Print(report);
        return report.Findings.Count == 0 ? 0 : 1;
    case "throughput":
        await new ThroughputRun(Number("operations", 20_000), Number("senders", 1), pace, Say).Run(stop.Token);
        return 0;
    case "gateways":
        await new GatewaysRun(Number("operations", 20_000), pace, Say).Run(stop.Token);
        return 0;
    case "nonces":
        await new NoncesRun(Number("transactions", 100_000), Say).Run(stop.Token);
        return 0;
    case "queue":
        await new QueueRun(Number("waiting", 1_000_000), Say).Run(stop.Token);
        return 0;
    default:
        Console.Error.WriteLine("faults [--seed N] [--faults N] [--operations N] | throughput [--operations N] [--senders N] [--block-seconds N] | gateways [--operations N] [--block-seconds N] | nonces [--transactions N] | queue [--waiting N]");
        return 2;
}
