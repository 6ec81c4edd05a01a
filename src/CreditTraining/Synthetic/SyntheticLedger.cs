using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Additive;

namespace FinanceChain.CreditTraining.Synthetic;

/// <summary>What a synthetic enterprise did on a ledger: delivered to a few obligors, sometimes owed itself, borrowed and repaid.</summary>
internal static class SyntheticLedger
{
    /// <summary>The enterprise itself; the others are obligors from 100 and creditors from 200.</summary>
    public const uint Self = 1;

    public static IReadOnlyList<LedgerFact> Facts(StableRandom random, double strength, double size, double discipline)
    {
        var facts = new List<LedgerFact>();
        int days = 30 + random.Below(700);
        facts.Add(new LedgerFact(LedgerFactKind.Registered, At(days), 0, Self));
        bool owes = random.Below(3) == 0, circles = random.Fraction() < 0.08 * PortableMath.Exp(-0.8 * discipline);
        int obligors = 1 + random.Below(5), received = 1 + random.Below(1 + (days / 30)), given = owes ? 1 + random.Below(1 + (days / 12)) : circles ? 1 : 0;
        for (int i = 0; i < received + given; i++)
        {
            bool own = i >= received;
            uint other = own ? circles && i == received ? 100u : 200u + (uint)random.Below(8) : 100u + (uint)random.Below(obligors);
            Receivable(facts, random, (ulong)i + 1, own ? other : Self, own ? Self : other, random.Below(days), size, own ? strength + discipline : 0, own ? 0 : discipline);
        }

        int loans = random.Below(3) == 0 ? 0 : random.Below(1 + (days / 60));
        for (int i = 0; i < loans; i++)
        {
            bool failed = random.Fraction() < 0.03 * PortableMath.Exp(-0.8 * strength);
            facts.Add(new LedgerFact(failed ? LedgerFactKind.LoanDefaulted : LedgerFactKind.LoanRepaid, At(random.Below(days)), (ulong)i + 1, Self));
        }

        // A sort that keeps equal instants in order: a receivable comes to be before anything befalls it.
        return [.. facts.OrderBy(fact => fact.At)];
    }

    // A receivable of some day, and what became of it until now. Debtors of low quality pay late and dispute, sellers of low quality are given reductions.
    private static void Receivable(
        List<LedgerFact> facts, StableRandom random, ulong number, uint holder, uint obligor, int daysAgo, double size, double payer, double seller)
    {
        ulong fen = (ulong)(100 * PortableMath.Exp(11.8 + (0.6 * size) + (0.5 * SyntheticCluster.Normal(random))));
        int tenor = 75 + random.Below(105);
        facts.Add(new LedgerFact(LedgerFactKind.ReceivableIssued, At(daysAgo), number, holder, obligor, fen, SyntheticCluster.AsOf.AddDays(tenor - daysAgo)));
        double trouble = PortableMath.Exp(-0.6 * payer);
        if (random.Fraction() < 0.02 * trouble)
        {
            facts.Add(new LedgerFact(LedgerFactKind.ReceivableDisputed, At(daysAgo), number, holder, AmountFen: fen / 5));
        }

        if (random.Fraction() < 0.02 * PortableMath.Exp(-0.6 * seller))
        {
            facts.Add(new LedgerFact(LedgerFactKind.ReceivableReduced, At(daysAgo), number, holder, AmountFen: fen / (1 + (ulong)random.Below(8))));
        }

        int late = random.Fraction() < 0.06 * trouble ? 30 + random.Below(90) : random.Below(25);
        if (daysAgo > tenor + late)
        {
            facts.Add(new LedgerFact(LedgerFactKind.ReceivableRedeemed, At(daysAgo - tenor - late), number, holder, AmountFen: fen));
        }
    }

    private static DateTimeOffset At(int daysAgo) => new(SyntheticCluster.AsOf.AddDays(-daysAgo).ToDateTime(new TimeOnly(10, 0)), TimeSpan.FromHours(8));
}
