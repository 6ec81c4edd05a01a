using System.CommandLine;
using System.Diagnostics;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Reading;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.Cli.Commands.Credit;

internal static class BenchmarkCommand
{
    private const int Stretch = 500;

    public static Command Create()
    {
        Option<FileInfo> model = CreditFiles.Required("--model", "Model file.");
        Option<FileInfo> data = CreditFiles.Required("--data", "CSV of cases.");
        var seconds = new Option<int>("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 5 };
        var command = new Command("benchmark", "Measure scores a second with reasons on one thread, and the time of one score.") { model, data, seconds };
        command.SetAction(async (parsed, cancellation) =>
        {
            CreditModelFile file = await CreditFiles.Model(parsed.GetRequiredValue(model), cancellation);
            (CsvTable table, _) = await CreditFiles.Table(parsed.GetRequiredValue(data), cancellation);
            double[][] rows = Rows(file, table);
            if (OperatingSystem.IsLinux())
            {
                // One core for everything that this process does: wall time and processor time then tell of the same thread.
                using var self = Process.GetCurrentProcess();
                self.ProcessorAffinity = (nint)((long)self.ProcessorAffinity & -(long)self.ProcessorAffinity);
            }

            var scorer = new PointsScorer(file.Champion);
            TimeSpan span = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 1, 60));
            Measure(scorer, rows, TimeSpan.FromSeconds(1));
            (double wall, double processor, double fastest) = Measure(scorer, rows, span);
            double p99 = Latency(scorer, rows);
            Console.Out.WriteLine(
                $"{wall:F0} scores with reasons a second by the clock, {processor:F0} a second of processor time, {fastest:F0} a second by the clock in the fastest tenth of the stretches of {Stretch} rows, one thread pinned to one core; one score p99 {p99:F2} µs by the clock; "
                + $"{file.Champion.Features.Count} features, {file.Champion.Pairs.Count} pairs");
            return 0;
        });
        return command;
    }

    private static double[][] Rows(CreditModelFile file, CsvTable table)
    {
        HashSet<string> marks = [.. file.MissingMarks];
        int[] columns = [.. file.Champion.Features.Select(feature => table.Column(feature.Name) ?? throw new CommandException($"field '{feature.Name}' breaks the rule FieldAbsent."))];
        return
        [
            .. table.Rows.Select(fields => file.Champion.Features.Select((feature, i) =>
                ValueReader.Read(feature, fields[columns[i]], marks, out double value) is { } refusal ? throw new CommandException(refusal.ToString()) : value).ToArray()),
        ];
    }

    private static (double Wall, double Processor, double Fastest) Measure(PointsScorer scorer, double[][] rows, TimeSpan span)
    {
        int[] bins = new int[scorer.Model.Features.Count];
        long scored = 0, losses = 0;
        var stretches = new List<long>();
        var watch = Stopwatch.StartNew();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        while (watch.Elapsed < span)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Stretch; i++)
            {
                losses += scorer.Evaluate(rows[(int)((scored + i) % rows.Length)], bins).Losses[0].Loss;
            }

            scored += Stretch;
            stretches.Add(Stopwatch.GetTimestamp() - start);
        }

        // On a busy machine the clock also measures its other work, but rarely in a stretch of half a millisecond; the sum keeps the loop from being thought away.
        double wall = watch.Elapsed.TotalSeconds, processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        stretches.Sort();
        double fastest = Stopwatch.GetElapsedTime(0, stretches[stretches.Count / 10]).TotalSeconds;
        return losses < 0 ? default : (scored / wall, scored / processor, Stretch / fastest);
    }

    private static double Latency(PointsScorer scorer, double[][] rows)
    {
        int[] bins = new int[scorer.Model.Features.Count];
        long[] ticks = new long[Math.Max(rows.Length, 20_000)];
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            scorer.Evaluate(rows[i % rows.Length], bins);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        Array.Sort(ticks);
        return Stopwatch.GetElapsedTime(0, ticks[ticks.Length * 99 / 100]).TotalMicroseconds;
    }
}
