using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// Lets some of what was agreed go otherwise, so that every figure of the reports has something to show. Each claim meets one misfortune at
/// most; what befalls it is spread evenly over the story, without dice.
/// </summary>
internal sealed class IncidentWriter(List<PlannedClaim> claims)
{
    public const int ExtensionDays = 30;

    private const ulong HundredYuanFen = 10_000;
    private static readonly int LastStep = StoryCalendar.Steps.Count - 1;

    private readonly HashSet<int> _met = [];
    private readonly HashSet<int> _parents = [.. claims.Where(claim => claim.Parent is not null).Select(claim => claim.Parent!.Value)];

    public void Write()
    {
        WriteDefaults();
        WriteChangedLoans();
        WriteDisputes();
        Befall(4, IsPlain, claim => claim with { RedeemStep = null, Incidents = [new(IncidentKind.Cancel, claim.BornStep + 2)] });
        Befall(3, IsPlain, Withdraw);
        Befall(1, claim => IsPlain(claim) && claim.RedeemStep > claim.BornStep + 5, claim => claim with
        {
            Incidents = [new(IncidentKind.Freeze, claim.BornStep + 2), new(IncidentKind.Unfreeze, claim.BornStep + 4)],
        });
    }

    private void WriteDefaults()
    {
        Befall(1, claim => IsLate(claim, 5) && claim.Loan!.WithRecourse && claim.BornStep > LastStep / 2, WriteOff);
        Befall(4, claim => IsLate(claim, 4) && claim.Loan!.WithRecourse, MakeGood);
        Befall(2, claim => IsLate(claim, 4) && !claim.Loan!.WithRecourse, PayAtLast);
        Befall(2, claim => IsLate(claim, 2) && DefaultStep(claim) > LastStep - 6, claim => Stop(claim, null) with
        {
            Incidents = claim.Loan!.WithRecourse
                ? [new(IncidentKind.Default, DefaultStep(claim)), new(IncidentKind.ClaimRecourse, DefaultStep(claim) + 1)]
                : [new(IncidentKind.Default, DefaultStep(claim))],
        });
    }

    private void WriteChangedLoans()
    {
        Befall(5, claim => IsLate(claim, 0) && LastStepBefore(claim.Maturity) > claim.Loan!.OpenStep + 1, claim =>
            Stop(claim, StoryCalendar.StepOnOrAfter(claim.Maturity.AddDays(ExtensionDays))) with
            {
                Incidents = [new(IncidentKind.Extend, LastStepBefore(claim.Maturity))],
            });
        Befall(8, claim => IsLate(claim, 0), claim => Stop(claim, claim.Loan!.RepayStep + 1));
        Befall(6, CanBePaidInParts, claim => claim with
        {
            Loan = claim.Loan! with { LaterTranche = new Fen(claim.Loan.Principal.Value * 2 / 5 / HundredYuanFen * HundredYuanFen) },
        });
        Befall(3, claim => CanBePaidInParts(claim) && Spare(claim) > Fen.Zero, claim => claim with
        {
            Loan = claim.Loan! with { Principal = claim.Loan.Principal + Spare(claim), Lapsing = Spare(claim) },
        });
    }

    private void WriteDisputes()
    {
        Befall(5, claim => IsPlain(claim) && claim.RedeemStep > claim.BornStep + 4, claim => claim with
        {
            Incidents =
            [
                new(IncidentKind.Dispute, claim.BornStep + 2, Share(claim.Remainder, 20)),
                new(IncidentKind.Resolve, claim.BornStep + 3, claim.Index % 2 == 0 ? Share(claim.Remainder, 10) : Fen.Zero),
            ],
        });
        Befall(1, claim => IsPlain(claim) && claim.RedeemStep is null, claim => claim with
        {
            Incidents = [new(IncidentKind.Dispute, claim.BornStep + 2, Share(claim.Remainder, 15))],
        });

        // While a bank holds it in pledge the parties can only agree that all of it is owed.
        Befall(1, claim => claim.Loan is { } loan && loan.RepayStep > loan.OpenStep + 4, claim => claim with
        {
            Incidents =
            [
                new(IncidentKind.Dispute, claim.Loan!.OpenStep + 2, Share(claim.Remainder, 10)),
                new(IncidentKind.Resolve, claim.Loan.OpenStep + 3),
            ],
        });
    }

