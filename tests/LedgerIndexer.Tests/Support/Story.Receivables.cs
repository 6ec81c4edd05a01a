using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

// What happens to receivables.
internal sealed partial class Story
{
    /// <summary>A tenor above it may need a review, whatever the parameters in force: they ask for none below 90 days.</summary>
    private const int UnreviewedDays = 80;

    private SignedOperation? Issue()
    {
        if (Find(_enterprises, item => item.Standing == Standing.Active) is not { } obligor
            || Find(_enterprises, item => item.Trades && item != obligor) is not { } holder)
        {
            return null;
        }

        var amountFen = (ulong)_random.NextInt64(1_000, 5_000_000_000);
        var maturity = Today.AddDays(_random.Next(20, 300));
        _claims.Add(new Claim(_claims.Count + 1, obligor) { Holder = holder, AmountFen = amountFen, Maturity = maturity });

        // One to three invoices that together cover the face, or more.
        var parts = (ulong)_random.Next(1, 4);
        var invoices = ValueList.From(Enumerable.Range(0, (int)parts).Select(_ => new Invoice(Mark(), new Fen((amountFen / parts) + parts))));
        return ledger.Domain.SignAll(
            new IssueReceivable(obligor.Party, holder.Party, new Fen(amountFen), maturity, invoices, Deadline), obligor.First, holder.First);
    }

    private SignedOperation? Assign()
    {
        if (Find(_claims, claim => claim.Traded && claim.FreeFen > 1 && claim.Holder.Trades) is not { } claim
            || Find(_enterprises, item => item.Trades && item != claim.Holder && item != claim.Obligor) is not { } assignee)
        {
            return null;
        }

        var whole = claim.Depth >= TestLedger.Rules.MaxSplitDepth || claim.Splits >= TestLedger.Rules.MaxSplits || Chance(3);
        if (whole && claim.DisputedFen > 0)
        {
            return null;
        }

        var amountFen = whole ? claim.AmountFen : (ulong)_random.NextInt64(1, (long)claim.FreeFen);
        var signed = ledger.Domain.SignAll(
            new AssignReceivable(claim.Id, assignee.Party, new Fen(amountFen), claim.Revision++, Deadline), claim.Holder.First, assignee.First);
        if (whole)
        {
            claim.Holder = assignee;
        }
        else
        {
            claim.AmountFen -= amountFen;
            claim.Splits++;
            _claims.Add(new Claim(_claims.Count + 1, claim.Obligor)
            {
                Holder = assignee, AmountFen = amountFen, Maturity = claim.Maturity, Depth = claim.Depth + 1,
            });
        }

        return signed;
    }

    private SignedOperation? Redeem()
    {
        if (Find(_claims, claim => claim.Traded && claim.FreeFen > 0) is not { } claim)
        {
            return null;
        }

        var amountFen = Amount(1, claim.FreeFen);
        claim.AmountFen -= amountFen;
        return ledger.Domain.SignAll(
            new RedeemReceivable(claim.Id, new Fen(amountFen), Mark(), claim.Revision++, Deadline), claim.Holder.First);
    }

    private SignedOperation? ServiceReceivable() => _random.Next(10) switch
    {
        < 1 => CancelReceivable(),
        < 4 => Dispute(),
        < 7 => Resolve(),
        < 8 => Freeze(),
        _ => Unfreeze(),
    };

    private SignedOperation? CancelReceivable()
    {
        if (Find(_claims, claim => claim.Traded) is not { } claim)
        {
            return null;
        }

        _cancelled = true;
        claim.AmountFen = 0;
        claim.DisputedFen = 0;
        return ledger.Domain.SignAll(
            new CancelReceivable(claim.Id, Mark(), claim.Revision++, Deadline), claim.Holder.First, claim.Obligor.First);
    }

    private SignedOperation? Dispute()
    {
        if (Find(_claims, claim => claim is { AmountFen: > 0, WasDisputed: false }) is not { } claim)
        {
            return null;
        }

        claim.DisputedFen = Amount(1, claim.AmountFen);
        claim.WasDisputed = true;
        return ledger.Domain.SignAll(
            new DisputeReceivable(claim.Id, new Fen(claim.DisputedFen), Mark(), claim.Revision++, Deadline), claim.Obligor.First);
    }

    private SignedOperation? Resolve()
    {
        if (Find(_claims, claim => claim is { DisputedFen: > 0, Frozen: false }) is not { } claim)
        {
            return null;
        }

        // Nothing is given up of what a bank lent against.
        var cancelledFen = claim.Pledged ? 0 : Amount(0, claim.DisputedFen);
        claim.AmountFen -= cancelledFen;
        claim.DisputedFen = 0;
        return ledger.Domain.SignAll(
            new ResolveDispute(claim.Id, new Fen(cancelledFen), claim.Revision++, Deadline), claim.Holder.First, claim.Obligor.First);
    }

    private SignedOperation? Freeze()
    {
        if (Find(_claims, claim => claim is { AmountFen: > 0, Frozen: false }) is not { } claim)
        {
            return null;
        }

        claim.Frozen = true;
        return ledger.Domain.SignAll(new FreezeReceivable(claim.Id, Mark(), Deadline), ledger.Regulator);
    }

    private SignedOperation? Unfreeze()
    {
        if (Find(_claims, claim => claim.Frozen) is not { } claim)
        {
            return null;
        }

        claim.Frozen = false;
        return ledger.Domain.SignAll(new UnfreezeReceivable(claim.Id, Mark(), Deadline), ledger.Regulator);
    }
}
