namespace FinanceChain.LedgerIndexer;

/// <summary>How the process ended: its exit code. Append only; scripts read them.</summary>
public enum IndexerExit
{
    Stopped = 0,

    /// <summary>An option is missing or out of range.</summary>
    ConfigurationInvalid = 1,

    /// <summary>The chain or contract is not the one whose rows stand in the database.</summary>
    LedgerForeign = 2,

    /// <summary>The chain replaced a block that was indexed as final.</summary>
    ReorganisedPastFinality = 3,

    /// <summary>The projected totals differ from the ledger's, or an event does not fit the projected rows.</summary>
    ProjectionWrong = 4,

    /// <summary>The node or the database stayed away, or answered with what cannot be understood.</summary>
    DependencyFailed = 5,

    /// <summary>A fault of the program itself; the log has it.</summary>
    Faulted = 6,
}

/// <summary>Indexing must not go on. The message is a sentence for the operator; nothing of the current range was committed.</summary>
public class IndexerStoppedException : Exception
{
    public IndexerStoppedException(IndexerExit exit, string message)
        : base(message) => Exit = exit;

    public IndexerStoppedException(IndexerExit exit, string message, Exception cause)
        : base(message, cause) => Exit = exit;

    public IndexerExit Exit { get; }
}

/// <summary>The projected totals differ from those that the node gave. Final only when the node repeats itself: see <see cref="IndexerWorker"/>.</summary>
public sealed class TotalsDifferException(string message) : IndexerStoppedException(IndexerExit.ProjectionWrong, message);
