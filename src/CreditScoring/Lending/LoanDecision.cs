using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Limits;

namespace FinanceChain.CreditScoring.Lending;

/// <summary>What the desk says. A person of the bank signs the approval in any case.</summary>
public enum LoanOutcome
{
    /// <summary>Within grade and limit.</summary>
    Approved = 1,

    /// <summary>Beyond one of them: only a person's override can approve it.</summary>
    Referred,

    /// <summary>Only by override: a person declines.</summary>
    Declined,
}

/// <summary>A person decided otherwise, or beyond what the desk may approve.</summary>
/// <param name="Reason">Why, at least ten characters.</param>
/// <param name="DecidedBy">Who answers for it, as the bank names its people.</param>
public sealed record CreditOverride(LoanOutcome Outcome, string Reason, string DecidedBy);

/// <summary>
/// The decision on one loan: borrower and obligor scored apart, their joint probability of default, the rate, the limit, and what follows. Its digest binds model,
/// rules, inputs (by a salted commitment), output and override; it is what the bank signs with its approval.
/// </summary>
/// <param name="PdPpb">Twelve months, conservative, of the loan: parts per billion.</param>
/// <param name="PdToMaturityPpb">The same up to the due date.</param>
/// <param name="Grade">Of <paramref name="PdPpb"/> on the master scale.</param>
/// <param name="Salt">Random, hexadecimal; kept with the decision, never published.</param>
public sealed record LoanDecision(
    string ModelHash,
    LendingRules Rules,
    CreditRequest Request,
    Decision Borrower,
    Decision Obligor,
    int PdPpb,
    int PdToMaturityPpb,
    string Grade,
    int AnnualRateBps,
    CreditLimit Limit,
    LoanOutcome Outcome,
    CreditOverride? Override,
    string Salt)
{
    /// <summary>The desk's outcome, or the person's where there is one.</summary>
    public LoanOutcome Final => Override?.Outcome ?? Outcome;

    /// <summary>SHA-256 of the canonical JSON of salt and request.</summary>
    public string InputCommitment() => CanonicalJson.Hash(new JsonObject { ["request"] = Request.ToNode(), ["salt"] = Salt });

    /// <summary>The digest for the approval, <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Digest() => CanonicalJson.Hash(new JsonObject
    {
        ["model"] = ModelHash,
        ["rules"] = Rules.Hash(),
        ["input"] = InputCommitment(),
        ["output"] = Output(),
        ["override"] = OverrideNode(),
    });

    /// <summary>The 32 bytes of a digest or model hash, as a ledger records them.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static byte[] BytesOf(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        const string Prefix = "sha256:";
        return hash.StartsWith(Prefix, StringComparison.Ordinal) && hash.Length == Prefix.Length + 64
            ? Convert.FromHexString(hash.AsSpan(Prefix.Length))
            : throw new FormatException($"'{hash}' is not 'sha256:' and 64 hexadecimal digits.");
    }

    /// <summary>One line of a decision log: enough to make the decision again, and what came out.</summary>
    public string ToLogLine(string reference) => CanonicalJson.Write(new JsonObject
    {
        ["kind"] = "loan",
        ["reference"] = reference,
        ["model"] = ModelHash,
        ["rules"] = Rules.ToNode(),
        ["salt"] = Salt,
        ["request"] = Request.ToNode(),
        ["output"] = Output(),
        ["override"] = OverrideNode(),
        ["digest"] = Digest(),
    });

    /// <summary>Everything that came out, as it enters the digest.</summary>
    public JsonObject Output() => new()
    {
        ["borrower"] = Borrower.Output(),
        ["obligor"] = Obligor.Output(),
        ["pd"] = PdPpb,
        ["pdToMaturity"] = PdToMaturityPpb,
        ["grade"] = Grade,
        ["annualRateBps"] = AnnualRateBps,
        ["limitFen"] = Limit.AmountFen.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["limitBoundBy"] = Limit.Binding.ToString(),
        ["outcome"] = Outcome.ToString(),
    };

    private JsonObject? OverrideNode() => Override is { } person
        ? new JsonObject { ["outcome"] = person.Outcome.ToString(), ["reason"] = person.Reason, ["decidedBy"] = person.DecidedBy }
        : null;
}
