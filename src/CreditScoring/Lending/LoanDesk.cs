using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Limits;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Obligations;
using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditScoring.Lending;

/// <summary>A model that two signers of a bank made active on the ledger.</summary>
/// <param name="ModelHash">As <see cref="CreditModelFile.Hash"/> gives it.</param>
/// <param name="Until">Last day, itself included.</param>
public sealed record ModelActivation(string ModelHash, DateOnly From, DateOnly Until);

/// <summary>Either a decision, or why there is none.</summary>
public sealed record LoanAnswer(LoanDecision? Decision, IReadOnlyList<InputRefusal> Refusals);

/// <summary>
/// The entry for a gateway or a bank's system: the facts of an application in, the decision with reasons and digest out. Pure and thread-safe: no clock, no chance, no
/// I/O; what is not in the request does not count.
/// </summary>
/// <param name="active">What monitoring left standing; see <see cref="ActiveModel"/>.</param>
public sealed class LoanDesk(CreditModelFile file, LendingRules rules, ActiveModel active = ActiveModel.Champion)
{
    private const int ShortestReason = 10;
    private const int LongestLoanDays = 3_650;

    private readonly DecisionDesk _desk = new(file, active);
    private readonly LendingRules _rules = Sound(rules);

    public string ModelHash => _desk.ModelHash;

    /// <summary>Names of the facts that the model reads of borrower and obligor.</summary>
    public IReadOnlyList<string> Fields => _desk.Fields;

    /// <summary>Decides. Refusals come back together: the model's activation, the terms, then the facts of borrower and obligor in the order of the model.</summary>
    /// <param name="activation">What the ledger says of the bank's model; null when it says nothing.</param>
    /// <param name="salt">Hexadecimal, from a random source of the caller.</param>
    public LoanAnswer Decide(CreditRequest request, ModelActivation? activation, string salt)
    {
        ArgumentNullException.ThrowIfNull(request);
        DecisionResult borrower = _desk.Decide(request.Borrower, salt), obligor = _desk.Decide(request.Obligor, salt);
        InputRefusal[] refusals =
        [
            .. Judge(request, activation),
            .. borrower.Refusals.Select(refusal => refusal with { Field = "borrower." + refusal.Field }),
            .. obligor.Refusals.Select(refusal => refusal with { Field = "obligor." + refusal.Field }),
        ];
        return refusals.Length == 0 && borrower.Decision is { } one && obligor.Decision is { } other
            ? new LoanAnswer(Decided(request, one, other, salt), [])
            : new LoanAnswer(null, refusals);
    }

    /// <summary>The same decision with a person's word on it, or the refusal of an override that gives no reason.</summary>
    public static (LoanDecision? Decision, InputRefusal? Refusal) Override(LoanDecision decision, CreditOverride person)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(person);
        if (person.Reason.Trim().Length < ShortestReason)
        {
            return (null, new InputRefusal(InputRule.ReasonMissing, "override.reason", person.Reason));
        }

        return person.DecidedBy.Trim().Length == 0
            ? (null, new InputRefusal(InputRule.ReasonMissing, "override.decidedBy", person.DecidedBy))
            : (decision with { Override = person }, null);
    }

    private LoanDecision Decided(CreditRequest request, Decision borrower, Decision obligor, string salt)
    {
        ObligationParameters obligations = _rules.Obligations with { DilutionBps = Math.Max(_rules.Obligations.DilutionBps, request.DilutionBps) };
        int pd = request.WithRecourse
            ? TwoObligations.WithRecoursePpb(borrower.ConservativePdPpb, obligor.ConservativePdPpb, obligations)
            : TwoObligations.WithoutRecoursePpb(obligor.ConservativePdPpb, obligations);
        int grade = MasterScale.IndexOf(MasterScale.Standard, pd);
        var facts = new LimitFacts(
            request.EligibleReceivablesFen, request.DilutionBps, request.ConcentrationBps, request.MedianMonthlySalesFen, request.ObligorLimitFen, request.ObligorExposureFen, pd);
        var limit = CreditLimit.Of(facts, _rules.Limit);
        bool within = request.AmountFen <= limit.AmountFen && grade <= IndexOf(_rules.WorstGrade);
        return new LoanDecision(
            ModelHash,
            _rules,
            request,
            borrower,
            obligor,
            pd,
            TwoObligations.ToMaturityPpb(pd, request.DueDate.DayNumber - request.DecisionDay.DayNumber),
            MasterScale.Standard[grade].Name,
            _rules.BaseRateBps + _rules.SpreadsBps[grade],
            limit,
            within ? LoanOutcome.Approved : LoanOutcome.Referred,
            null,
            salt);
    }

    private IEnumerable<InputRefusal> Judge(CreditRequest request, ModelActivation? activation)
    {
        if (activation is null || activation.ModelHash != ModelHash || request.DecisionDay < activation.From || request.DecisionDay > activation.Until)
        {
            yield return new InputRefusal(InputRule.ModelInactive, "model", activation is null ? "none" : $"{activation.ModelHash} from {activation.From:yyyy-MM-dd} to {activation.Until:yyyy-MM-dd}");
        }

        int days = request.DueDate.DayNumber - request.DecisionDay.DayNumber;
        if (days is < 0 or > LongestLoanDays)
        {
            yield return new InputRefusal(InputRule.OutOfRange, "dueDate", $"{request.DueDate:yyyy-MM-dd}, {days} days after the decision");
        }

        if (request.AmountFen == 0)
        {
            yield return new InputRefusal(InputRule.OutOfRange, "amountFen", "0");
        }

        if (request.DilutionBps is < 0 or > 10_000)
        {
            yield return new InputRefusal(InputRule.OutOfRange, "dilutionBps", $"{request.DilutionBps}");
        }

        if (request.ConcentrationBps is < 0 or > 10_000)
        {
            yield return new InputRefusal(InputRule.OutOfRange, "concentrationBps", $"{request.ConcentrationBps}");
        }
    }

    private static LendingRules Sound(LendingRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _ = IndexOf(rules.WorstGrade);
        if (rules.SpreadsBps.Count != MasterScale.Standard.Count || rules.SpreadsBps.Zip(rules.SpreadsBps.Skip(1)).Any(pair => pair.Second < pair.First))
        {
            throw new ArgumentException($"There are {rules.SpreadsBps.Count} spreads for {MasterScale.Standard.Count} grades, or one falls where risk rises.", nameof(rules));
        }

        // Refuses what is out of range before the first loan rather than with it.
        _ = CreditLimit.Of(new LimitFacts(0, 0, 0, 0, 0, 0, 0), rules.Limit);
        _ = TwoObligations.WithoutRecoursePpb(0, rules.Obligations);
        return rules;
    }

    private static int IndexOf(string grade)
    {
        for (int i = 0; i < MasterScale.Standard.Count; i++)
        {
            if (MasterScale.Standard[i].Name == grade)
            {
                return i;
            }
        }

        throw new ArgumentException($"'{grade}' is not a grade of the master scale.", nameof(grade));
    }
}
