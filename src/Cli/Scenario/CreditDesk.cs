using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FinanceChain.Cli.Credit;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Lending;
using FinanceChain.CreditScoring.Limits;
using FinanceChain.CreditScoring.Obligations;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// The banks' credit desk: every loan of the story is decided by the model that the bank made active, from what the ledger shows of borrower and obligor, and what
/// public programmes say of them, on the morning of the approval. The digest of the decision is the one that the bank signs.
/// </summary>
internal sealed class CreditDesk(byte[] saltSeed)
{
    private const int SaltLength = 16;

    // The ledger sees only what a borrower delivers through it: a young one has a single obligor here and others elsewhere.
    private const int ToleratedConcentrationBps = 9_500;

    // The one-year loan prime rate of the second half of 2023, to which each bank adds the spread of the grade.
    private const int BaseRateBps = 345;

    private static readonly LendingRules Rules = new(
        new LimitPolicy(AdvanceRateBps: 9_800, SalesMultiplePercent: 1_000, LossGivenDefaultBps: 4_500, ExpectedLossBudgetFen: 5_000_000, CapFen: 1_000_000_000),
        new ObligationParameters(AssetCorrelationBps: 2_400, DilutionBps: 50),
        WorstGrade: "G09",
        BaseRateBps,
        SpreadsBps: [0, 5, 10, 20, 35, 50, 70, 90, 110, 130, 150]);

    private readonly LoanDesk _desk = new(DefaultModel.File, Rules);

    /// <summary>The highest rate that a borrower of the story accepts: the base rate with the spread of the worst grade.</summary>
    public static Bps HighestRate { get; } = new((ushort)(BaseRateBps + Rules.SpreadsBps[^1]));

    /// <summary>What each bank's two signers activate before its first loan, and for how long: the whole story and the year after it.</summary>
    public static ModelActivation Activation { get; } = new(DefaultModel.File.Hash(), StoryCalendar.Steps[0], new DateOnly(2026, 6, 30));

    /// <summary>As the ledger records it.</summary>
    public static Hash256 ModelHash { get; } = Hash256.FromBytes(LoanDecision.BytesOf(Activation.ModelHash));

    /// <summary>Gives every loan its rate and the digest of the decision behind it; the decisions by the place of their claim.</summary>
    public (IReadOnlyList<PlannedClaim> Claims, IReadOnlyDictionary<int, LoanDecision> Decisions) Decide(IReadOnlyList<PlannedClaim> claims)
    {
        IReadOnlyList<LedgerFact> facts = StoryFacts.Of(claims);
        IReadOnlyList<PlannedLimit> limits = BankPolicies.OwnLimits(claims);
        ILookup<(int Bank, int Obligor), PlannedClaim> lent = claims.Where(claim => claim.Loan is not null).ToLookup(claim => (claim.Loan!.Bank, claim.Obligor));
        var decisions = new SortedDictionary<int, LoanDecision>();
        foreach (IGrouping<int, PlannedClaim> day in claims.Where(claim => claim.Loan is not null).GroupBy(claim => claim.Loan!.OpenStep).OrderBy(day => day.Key))
        {
            DateTimeOffset instant = StoryFacts.InstantOf(day.Key);
            LedgerHistory history = LedgerHistory.AsOf(facts.TakeWhile(fact => fact.At <= instant), instant).History;
            foreach ((PlannedClaim claim, LoanDecision decision) in day.AsParallel().AsOrdered().Select(claim =>
                (claim, Decide(claim, history, instant, LimitOf(claim, limits), lent[(claim.Loan!.Bank, claim.Obligor)]))))
            {
                decisions.Add(claim.Index, decision);
            }
        }

        return ([.. claims.Select(claim => claim.Loan is null ? claim : Priced(claim, decisions[claim.Index]))], decisions);
    }

    private static PlannedClaim Priced(PlannedClaim claim, LoanDecision decision) => claim with
    {
        Loan = claim.Loan! with { AnnualRate = new Bps((ushort)decision.AnnualRateBps), DecisionDigest = Hash256.FromBytes(LoanDecision.BytesOf(decision.Digest())) },
    };

    private LoanDecision Decide(PlannedClaim claim, LedgerHistory history, DateTimeOffset instant, Fen limit, IEnumerable<PlannedClaim> lent)
    {
        uint borrower = StoryFacts.Party(claim.Holder), obligor = StoryFacts.Party(claim.Obligor);
        var request = new CreditRequest(
            LedgerHistory.DayOf(instant),
            claim.Maturity,
            claim.Loan!.Principal.Value,
            claim.Loan.WithRecourse,
            claim.Remainder.Value,
            history.DilutionBpsOf(obligor),
            Math.Max(0, history.LargestObligorBpsOf(borrower) - ToleratedConcentrationBps),
            history.MedianMonthlySalesOf(borrower),
            limit.Value,
            BankPolicies.Exposure(lent.Where(other => other.Index != claim.Index), claim.Loan.OpenStep).Value,
            FactsOf(borrower, history, instant),
            FactsOf(obligor, history, instant));
        LoanAnswer answer = _desk.Decide(request, Activation, SaltOf(claim));
        LoanDecision decision = answer.Decision ?? throw new StoryException($"The credit desk refused the loan on claim {claim.Index}: {answer.Refusals[0]}");
        return decision.Outcome == LoanOutcome.Approved ? decision : Approved(decision, claim.Loan.Bank);
    }

    // The story lends what it has planned: where the desk refers a loan to a person, the person approves it, and says why.
    private static LoanDecision Approved(LoanDecision decision, int bank)
    {
        string reason = decision.Request.AmountFen > decision.Limit.AmountFen
            ? $"Goods receipts seen on site; the amount beyond the limit ({decision.Limit.Binding}) is within the obligor's framework contract."
            : $"The obligor has confirmed payment of this receivable in person; grade {decision.Grade} is accepted for this tenor.";
        return LoanDesk.Override(decision, new CreditOverride(LoanOutcome.Approved, reason, $"{YongkangCast.Members[bank].Name}, credit committee")).Decision!;
    }

    private Dictionary<string, string?> FactsOf(uint party, LedgerHistory history, DateTimeOffset instant)
    {
        EnterpriseSources known = EnterpriseSources.None with { LedgerParty = party, Ledger = history, Invoices = history.TradeOf(party), DatedFacts = [.. StoryProgrammes.Facts[(int)party]] };
        IReadOnlyDictionary<string, string?> facts = EnterpriseFacts.AsOf(known, instant).Facts;
        return _desk.Fields.ToDictionary(field => field, field => facts[field]);
    }

    private static Fen LimitOf(PlannedClaim claim, IReadOnlyList<PlannedLimit> limits) =>
        limits.FirstOrDefault(limit => limit.Bank == claim.Loan!.Bank && limit.Party == claim.Obligor && limit.Side == ExposureSide.Obligor && limit.Step <= claim.Loan.OpenStep)?.Limit
        ?? BankPolicies.All[claim.Loan!.Bank].ObligorLimit;

    // Secret, and the same on every attempt, so that an interrupted story signs the same digests again.
    private string SaltOf(PlannedClaim claim) => Convert.ToHexStringLower(HKDF.DeriveKey(
        HashAlgorithmName.SHA256, saltSeed, SaltLength, info: Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"decision-salt/{claim.Index}"))));
}
