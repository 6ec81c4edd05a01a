namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>What a run came to see.</summary>
internal sealed class RunSummary
{
    private readonly SortedDictionary<string, int> _accepted = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private ulong _mostGas;
    private int _reads;

    public int Operations { get; private set; }

    public double RefusedShare => (double)_refused.Values.Sum() / Operations;

    public IEnumerable<string> AcceptedKinds => _accepted.Keys;

    public IEnumerable<string> RefusalCodes => _refused.Keys;

    public void Count(Entry entry)
    {
        Operations++;
        var (counts, name) = entry.Expected is { Refusal: { } refusal }
            ? (_refused, refusal.Code.ToString())
            : (_accepted, entry.Expected.Event!.EventKind.ToString());
        counts[name] = counts.GetValueOrDefault(name) + 1;
    }

    public void CountGas(ulong gas) => _mostGas = Math.Max(_mostGas, gas);

    public void CountReads(int reads) => _reads += reads;

    public override string ToString() =>
        $"{Operations} operations, {RefusedShare:P1} refused, {_reads} records compared, at most {_mostGas} gas a batch\n"
        + $"accepted: {Listed(_accepted)}\nrefused: {Listed(_refused)}";

    private static string Listed(SortedDictionary<string, int> counts) => string.Join(", ", counts.Select(one => $"{one.Key} {one.Value}"));
}
