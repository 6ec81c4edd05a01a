using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditScoring.Features;

/// <summary>
/// What a ledger shows of its parties as of an instant, and the features that follow from it. Built from facts in the order of the ledger; a fact of a later instant
/// is refused and counts for nothing.
/// </summary>
public sealed class LedgerHistory
{
    // Payment within the month after maturity is the custom of the trade; later is late.
    private const int GraceDays = 30;

    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    private readonly Dictionary<ulong, Claim> _claims = [];
    private readonly Dictionary<uint, Party> _parties = [];
    private readonly DateTimeOffset _asOf;

    private LedgerHistory(DateTimeOffset asOf) => _asOf = asOf;

    /// <summary>Names in the order of <see cref="FeaturesOf"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "ledger_months", "paid_count_log", "paid_late_share", "paid_days_late_mean", "owed_overdue_share", "owed_disputed_share", "held_dilution_share",
        "loans_repaid_log", "loans_default_share", "ledger_circular_share",
    ];

    /// <summary>The business day (China Standard Time) of an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(ChinaStandardTime).DateTime);

    /// <summary>Takes in all facts up to the instant, itself included; each later one comes back as a refusal.</summary>
    public static (LedgerHistory History, IReadOnlyList<InputRefusal> Refusals) AsOf(IEnumerable<LedgerFact> facts, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var history = new LedgerHistory(asOf);
        var refusals = new List<InputRefusal>();
        foreach (LedgerFact fact in facts)
        {
            if (fact.At > asOf)
            {
                refusals.Add(new InputRefusal(InputRule.AfterAsOf, $"ledger.{fact.Kind}", $"{fact.Number} at {fact.At:O}, as of {asOf:O}"));
            }
            else if (!history.Take(fact))
            {
                refusals.Add(new InputRefusal(InputRule.FieldAbsent, $"ledger.{fact.Kind}", $"receivable {fact.Number} is not known"));
            }
        }

        return (history, refusals);
    }

    /// <summary>Features of a party, as obligor, holder and borrower; NaN where there is nothing to tell from.</summary>
    public double[] FeaturesOf(uint party)
    {
        if (!_parties.TryGetValue(party, out Party? known))
        {
            return [.. Names.Select(_ => double.NaN)];
        }

        DateOnly today = DayOf(_asOf), registered = DayOf(known.Since);
        int paid = 0, late = 0, daysLate = 0;
        double open = 0, overdue = 0, disputed = 0;
        foreach (Claim claim in known.Owed)
        {
            int days = (claim.PaidOn ?? today).DayNumber - claim.Maturity.DayNumber;
            bool isLate = days > GraceDays && (claim.PaidOn is not null || claim.OpenFen > 0);
            paid += claim.PaidOn is null ? 0 : 1;
            late += isLate ? 1 : 0;
            daysLate += claim.PaidOn is null ? 0 : Math.Max(0, days);
            open += claim.OpenFen;
            overdue += isLate ? claim.OpenFen : 0;
            disputed += claim.DisputedFen;
        }

        int unpaid = known.Owed.Count(claim => claim.PaidOn is null && claim.OpenFen > 0 && today.DayNumber - claim.Maturity.DayNumber > GraceDays);
        return
        [
            ((today.Year - registered.Year) * 12) + today.Month - registered.Month,
            PortableMath.Log(1 + paid),
            Ratio(late, paid + unpaid),
            Ratio(daysLate, paid),
            Ratio(overdue, open),
            Ratio(disputed, open),
            Ratio(known.Held.Sum(claim => (double)claim.ReducedFen), known.Held.Sum(claim => (double)claim.BornFen)),
            PortableMath.Log(1 + known.LoansRepaid),
            Ratio(known.LoansDefaulted, known.LoansRepaid + known.LoansDefaulted),
            Ratio(known.Held.Where(claim => GoesInACircle(party, claim.Obligor)).Sum(claim => (double)claim.BornFen), known.Held.Sum(claim => (double)claim.BornFen)),
        ];
    }

    /// <summary>What an obligor owes on the ledger now, and how much of it is in dispute or overdue, in fen.</summary>
    public (ulong OpenFen, ulong DisputedFen, ulong OverdueFen) ExposureOf(uint obligor)
    {
        DateOnly today = DayOf(_asOf);
        IReadOnlyList<Claim> owed = _parties.TryGetValue(obligor, out Party? known) ? known.Owed : [];
        return (
            owed.Aggregate(0UL, (sum, claim) => sum + claim.OpenFen),
            owed.Aggregate(0UL, (sum, claim) => sum + claim.DisputedFen),
            owed.Where(claim => today.DayNumber - claim.Maturity.DayNumber > GraceDays).Aggregate(0UL, (sum, claim) => sum + claim.OpenFen));
    }

    /// <summary>Part of what an obligor came to owe that was reduced without payment, in basis points, rounded up.</summary>
    public int DilutionBpsOf(uint obligor)
    {
        IReadOnlyList<Claim> owed = _parties.TryGetValue(obligor, out Party? known) ? known.Owed : [];
        UInt128 born = Sum(owed, claim => claim.BornFen), reduced = Sum(owed, claim => claim.ReducedFen);
        return born == 0 ? 0 : (int)(((reduced * 10_000) + born - 1) / born);
    }

    /// <summary>Share of the obligor that owes a holder most in all that the holder was ever owed, in basis points, rounded up.</summary>
    public int LargestObligorBpsOf(uint holder)
    {
        IReadOnlyList<Claim> held = _parties.TryGetValue(holder, out Party? known) ? known.Held : [];
        UInt128 whole = Sum(held, claim => claim.BornFen);
        UInt128 most = held.GroupBy(claim => claim.Obligor).Select(group => Sum(group, claim => claim.BornFen)).DefaultIfEmpty().Max();
        return whole == 0 ? 0 : (int)(((most * 10_000) + whole - 1) / whole);
    }

    /// <summary>Deliveries of a party as the ledger shows them: each receivable that it was given, and each that it gave, as an invoice between the two.</summary>
    public IReadOnlyList<Invoice> TradeOf(uint party) => _parties.TryGetValue(party, out Party? known) ? known.Trade : [];

    /// <summary>Median of a party's monthly deliveries over its months with deliveries of the last twelve, in fen; 0 where there is none.</summary>
    public ulong MedianMonthlySalesOf(uint party)
    {
        DateOnly today = DayOf(_asOf), since = today.AddMonths(-12);
        long[] months =
        [
            .. TradeOf(party).Where(invoice => invoice.Side == InvoiceSide.Sale && invoice.Date > since && invoice.Date <= today)
                .GroupBy(invoice => (invoice.Date.Year, invoice.Date.Month)).Select(month => month.Sum(invoice => invoice.AmountFen)).Order(),
        ];
        return months.Length == 0 ? 0 : (ulong)months[months.Length / 2];
    }

    private static UInt128 Sum(IEnumerable<Claim> claims, Func<Claim, ulong> amount) => claims.Aggregate(UInt128.Zero, (sum, claim) => sum + amount(claim));

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : double.NaN;

    // The obligor owes the holder; the holder owes the obligor, or someone who owes the obligor.
    private bool GoesInACircle(uint holder, uint obligor) =>
        _parties[holder].Creditors.Contains(obligor) || _parties[holder].Creditors.Any(between => _parties[between].Creditors.Contains(obligor));

    private bool Take(LedgerFact fact)
    {
        switch (fact.Kind)
        {
            case LedgerFactKind.Registered:
                PartyOf(fact.Holder, fact.At);
                return true;
            case LedgerFactKind.LoanRepaid:
                PartyOf(fact.Holder, fact.At).LoansRepaid++;
                return true;
            case LedgerFactKind.LoanDefaulted:
                PartyOf(fact.Holder, fact.At).LoansDefaulted++;
                return true;
            case LedgerFactKind.ReceivableIssued:
                Born(fact.Number, new Claim(fact.Obligor, fact.Obligor, fact.Holder, fact.AmountFen, DayOf(fact.At), fact.Maturity), fact.At);
                return true;
            default:
                return _claims.TryGetValue(fact.Number, out Claim? claim) && Change(claim, fact);
        }
    }

    private bool Change(Claim claim, LedgerFact fact)
    {
        switch (fact.Kind)
        {
            case LedgerFactKind.ReceivableSplit:
                claim.OpenFen -= Math.Min(claim.OpenFen, fact.AmountFen);
                Born(fact.Child, new Claim(claim.Obligor, claim.Holder, fact.Holder, fact.AmountFen, DayOf(fact.At), claim.Maturity), fact.At);
                return true;
            case LedgerFactKind.ReceivableAssigned:
                Party assignee = PartyOf(fact.Holder, fact.At);
                assignee.Held.Add(claim);
                PartyOf(claim.Obligor, fact.At).Creditors.Add(fact.Holder);
                claim.Holder = fact.Holder;
                return true;
            case LedgerFactKind.ReceivableRedeemed:
                claim.OpenFen -= Math.Min(claim.OpenFen, fact.AmountFen);
                claim.DisputedFen = Math.Min(claim.DisputedFen, claim.OpenFen);
                claim.PaidOn = claim.OpenFen == 0 ? DayOf(fact.At) : null;
                return true;
            case LedgerFactKind.ReceivableReduced:
                claim.OpenFen -= Math.Min(claim.OpenFen, fact.AmountFen);
                claim.ReducedFen += fact.AmountFen;
                claim.DisputedFen = Math.Min(claim.DisputedFen, claim.OpenFen);
                return true;
            case LedgerFactKind.ReceivableDisputed:
                claim.DisputedFen = Math.Min(fact.AmountFen, claim.OpenFen);
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact.Kind, "Not a kind of ledger fact.");
        }
    }

    private void Born(ulong number, Claim claim, DateTimeOffset at)
    {
        _claims[number] = claim;
        PartyOf(claim.Holder, at).Held.Add(claim);
        Party obligor = PartyOf(claim.Obligor, at);
        obligor.Owed.Add(claim);
        obligor.Creditors.Add(claim.Holder);
        Trade(claim.Holder, InvoiceSide.Sale, claim.Payer, claim, at);
        Trade(claim.Payer, InvoiceSide.Purchase, claim.Holder, claim, at);
    }

    private void Trade(uint party, InvoiceSide side, uint other, Claim claim, DateTimeOffset at) => PartyOf(party, at).Trade.Add(
        new Invoice(side, claim.BornOn, other.ToString(System.Globalization.CultureInfo.InvariantCulture), (long)claim.BornFen, false));

    private Party PartyOf(uint number, DateTimeOffset at)
    {
        if (!_parties.TryGetValue(number, out Party? party))
        {
            party = new Party(at);
            _parties.Add(number, party);
        }

        return party;
    }

    // Payer: who gave it in payment, the obligor itself or the holder before a split.
    private sealed class Claim(uint obligor, uint payer, uint holder, ulong bornFen, DateOnly bornOn, DateOnly maturity)
    {
        public uint Obligor { get; } = obligor;

        public uint Payer { get; } = payer;

        public uint Holder { get; set; } = holder;

        public ulong BornFen { get; } = bornFen;

        public DateOnly BornOn { get; } = bornOn;

        public DateOnly Maturity { get; } = maturity;

        public ulong OpenFen { get; set; } = bornFen;

        public ulong ReducedFen { get; set; }

        public ulong DisputedFen { get; set; }

        public DateOnly? PaidOn { get; set; }
    }

    private sealed class Party(DateTimeOffset since)
    {
        public DateTimeOffset Since { get; } = since;

        public List<Claim> Owed { get; } = [];

        public List<Claim> Held { get; } = [];

        public List<Invoice> Trade { get; } = [];

        public HashSet<uint> Creditors { get; } = [];

        public int LoansRepaid { get; set; }

        public int LoansDefaulted { get; set; }
    }
}