    /// <summary>The assignor pays once the bank turns to it, and waits for the obligor in the bank's place.</summary>
    private static PlannedClaim MakeGood(PlannedClaim claim) => Stop(claim, DefaultStep(claim) + 2) with
    {
        Incidents = [new(IncidentKind.Default, DefaultStep(claim)), new(IncidentKind.ClaimRecourse, DefaultStep(claim) + 1)],
    };

    private static PlannedClaim PayAtLast(PlannedClaim claim) => Stop(claim, DefaultStep(claim) + 3) with
    {
        Incidents = [new(IncidentKind.Default, DefaultStep(claim))],
    };

    /// <summary>Neither obligor nor assignor pays; a part comes back after all.</summary>
    private static PlannedClaim WriteOff(PlannedClaim claim)
    {
        int step = DefaultStep(claim);
        return Stop(claim, null) with
        {
            Incidents =
            [
                new(IncidentKind.Default, step),
                new(IncidentKind.ClaimRecourse, step + 1),
                new(IncidentKind.WriteOff, step + 2, claim.Loan!.Principal),
                new(IncidentKind.Recover, step + 4, Share(claim.Loan.Principal, 35)),

                // On the last step: nobody delivers to it any more.
                new(IncidentKind.StopList, LastStep),
            ],
        };
    }

    /// <summary>A bank approves, and the borrower thinks better of it.</summary>
    private static PlannedClaim Withdraw(PlannedClaim claim)
    {
        Fen principal = Share(claim.Remainder, 80);
        int bank = claim.Index % BankPolicies.All.Count;
        return claim with
        {
            Loan = new PlannedLoan(bank, principal, default, claim.BornStep + 1, null, null, WithRecourse: true) { Lapsing = principal },
            Incidents = [new(IncidentKind.CancelLoan, claim.BornStep + 2)],
        };
    }

    /// <summary>The bank waits for its money, and so does the holder for the obligor's.</summary>
    private static PlannedClaim Stop(PlannedClaim claim, int? repayStep) => claim with
    {
        RedeemStep = repayStep is null || claim.RedeemStep is null ? null : Math.Max(repayStep.Value, claim.RedeemStep.Value),
        Loan = claim.Loan! with { RepayStep = repayStep },
    };

    private void Befall(int count, Func<PlannedClaim, bool> fits, Func<PlannedClaim, PlannedClaim> change)
    {
        PlannedClaim[] fitting = [.. claims.Where(claim => !_met.Contains(claim.Index) && fits(claim))];
        for (int number = 0; number < count; number++)
        {
            PlannedClaim claim = fitting[((2 * number) + 1) * fitting.Length / (2 * count)];
            _met.Add(claim.Index);
            claims[claim.Index] = change(claim);
        }
    }

    /// <summary>Nobody borrows on it and nothing is split off it.</summary>
    private bool IsPlain(PlannedClaim claim) => claim.Loan is null && !_parents.Contains(claim.Index) && claim.BornStep + 2 <= LastStep;

    /// <summary>All of the loan is due within the story, and so many steps are left after that on which it can be late.</summary>
    private static bool IsLate(PlannedClaim claim, int stepsAfter) =>
        claim.Loan is { InstalmentStep: null, RepayStep: not null } && DefaultStep(claim) + stepsAfter < LastStep;

    private static bool CanBePaidInParts(PlannedClaim claim) =>
        claim.Loan is { InstalmentStep: null } loan && loan.TrancheStep < (loan.RepayStep ?? StoryCalendar.Steps.Count);

    /// <summary>What the receivable would cover beyond the loan, at most a tenth of it.</summary>
    private static Fen Spare(PlannedClaim claim) =>
        new(Math.Min(claim.Remainder.Value - claim.Loan!.Principal.Value, claim.Loan.Principal.Value / 10) / HundredYuanFen * HundredYuanFen);

    /// <summary>The first step after the maturity date; after the story where it ends before.</summary>
    private static int DefaultStep(PlannedClaim claim) => StoryCalendar.StepOnOrAfter(claim.Maturity.AddDays(1)) ?? StoryCalendar.Steps.Count;

    private static int LastStepBefore(DateOnly date) => (StoryCalendar.StepOnOrAfter(date) ?? StoryCalendar.Steps.Count) - 1;

    private static Fen Share(Fen amount, ulong percent) => new(amount.Value * percent / 100);
}
