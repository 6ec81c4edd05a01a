namespace FinanceChain.LedgerContract.Tests.Model;

/// <summary>What an operation came to: the one event that it emits, or why it was refused.</summary>
internal sealed record Outcome(LedgerEvent? Event, LedgerRefusal? Refusal)
{
    public static implicit operator Outcome(LedgerEvent accepted) => new(accepted, null);

    public static implicit operator Outcome(LedgerRefusal refused) => new(null, refused);

    public override string ToString() => Event?.ToString() ?? Refusal!.ToString();
}
