using System.Text.Json;
using System.Text.Json.Serialization;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>Where an operation stands.</summary>
[JsonConverter(typeof(NameJsonConverter<OperationStatus>))]
public enum OperationStatus
{
    Queued = 1,
    Submitted = 2,
    Final = 3,
    Refused = 4,
}

/// <summary>A party to register. What it is called stays off the ledger; the profile hash binds it.</summary>
/// <param name="Salt">32 random bytes, kept by the party.</param>
public sealed record PartyRegistration(
    PartyKind Kind, string Name, Uscc Uscc, RegionCode RegionCode, IndustryCode Industry, Hash256 Salt, IReadOnlyList<SignerGrant> Signers, ulong Deadline)
{
    /// <summary>What each new signer signs.</summary>
    public RegisterParty ToOperation() => new(Kind, RegionCode, Industry, ProfileHash.Of(Salt, Name, Uscc), ValueList.From(Signers), Deadline);
}

/// <summary>An operation of a bulk submission. Keep the key: the same key again is the same operation, whatever happened in between.</summary>
public sealed record BulkItem(string IdempotencyKey, SignedOperation Agreement);

/// <summary>The operation is stored; <paramref name="Replayed"/> when an earlier request with the same key stored it.</summary>
public sealed record Accepted(Guid OperationId, OperationStatus Status, bool Replayed = false);

/// <summary>What became of one item.</summary>
/// <param name="Problem">Set when the item was not stored.</param>
public sealed record BulkItemResult(string IdempotencyKey, OperationStatus Status, Guid? OperationId = null, bool Replayed = false, GatewayProblem? Problem = null);

/// <summary>Why the ledger refused an operation that the gateway had accepted.</summary>
public sealed record OperationRefusal(string Code, string? Field, string Title, string TitleZh, JsonElement? Values = null);

/// <summary>An operation as the gateway sees it now.</summary>
/// <param name="Result">The ledger's event: its name in <c>event</c>, and its fields.</param>
public sealed record OperationState(
    Guid OperationId,
    OperationKind Kind,
    OperationStatus Status,
    JsonElement? Result,
    OperationRefusal? Refusal,
    string? Transaction,
    long? Block,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? EndedAt)
{
    [JsonIgnore]
    public bool HasEnded => Status is OperationStatus.Final or OperationStatus.Refused;

    /// <summary>A number in the event, such as <c>receivable</c>, <c>child</c>, <c>loan</c> or <c>party</c>.</summary>
    /// <exception cref="InvalidOperationException">The operation is not final, or its event has no such number.</exception>
    public ulong Number(string name) => Result is { } result && result.TryGetProperty(name, out var value)
        ? value.GetUInt64()
        : throw new InvalidOperationException($"Operation {OperationId} ({Kind}, {Status}) has no {name}.");
}

/// <summary>An operation that has ended, and its place in the order of the client's ends.</summary>
public sealed record EndedOperation(long Place, OperationState State);

/// <summary>New credentials; the secret is shown this once.</summary>
public sealed record ClientCredentials(string ClientId, string ClientSecret);

/// <summary>A client that signs in by its private key.</summary>
/// <param name="Kid">The name of the key, for <see cref="ClientProof.PrivateKey"/>.</param>
public sealed record ClientKeyCredentials(string ClientId, string Kid);

/// <param name="Secret">Shown this once: for <see cref="WebhookSignature"/>.</param>
public sealed record WebhookSecretShown(Guid WebhookId, string Url, string Secret);

/// <param name="Failures">Failed attempts in a row.</param>
/// <param name="Waiting">Deliveries to be made.</param>
/// <param name="Parked">Deliveries that were given up; ask for a replay.</param>
public sealed record WebhookView(Guid WebhookId, string Url, DateTimeOffset CreatedAt, int Failures, DateTimeOffset NextAttemptAt, long Waiting, long Parked);

/// <param name="Status">waiting, delivered or parked.</param>
/// <param name="LastAnswer">The receiver's status, or what went wrong.</param>
public sealed record DeliveryView(
    long Sequence, Guid OperationId, string Status, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? LastAttemptAt, string? LastAnswer);

/// <param name="Next">The <c>after</c> of the following page; null at the end.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryView> Items, long? Next);

/// <param name="Deliveries">How many will be sent again.</param>
public sealed record ReplayAnswer(long Deliveries);

/// <summary>The headline figures. Sums in fen.</summary>
public sealed record Summary(
    int LedgerId,
    long Enterprises,
    long Banks,
    long Receivables,
    long Loans,
    FenSum CumulativeLendingFen,
    FenSum RepaidFen,
    FenSum OutstandingFen,
    FenSum IssuedFen,
    FenSum RedeemedFen,
    FenSum InterestFen,
    long Block,
    DateTime? BlockTime,
    bool? LedgerTotalsMatch);
