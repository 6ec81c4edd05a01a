using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FinanceChain.LedgerIndexer;

/// <summary>What the indexer measures, under the meter <see cref="MeterName"/>; each with the tag <c>ledger</c>.</summary>
internal sealed class IndexerMetrics : IDisposable
{
    public const string MeterName = "FinanceChain.LedgerIndexer";

    private readonly Meter _meter;
    private readonly Counter<long> _events;
    private readonly Counter<long> _reorganisations;
    private readonly Counter<long> _failovers;
    private readonly Histogram<double> _commits;
    private readonly TagList _ledger;

    public IndexerMetrics(LedgerIndexerOptions options, IndexerProgress progress, IMeterFactory meters)
    {
        _ledger = [new("ledger", options.LedgerId)];
        _meter = meters.Create(new MeterOptions(MeterName) { Tags = _ledger });
        _events = _meter.CreateCounter<long>("indexer.events", "{event}", "Events committed.");
        _reorganisations = _meter.CreateCounter<long>("indexer.reorganisations", "{reorganisation}", "Replacements of blocks that were not final.");
        _failovers = _meter.CreateCounter<long>("indexer.failovers", "{failover}", "Nodes set aside.");
        _commits = _meter.CreateHistogram<double>("indexer.commit.duration", "s", "From a range that was read to its commit.");
        _meter.CreateObservableGauge("indexer.block", () => progress.Block, "{block}", "The last committed block.");
        _meter.CreateObservableGauge("indexer.lag", () => progress.Lag, "{block}", "Blocks between the node's head and the last committed block.");
        _meter.CreateObservableGauge(
            "indexer.head.age", () => progress.SightAge.TotalSeconds, "s", "Since the chain was seen; it grows when the node is away.");
    }

    public void Committed(int events, TimeSpan duration)
    {
        _events.Add(events, _ledger);
        _commits.Record(duration.TotalSeconds, _ledger);
    }

    public void Reorganised() => _reorganisations.Add(1, _ledger);

    public void FailedOver(string node) => _failovers.Add(1, [.. _ledger, new("node", node)]);

    public void Dispose() => _meter.Dispose();
}
