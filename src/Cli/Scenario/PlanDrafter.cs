using FinanceChain.Cli.Platform;

namespace FinanceChain.Cli.Scenario;

/// <summary>Decides who delivers to whom, when, and who borrows: everything but the amounts.</summary>
internal sealed class PlanDrafter
{
    private const ulong Seed = 605_000_000;
    private const int FirstPerStep = 24;
    private const int GrowthPerThousandSteps = 1_384;
    private const int SplitPercent = 35;
    private const int LoanPercent = 55;
    private const int LatePercent = 4;
    private const int LongPerThousand = 12;
    private const int ManyInvoicesPercent = 15;

    private readonly StoryRandom _random = new(Seed);

    // A source of its own: who delivers to whom does not depend on how it is invoiced.
    private readonly StoryRandom _paper = new(Seed + 1);
    private readonly List<ClaimDraft> _drafts = [];
    private readonly int _lastStep = StoryCalendar.Steps.Count - 1;

    public List<ClaimDraft> Draft()
    {
        // A party that registers on one step trades from the next one on, and a receivable is financed a step after it came to be.
        for (int step = 1; step < _lastStep; step++)
        {
            int count = FirstPerStep + (step * GrowthPerThousandSteps / 1_000);
            for (int number = 0; number < count; number++)
            {
                Deliver(step);
            }
        }

        return _drafts;
    }

    private void Deliver(int step)
    {
        DateOnly maturity = StoryCalendar.Steps[step].AddDays(_random.Between(75, 180));
        bool isLong = _paper.Below(1_000) < LongPerThousand;
        if (isLong)
        {
            maturity = maturity.AddDays(YongkangLedger.Rules.MaxTenorDays - 74);
        }

        int lateSteps = _random.Chance(LatePercent) ? 1 : 0;
        int obligor = Pick(CastRole.CoreEnterprise, step);
        ClaimDraft issued = Add(null, obligor, Pick(CastRole.Supplier, step), step, maturity, lateSteps, isLong);
        bool split = _random.Chance(SplitPercent) && step + 2 <= _lastStep;
        if (split)
        {
            ClaimDraft child = Add(issued.Index, obligor, Pick(CastRole.Workshop, step), step + 1, maturity, lateSteps, isLong);
            Borrow(child, step + 2);
        }

        Borrow(issued, split ? step + 2 : step + 1);
    }

    private ClaimDraft Add(int? parent, int obligor, int holder, int step, DateOnly maturity, int lateSteps, bool isLong)
    {
        var draft = new ClaimDraft
        {
            Index = _drafts.Count,
            Parent = parent,
            Obligor = obligor,
            Holder = holder,
            BornStep = step,
            Maturity = maturity,
            LateSteps = lateSteps,
            NeedsReview = isLong,
            Invoices = parent is null && _paper.Chance(ManyInvoicesPercent) ? _paper.Between(2, 4) : 1,
            PlainThousands = _random.Between(20, parent is null ? 600 : 150),
        };
        _drafts.Add(draft);
        return draft;
    }

    private void Borrow(ClaimDraft draft, int step)
    {
        if (!_random.Chance(LoanPercent))
        {
            return;
        }

        // A few large loans and many small ones, as in any such portfolio; those on children are smaller.
        draft.LoanWeight = _random.Between(5, draft.Parent is null ? 60 : 25) * (_random.Chance(10) ? 4 : 1);
        draft.LoanStep = step;
        draft.Bank = PickBank();
        draft.WithRecourse = _random.Chance(70);
        draft.InstalmentAfter = _random.Chance(25) ? _random.Between(2, 4) : 0;
        draft.AdvancePercent = _random.Between(75, 95);
    }

    /// <summary>The first banks lend most.</summary>
    private int PickBank()
    {
        int banks = YongkangCast.Members.Count(member => member.Role == CastRole.Bank);
        return Math.Min(_random.Below(banks), _random.Below(banks));
    }

    private int Pick(CastRole role, int step)
    {
        CastMember[] there = [.. YongkangCast.Members.Where(member => member.Role == role && member.JoinStep < step)];
        return there[_random.Below(there.Length)].Index;
    }
}
