namespace FinanceChain.CreditScoring;

/// <summary>One range of a characteristic: from <paramref name="AtLeast"/> up to the next bin, worth <paramref name="Points"/>.</summary>
public readonly record struct Bin(int AtLeast, int Points);

/// <summary>A characteristic of the borrower: how to read it from the facts, and its bins in rising order of <see cref="Bin.AtLeast"/>.</summary>
/// <param name="Reason">The code that is given when this characteristic costs points.</param>
/// <param name="MissingPoints">Points where the fact is unknown: never more than the worst bin, so that hiding a fact cannot help.</param>
public sealed record Characteristic(ReasonCode Reason, Func<CreditFacts, int?> Read, IReadOnlyList<Bin> Bins, int MissingPoints)
{
    /// <summary>The most points that the characteristic can give.</summary>
    public int MaximumPoints => Bins.Max(bin => bin.Points);

    /// <summary>Points for the facts. A value below the first bin takes the first bin.</summary>
    public int PointsFor(CreditFacts facts)
    {
        if (Read(facts) is not { } value)
        {
            return MissingPoints;
        }

        int points = Bins[0].Points;
        foreach (Bin bin in Bins)
        {
            if (value >= bin.AtLeast)
            {
                points = bin.Points;
            }
        }

        return points;
    }
}

/// <summary>
/// An additive scorecard in integers: the same facts give the same decision on every machine. The card that stands here is an expert card for
/// the first months of a ledger, when nothing has defaulted yet from which a model could learn; its points are policy, not statistics.
/// </summary>
public sealed class Scorecard
{
    private const int BasePoints = 400;
    private const int MaximumReasons = 4;

    private readonly IReadOnlyList<Characteristic> _characteristics;

    /// <summary>Builds a card from its characteristics.</summary>
    /// <exception cref="ArgumentException">A characteristic has no bins, bins out of order, or rewards a missing fact above its worst bin.</exception>
    public Scorecard(IReadOnlyList<Characteristic> characteristics)
    {
        ArgumentNullException.ThrowIfNull(characteristics);
        foreach (Characteristic characteristic in characteristics)
        {
            RequireSound(characteristic);
        }

        _characteristics = characteristics;
    }

    /// <summary>The expert card of the demonstration banks.</summary>
    public static Scorecard Expert { get; } = new(
    [
        new(ReasonCode.ShortHistory, facts => facts.MonthsOnLedger, [new(0, 0), new(3, 30), new(6, 55), new(12, 80)], 0),
        new(ReasonCode.FewReceivablesRedeemed, facts => facts.ReceivablesRedeemed, [new(0, 0), new(1, 25), new(3, 50), new(8, 75)], 0),
        new(ReasonCode.FewLoansRepaid, facts => facts.LoansRepaid, [new(0, 0), new(1, 30), new(3, 55), new(6, 80)], 0),
        new(ReasonCode.ConcentratedObligors, facts => 10_000 - facts.LargestObligorShareBps, [new(0, 0), new(2_000, 15), new(5_000, 35), new(7_000, 45)], 0),
        new(ReasonCode.ObligorUnproven, facts => facts.ObligorReceivablesRedeemed, [new(0, 0), new(2, 30), new(10, 60), new(30, 90)], 0),
    ]);

    /// <summary>Scores the facts. Reasons are the characteristics that cost most against their best bin, largest first, ties in the order of the card.</summary>
    public CreditDecision Evaluate(CreditFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var losses = _characteristics
            .Select(characteristic => (characteristic.Reason, Loss: characteristic.MaximumPoints - characteristic.PointsFor(facts)))
            .ToList();
        int score = BasePoints + _characteristics.Sum(characteristic => characteristic.PointsFor(facts));
        ReasonCode[] reasons = [.. losses.Where(item => item.Loss > 0).OrderByDescending(item => item.Loss).Take(MaximumReasons).Select(item => item.Reason)];
        return new CreditDecision(score, Grades.Of(score), reasons);
    }

    private static void RequireSound(Characteristic characteristic)
    {
        IReadOnlyList<Bin> bins = characteristic.Bins;
        if (bins.Count == 0)
        {
            throw new ArgumentException($"{characteristic.Reason}: a characteristic needs at least one bin.");
        }

        for (int i = 1; i < bins.Count; i++)
        {
            if (bins[i].AtLeast <= bins[i - 1].AtLeast || bins[i].Points < bins[i - 1].Points)
            {
                throw new ArgumentException($"{characteristic.Reason}: bin {i} is out of order; bounds must rise and points must not fall.");
            }
        }

        if (characteristic.MissingPoints > bins.Min(bin => bin.Points))
        {
            throw new ArgumentException($"{characteristic.Reason}: a missing fact must not score above the worst bin.");
        }
    }
}
