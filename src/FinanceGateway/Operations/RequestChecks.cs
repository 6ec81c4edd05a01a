using System.Security.Claims;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>Checks that every request with signed operations passes before the ledger is asked.</summary>
internal static class RequestChecks
{
    private const int MaxKeyLength = 128;

    /// <summary>A request names the chain and ledger that it means, so that one for a test network cannot act on the real one.</summary>
    public static Refusal? Destination(ulong chainId, Address ledger, ChainIdentity chain)
    {
        if (chainId != chain.ChainId)
        {
            return new Refusal(ProblemKind.ForeignChain, "chainId", Values("chainId", chainId, chain.ChainId));
        }

        return ledger == chain.Ledger
            ? null
            : new Refusal(ProblemKind.ForeignLedger, "ledger", Values("ledger", ledger.ToString(), chain.Ledger.ToString()));
    }

    public static Refusal? IdempotencyKey(string? key, string field = "Idempotency-Key")
    {
        if (string.IsNullOrEmpty(key))
        {
            return new Refusal(ProblemKind.IdempotencyKeyMissing, field);
        }

        return key.Length <= MaxKeyLength && key.All(character => character is > ' ' and <= '~') ? null : new Refusal(ProblemKind.IdempotencyKeyInvalid, field);
    }

    /// <summary>For requests that may hold operations of several kinds: each needs the scope of its own.</summary>
    public static Refusal? Scope(SignedOperation agreement, ClaimsPrincipal client, string field)
    {
        var scope = Scopes.Of(agreement.Kind);
        return client.Covers(scope) ? null : new Refusal(ProblemKind.ScopeMissing, field, new Dictionary<string, object?> { ["scope"] = scope });
    }

    private static Dictionary<string, object?> Values(string name, object given, object expected) => new() { [name] = given, ["expected"] = expected };
}
