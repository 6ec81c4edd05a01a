using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What a bank decides before it lends.</summary>
/// <param name="Bank">Place of the bank in the cast.</param>
/// <param name="DualApproval">A principal above it takes two approvers.</param>
/// <param name="ObligorLimit">For each obligor without a limit of its own.</param>
/// <param name="BorrowerLimit">For each borrower without a limit of its own.</param>
internal sealed record PlannedPolicy(int Bank, Fen DualApproval, Fen ObligorLimit, Fen BorrowerLimit);

/// <summary>A limit for one party.</summary>
/// <param name="Bank">Place of the bank in the cast.</param>
/// <param name="Party">Place of the party in the cast.</param>
/// <param name="Step">When the bank sets it: before the first loan that needs it.</param>
internal sealed record PlannedLimit(int Bank, int Party, ExposureSide Side, Fen Limit, int Step);

/// <summary>The banks' lending policies, and where a bank goes beyond its own.</summary>
internal static class BankPolicies
{
    private const ulong MillionYuanFen = 100_000_000;

    /// <summary>In the order of the banks in the cast; the first lend most.</summary>
    public static IReadOnlyList<PlannedPolicy> All { get; } =
    [
        Policy(0, dualApproval: 15, obligor: 60, borrower: 25),
        Policy(1, dualApproval: 15, obligor: 50, borrower: 20),
        Policy(2, dualApproval: 12, obligor: 40, borrower: 20),
        Policy(3, dualApproval: 10, obligor: 30, borrower: 15),
        Policy(4, dualApproval: 10, obligor: 20, borrower: 15),
        Policy(5, dualApproval: 8, obligor: 15, borrower: 10),
    ];

    /// <summary>A limit for each party to which a bank lends beyond its policy, with some air above the most that it takes on.</summary>
    public static IReadOnlyList<PlannedLimit> OwnLimits(IReadOnlyList<PlannedClaim> claims) =>
    [
        .. claims.Where(claim => claim.Loan is not null)
            .SelectMany(claim => new[]
            {
                (claim, claim.Loan!.Bank, Party: claim.Obligor, Side: ExposureSide.Obligor),
                (claim, claim.Loan!.Bank, Party: claim.Holder, Side: ExposureSide.Borrower),
            })
            .GroupBy(item => (item.Bank, item.Party, item.Side), item => item.claim)
            .Select(line => OwnLimit(line.Key.Bank, line.Key.Party, line.Key.Side, [.. line]))
            .OfType<PlannedLimit>()
            .OrderBy(limit => (limit.Step, limit.Bank, limit.Party)),
    ];

    /// <summary>
    /// What a bank has taken on at most on a step: all that opens on it, before any of it that ends on the same step.
    /// </summary>
    public static Fen Exposure(IEnumerable<PlannedClaim> claims, int step)
    {
        ulong used = 0;
        foreach (PlannedClaim claim in claims)
        {
            PlannedLoan loan = claim.Loan!;
            if (loan.OpenStep > step || EndStep(claim) < step)
            {
                continue;
            }

            used += loan.Principal.Value - (loan.InstalmentStep < step ? loan.Instalment.Value : 0);
        }

        return new Fen(used);
    }

    private static PlannedLimit? OwnLimit(int bank, int party, ExposureSide side, IReadOnlyList<PlannedClaim> claims)
    {
        Fen usual = side == ExposureSide.Obligor ? All[bank].ObligorLimit : All[bank].BorrowerLimit;
        List<(int Step, Fen Used)> peaks = [.. claims.Select(claim => claim.Loan!.OpenStep).Distinct().Order().Select(step => (step, Exposure(claims, step)))];
        if (peaks.All(peak => peak.Used <= usual))
        {
            return null;
        }

        ulong most = peaks.Max(peak => peak.Used.Value);
        var limit = new Fen(((most * 11 / 10 / MillionYuanFen) + 1) * MillionYuanFen);
        return new PlannedLimit(bank, party, side, limit, peaks.First(peak => peak.Used > usual).Step - 1);
    }

    /// <summary>When the loan no longer takes up the limit.</summary>
    private static int EndStep(PlannedClaim claim) =>
        claim.Incidents.FirstOrDefault(incident => incident.Kind is IncidentKind.CancelLoan or IncidentKind.WriteOff)?.Step
        ?? claim.Loan!.RepayStep
        ?? int.MaxValue;

    /// <summary>Amounts in hundreds of thousands of yuan.</summary>
    private static PlannedPolicy Policy(int bank, ulong dualApproval, ulong obligor, ulong borrower) => new(
        bank, HundredThousands(dualApproval), HundredThousands(obligor), HundredThousands(borrower));

    private static Fen HundredThousands(ulong count) => new(count * MillionYuanFen / 10);
}
