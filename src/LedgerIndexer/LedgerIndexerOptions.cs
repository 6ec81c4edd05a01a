using System.ComponentModel.DataAnnotations;

namespace FinanceChain.LedgerIndexer;

/// <summary>Which ledger is followed, from where, into which database. Section <c>LedgerIndexer</c>.</summary>
public sealed class LedgerIndexerOptions
{
    public const string Section = "LedgerIndexer";

    /// <summary>Connection string of a role that may create the schemas <c>ledger</c> and <c>report</c>.</summary>
    [Required]
    public string Postgres { get; set; } = "";

    /// <summary>JSON-RPC endpoint (http or https) of a node of the chain.</summary>
    [Required]
    public Uri? ChainUrl { get; set; }

    /// <summary>Further endpoints of the same chain, asked in this order when those before are away, lag or contradict the index.</summary>
    public IList<Uri> FallbackUrls { get; } = [];

    /// <summary>
    /// WebSocket endpoint (ws or wss) whose <c>newHeads</c> tell of new blocks; none: that of each node's own address. Where no socket answers, the
    /// chain is looked at every <see cref="PollIntervalMilliseconds"/>.
    /// </summary>
    public Uri? HeadsUrl { get; set; }

    /// <summary>Whether new heads are listened for at all.</summary>
    public bool ListenForHeads { get; set; } = true;

    /// <summary>The deployed FinanceLedger, 0x and 40 hex digits.</summary>
    [Required, RegularExpression("^0x[0-9a-fA-F]{40}$", ErrorMessage = "LedgerAddress must be 0x and 40 hex digits.")]
    public string LedgerAddress { get; set; } = "";

    /// <summary>The block that holds the deployment: indexing starts with it.</summary>
    [Range(0, long.MaxValue)]
    public long DeployBlock { get; set; }

    /// <summary>The number under which this ledger's rows stand in a database that may hold several.</summary>
    [Range(1, short.MaxValue)]
    public short LedgerId { get; set; } = 1;

    /// <summary>The name of the ledger for readers of reports, such as its city.</summary>
    [Required, StringLength(100)]
    public string Name { get; set; } = "Yongkang";

    /// <summary>Blocks behind the head that are left alone because they may still change. 0 where a block is final at once (QBFT, the embedded chain).</summary>
    [Range(0, 10_000)]
    public int FinalityDepth { get; set; }

    /// <summary>Blocks up to the one that the node calls so are final; none: by <see cref="FinalityDepth"/>.</summary>
    public FinalityTag? FinalityTag { get; set; }

    /// <summary>Pause before the next look at the chain once the index has caught up.</summary>
    [Range(5, 60_000)]
    public int PollIntervalMilliseconds { get; set; } = 100;

    /// <summary>The most blocks taken at once. The range in use shrinks when a node refuses it and grows again.</summary>
    [Range(1, 100_000)]
    public int MaxBlocksPerRange { get; set; } = 2_000;

    /// <summary>Ranges that are read from the node at the same time. Each is held in memory until those before it are committed.</summary>
    [Range(1, 16)]
    public int RangesInFlight { get; set; } = 2;

    /// <summary>
    /// Whether a commit waits for the disk. It need not: one that a crash of the database takes back is indexed again, and whoever builds on it
    /// flushes the log up to there.
    /// </summary>
    public bool SynchronousCommit { get; set; }

    /// <summary>
    /// Events between two marks of the running sums. Reports add up the rows after a mark; at each, every sum that has changed gets a row. Not for
    /// operators: the verifier expects this number. Tests make it small.
    /// </summary>
    internal int EventsPerMark { get; set; } = 2_048;

    /// <summary>
    /// Projects the ledger anew from the chain beside the rows that stand, takes over when level, and follows on; an indexer that follows it
    /// meanwhile is not disturbed. Of a ledger whose identity differs nothing is touched. Meant for the command line.
    /// </summary>
    public bool Rebuild { get; set; }

    /// <summary>Ends the process when the rebuilt rows have taken over.</summary>
    public bool EndAfterRebuild { get; set; }

    /// <summary>Loopback port of GET /health/ready and /health/live; none: no endpoint.</summary>
    [Range(1, 65_535)]
    public int? HealthPort { get; set; }

    /// <summary>Retries of one step, with a growing pause of up to five seconds, while the node or the database is away; then the process ends.</summary>
    [Range(0, 1_000)]
    public int TransientRetries { get; set; } = 12;

    /// <summary>All endpoints, the preferred one first.</summary>
    internal IEnumerable<Uri> Endpoints => [ChainUrl!, .. FallbackUrls];

    /// <summary>Where new heads can be listened for.</summary>
    internal IEnumerable<Uri> HeadsEndpoints => !ListenForHeads ? [] : HeadsUrl is { } heads
        ? [heads]
        : Endpoints.Select(endpoint => new UriBuilder(endpoint) { Scheme = endpoint.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri);

    internal string FinalityInWords => FinalityTag is { } tag ? $"by the tag {tag}" : $"{FinalityDepth} blocks deep";
}

/// <summary>Names that a node gives to a block behind its head.</summary>
public enum FinalityTag
{
    Safe = 1,
    Finalized = 2,
}
