using System.Text.Json.Serialization;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Where an operation stands. Numbers are stored: append only.</summary>
[JsonConverter(typeof(NameJsonConverter<OperationStatus>))]
public enum OperationStatus : short
{
    /// <summary>Accepted and stored; not in a transaction yet.</summary>
    Queued = 1,

    /// <summary>In a signed transaction that was stored and sent.</summary>
    Submitted = 2,

    /// <summary>Its event is indexed beyond the finality depth.</summary>
    Final = 3,

    /// <summary>The ledger refused it when it was executed.</summary>
    Refused = 4,
}

/// <summary>Where a transaction stands. Numbers are stored: append only.</summary>
internal enum TransactionStatus : short
{
    Sent = 1,
    Ended = 2,

    /// <summary>Reverted as a whole (too little gas); its operations went back to the queue.</summary>
    Failed = 3,

    /// <summary>Another transaction took its nonce; its operations went back to the queue.</summary>
    Superseded = 4,

    /// <summary>It was given up: an empty transaction of our own took its nonce, and its operations went back to the queue.</summary>
    Cancelled = 5,
}

/// <summary>What a signed version of a transaction does. Numbers are stored: append only.</summary>
internal enum VersionKind : short
{
    /// <summary>Submits the transaction's operations.</summary>
    Batch = 1,

    /// <summary>Nothing, to the sender itself: it spends the nonce.</summary>
    NoOperation = 2,
}
