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
}
