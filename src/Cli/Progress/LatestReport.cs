namespace FinanceChain.Cli.Progress;

/// <summary>Keeps the latest report only, for whoever draws at a pace of its own.</summary>
internal sealed class LatestReport : IProgressSink
{
    private readonly Lock _gate = new();
    private (string Phase, long Done, long Total) _current = ("", 0, 0);

    public (string Phase, long Done, long Total) Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    public void Report(string phase, long done, long total)
    {
        lock (_gate)
        {
            _current = (phase, done, total);
        }
    }
}
