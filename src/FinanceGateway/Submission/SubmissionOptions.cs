using System.ComponentModel.DataAnnotations;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>When a block counts as final for the gateway. It has to be what the indexer follows.</summary>
internal enum FinalityRule
{
    /// <summary><see cref="SubmissionOptions.FinalityDepth"/> blocks below the head.</summary>
    Depth,

    /// <summary>The node's own <c>safe</c> block.</summary>
    Safe,

    /// <summary>The node's own <c>finalized</c> block.</summary>
    Finalized,
}

/// <summary>Configuration section <c>FinanceGateway:Submission</c>: how transactions are made, replaced and given up. Units stand in the names.</summary>
internal sealed class SubmissionOptions
{
    public const string Section = GatewayOptions.Section + ":Submission";

    /// <summary>How long a sender stays with a gateway that gives no sign of life; another takes it over then.</summary>
    [Range(1, 300)]
    public int LeaseSeconds { get; set; } = 4;

    public FinalityRule Finality { get; set; } = FinalityRule.Depth;

    /// <summary>Blocks behind the head that may still change; the same number as the indexer's <c>FinalityDepth</c>.</summary>
    [Range(0, 10_000)]
    public int FinalityDepth { get; set; }

    /// <summary>A transaction that is not mined so long after it was signed offers higher fees, on a chain that has fees.</summary>
    [Range(1, 3600)]
    public int BumpAfterSeconds { get; set; } = 15;

    /// <summary>No transaction offers more wei per gas.</summary>
    [Range(0, long.MaxValue)]
    public long MaxFeePerGasWei { get; set; } = 500_000_000_000;

    /// <summary>A transaction that is still not mined is given up: an empty one takes its nonce, and its operations are queued again.</summary>
    [Range(1, 86_400)]
    public int CancelAfterSeconds { get; set; } = 600;

    /// <summary>Most calldata of one batch. Geth and its relatives take no transaction above 128 KiB.</summary>
    [Range(1_000, 4_000_000)]
    public int BatchMaxBytes { get; set; } = 120_000;

    /// <summary>Operations that are being checked; beyond it requests are refused with <c>queue_full</c>, and streams wait.</summary>
    [Range(1, 100_000)]
    public int DoorCapacityOperations { get; set; } = 4_000;

    /// <summary>Waiting operations that one operation may build on at the door.</summary>
    [Range(0, 500)]
    public int MaxEarlierOperations { get; set; } = 32;
}
