using System.Diagnostics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>A complete operation that a client asks to submit; nothing of it is stored yet.</summary>
internal sealed class Candidate
{
    public Candidate(string clientId, string idempotencyKey, SignedOperation agreement, PartyProfile? profile = null)
    {
        ClientId = clientId;
        IdempotencyKey = idempotencyKey;
        Agreement = agreement;
        Profile = profile;
        Calldata = agreement.Encode();
        OperationHash = Keccak256.Hash(Calldata);
    }

    /// <summary>Ordered by time, so that the index of the table grows at its end.</summary>
    public Guid OperationId { get; } = Guid.CreateVersion7();

    public string ClientId { get; }

    public string IdempotencyKey { get; }

    public SignedOperation Agreement { get; }

    public byte[] Calldata { get; }

    /// <summary>Stands for the body too: two bodies with equal calldata ask for the same.</summary>
    public Hash256 OperationHash { get; }

    /// <summary>What stays off the chain, for a registration.</summary>
    public PartyProfile? Profile { get; }

    /// <summary>See <see cref="Submission.OrderKeys"/>; looked up at the door.</summary>
    public IReadOnlyList<long> OrderKeys { get; set; } = [];

    public bool ChangesParty => Submission.OrderKeys.ChangesParty(Agreement.Kind);

    /// <summary>The waiting operations that have to be executed before it.</summary>
    public IReadOnlyList<Guid> WaitsFor { get; set; } = [];

    /// <summary>The W3C trace context of the request, where somebody records it.</summary>
    public string? TraceParent { get; } = Activity.Current is { Recorded: true } request ? request.Id : null;
}

/// <summary>What the gateway keeps of a party beside the ledger.</summary>
internal sealed record PartyProfile(
    PartyKind Kind, string Name, Uscc Uscc, RegionCode Region, IndustryCode Industry, Hash256 Salt, Hash256 ProfileHash);

/// <summary>The door's answer to one candidate: stored, stored before, or refused.</summary>
internal sealed record Admission(Guid? OperationId, OperationStatus? Status, bool Replayed, Refusal? Refusal)
{
    public static Admission Stored(Candidate candidate) => new(candidate.OperationId, OperationStatus.Queued, false, null);

    public static Admission Replay(Guid operationId, OperationStatus status) => new(operationId, status, true, null);

    public static Admission Refuse(Refusal refusal) => new(null, null, false, refusal);

    public static Admission Refuse(ProblemKind kind, string? field = null) => Refuse(new Refusal(kind, field));
}
