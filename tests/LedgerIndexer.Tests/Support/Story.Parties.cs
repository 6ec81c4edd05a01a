using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

// What happens to parties, their signers, the rules of the ledger and the policies of banks.
internal sealed partial class Story
{
    private const long LowestLimitFen = 10_000_000_000_000;
    private const long HighestLimitFen = 200_000_000_000_000;

    private ushort _operatorRevision;
    private Parameters? _proposed;

    private SignedOperation? Govern() => _random.Next(18) switch
    {
        < 2 => AddSigner(),
        < 3 => RemoveSigner(),
        < 5 => SetStanding(),
        < 8 => ProposeRecovery(),
        < 9 => VetoRecovery(),
        < 12 => CompleteRecovery(),
        < 13 => ProposeParameters(),
        < 15 => AdoptParameters(),
        < 16 => Find(_banks, bank => bank.Trades) is { } bank ? SetPolicy(bank) : null,
        < 17 => SetCreditLimit(),
        _ => ActivateModel(),
    };

    private SignedOperation? AddSigner()
    {
        var owner = Pick(_enterprises);
        var key = Secp256k1Key.Create();
        owner.Extra.Add(key);
        return ledger.Domain.SignAll(
            new AddSigner(owner.Party, new ByteString(key.SignerBytes.Span), Rights.Trade, Deadline), owner.First, key);
    }

    private SignedOperation? RemoveSigner()
    {
        if (_enterprises.Find(item => item.Extra.Count > 0) is not { } owner)
        {
            return null;
        }

        var key = owner.Extra[^1];
        owner.Extra.RemoveAt(owner.Extra.Count - 1);
        return ledger.Domain.SignAll(new RemoveSigner(owner.Party, SignerId.Of(key), Deadline), owner.First);
    }

    private SignedOperation SetStanding()
    {
        // Those that were stopped come back soon, so that the story goes on.
        var all = _enterprises.Concat(_banks).ToList();
        var subject = Find(all, item => item.Standing != Standing.Active) ?? Pick(all);
        subject.Standing = subject.Standing != Standing.Active ? Standing.Active
            : _enterprises.Contains(subject) && Chance(2) ? Standing.StopListed
            : Standing.Suspended;
        return ledger.Domain.SignAll(
            new SetStanding(subject.Party, subject.Standing, Mark(), subject.StandingRevision++, Deadline), ledger.Operator);
    }

    private SignedOperation? ProposeRecovery()
    {
        if (Find(_enterprises, item => item.Recovery is null) is not { } subject)
        {
            return null;
        }

        var key = Secp256k1Key.Create();
        subject.Recovery = (key, Today.AddDays(TestLedger.Rules.RecoveryDelayDays + 1));
        return ledger.Domain.SignAll(
            new ProposeRecovery(subject.Party, new ByteString(key.SignerBytes.Span), Rights.Trade, subject.StandingRevision++, Deadline),
            ledger.Operator,
            key);
    }

    private SignedOperation? VetoRecovery()
    {
        if (Find(_enterprises, item => item.Recovery is not null) is not { Recovery: { } recovery } subject)
        {
            return null;
        }

        subject.Recovery = null;
        return ledger.Domain.SignAll(new VetoRecovery(subject.Party, SignerId.Of(recovery.Key), Deadline), subject.First);
    }

    private SignedOperation? CompleteRecovery()
    {
        if (Find(_enterprises, item => item.Recovery is { } pending && pending.Ready <= Today) is not { Recovery: { } recovery } subject)
        {
            return null;
        }

        subject.Recovery = null;
        subject.Extra.Add(recovery.Key);
        return ledger.Domain.SignAll(new CompleteRecovery(subject.Party, SignerId.Of(recovery.Key), Deadline), recovery.Key);
    }

    private SignedOperation ProposeParameters()
    {
        // Only what the story need not keep in mind changes.
        _proposed = TestLedger.Rules with
        {
            StartDate = Today.AddDays(TestLedger.Rules.NoticeDays + _random.Next(5, 25)),
            MaxTenorDays = (ushort)_random.Next(90, 181),
        };
        return ledger.Domain.SignAll(new ProposeParameters(_proposed, _operatorRevision++, Deadline), ledger.Operator);
    }

    private SignedOperation? AdoptParameters()
    {
        if (_proposed is not { } proposed || proposed.StartDate <= Today.AddDays(1))
        {
            return null;
        }

        _proposed = null;
        return ledger.Domain.SignAll(new AdoptParameters(proposed, Deadline), ledger.Regulator);
    }

    private SignedOperation SetPolicy(Actor bank)
    {
        bank.DualApprovalFen = (ulong)_random.NextInt64(0, 3_000_000_000);
        return ledger.Domain.SignAll(
            new SetLendingPolicy(bank.Party, new Fen(bank.DualApprovalFen), Limit(), Limit(), bank.Revision++, Deadline), bank.First);
    }

    private SignedOperation? SetCreditLimit()
    {
        if (Find(_banks, item => item.Trades) is not { } bank || Find(_enterprises, item => item.Trades) is not { } subject)
        {
            return null;
        }

        var key = (subject.Party, Side: Chance(2) ? ExposureSide.Obligor : ExposureSide.Borrower);
        var revision = bank.LimitRevisions.GetValueOrDefault(key);
        bank.LimitRevisions[key] = (ushort)(revision + 1);
        return ledger.Domain.SignAll(
            new SetCreditLimit(bank.Party, subject.Party, key.Side, Limit(), revision, Deadline), bank.First);
    }

    private SignedOperation? ActivateModel()
    {
        if (Find(_banks, item => item.Trades) is not { } bank)
        {
            return null;
        }

        return ledger.Domain.SignAll(
            new ActivateModel(bank.Party, Mark(), Today.AddDays(1), Today.AddDays(_random.Next(30, 400)), bank.Revision++, Deadline),
            bank.First,
            bank.Third);
    }

    // High enough that no story reaches them.
    private Fen Limit() => new((ulong)_random.NextInt64(LowestLimitFen, HighestLimitFen));
}
