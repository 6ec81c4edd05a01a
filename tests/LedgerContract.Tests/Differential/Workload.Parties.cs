using FinanceChain.Ethereum;
using FinanceChain.LedgerContract.Tests.Chain;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <content>Drafts of what the operator, the regulator, and each party for itself decide.</content>
internal sealed partial class Workload
{
    private const ulong MaxLimit = (1UL << 48) - 1;

    private ILedgerOperation DraftOfParties(OperationKind kind) => kind switch
    {
        OperationKind.RegisterParty => Registration(),
        OperationKind.AddSigner => Addition(AnyParty()),
        OperationKind.RemoveSigner => Removal(),
        OperationKind.SetStanding => Judgement(AnyParty()),
        OperationKind.ProposeRecovery => Recovery(),
        OperationKind.VetoRecovery => Veto(),
        _ => Completion(),
    };

    private RegisterParty Registration()
    {
        var kind = _dice.Chance(3) ? _dice.Pick(Enum.GetValues<PartyKind>())
            : _model.Totals.Banks < 4 || _dice.Chance(10) ? PartyKind.Bank : PartyKind.Enterprise;
        List<SignerGrant> signers = kind == PartyKind.Bank
            ? [Grant(Rights.Approve | Rights.Manage), Grant(Rights.Disburse), Grant(Rights.Approve), Grant(Rights.Bank)]
            : [Grant(Rights.Enterprise), Grant(Rights.Trade)];
        signers = _dice.Below(40) switch
        {
            0 => [],
            1 => [.. Enumerable.Repeat(signers[0], 9)],
            2 => [signers[0], signers[0]],
            3 => [.. signers.Skip(1)],
            4 => [signers[0], Grant(_dice.Pick(Rights.None, Rights.Register, Rights.Supervise))],
            5 => [signers[0], new SignerGrant(BadSigner(), Rights.Manage)],
            _ => signers,
        };
        return new RegisterParty(
            kind,
            TestLedger.Yongkang,
            IndustryCode.Parse(kind == PartyKind.Bank ? "J6621" : "C33"),
            Hash(8),
            ValueList.From(signers),
            Deadline());
    }

    private AddSigner Addition(PartyId party)
    {
        var grant = Candidate(party);
        return new AddSigner(party, grant.Signer, grant.Rights, Deadline());
    }

    private RemoveSigner Removal()
    {
        var party = AnyParty();
        var enough = _signersOf[party].Where(id => _model.Signers[id]!.Rights is Rights.Trade or Rights.Approve or Rights.Bank).ToList();
        var id = enough.Count == 0 || _dice.Chance(10) ? _dice.Pick(_signersOf[party]) : _dice.Pick(enough);
        // The ledger's guardians keep their keys, or soon nothing would be judged and frozen any more.
        var owner = party <= PartyId.Regulator ? Bank() : party;
        return new RemoveSigner(owner, _dice.Chance(3) ? _dice.Hash() : id, Deadline());
    }

    /// <summary>Few stay suspended for long, or nothing would be traded any more.</summary>
    private SetStanding Judgement(PartyId party)
    {
        var fallen = _model.Parties.All.Where(one => one.Value.Standing != Standing.Active).Select(one => one.Key).Order().ToList();
        party = fallen.Count > 3 && _dice.Chance(70) ? _dice.Pick(fallen) : party;
        var current = _model.Parties[party];
        var standing = Odd() ? _dice.Pick(Enum.GetValues<Standing>())
            : current?.Standing != Standing.Active ? Standing.Active
            : _dice.Pick(Standing.StopListed, Standing.Suspended);
        return new SetStanding(party, standing, Hash(), Revision(current?.StandingRevision ?? 0), Deadline());
    }

    private ProposeRecovery Recovery()
    {
        var party = AnyParty();
        var grant = Candidate(party);
        return new ProposeRecovery(party, grant.Signer, grant.Rights, Revision(_model.Parties[party]?.StandingRevision ?? 0), Deadline());
    }

    private VetoRecovery Veto()
    {
        var (party, signerId) = Pending();
        return new VetoRecovery(party, signerId, Deadline());
    }

    private CompleteRecovery Completion()
    {
        var (party, signerId) = Pending();
        return new CompleteRecovery(party, signerId, Deadline());
    }

    private ILedgerOperation DraftOfPolicies(OperationKind kind) => kind switch
    {
        OperationKind.ProposeParameters =>
            new ProposeParameters(NewRules(), Revision(_model.Parties[PartyId.Operator]!.Revision), Deadline()),
        OperationKind.AdoptParameters =>
            new AdoptParameters(_dice.Chance(5) || _model.ProposedRules is null ? NewRules() : _model.ProposedRules, Deadline()),
        OperationKind.SetLendingPolicy => Policy(),
        OperationKind.SetCreditLimit => Limit(),
        _ => Activation(),
    };

    private Parameters NewRules()
    {
        var today = _model.Today;
        return new Parameters(
            Date(today.AddDays(_model.Rules.NoticeDays), today.AddDays(30)),
            (ushort)_dice.Pick(180, 180, 90, _dice.Chance(5) ? 0 : 120),
            (ushort)_dice.Pick(360, 360, 180, _dice.Chance(5) ? 3_661 : 200),
            (byte)_dice.Pick(1, 2, 3),
            (byte)_dice.Pick(1, 2, 3, 5),
            (byte)_dice.Pick(4, 4, 2, _dice.Chance(5) ? 0 : 3),
            (byte)_dice.Pick(0, 3, 7),
            (byte)_dice.Pick(2, 5, 10),
            (ushort)_dice.Pick(10, 30, _dice.Chance(5) ? 3_661 : 60),
            (byte)_dice.Pick(2, 4, 30));
    }

    private SetLendingPolicy Policy()
    {
        var bank = Bank();
        return new SetLendingPolicy(
            bank,
            _dice.Chance(3) ? Amount(0, 1_000_000_000_000) : new Fen(_dice.Pick(500_000_000UL, 2_000_000_000UL)),
            AnyLimit(),
            AnyLimit(),
            Revision(_model.Parties[bank]?.Revision ?? 0),
            Deadline());
    }

    private SetCreditLimit Limit()
    {
        var (bank, party) = (Bank(), Enterprise());
        var side = _dice.Chance(3) ? ExposureSide.None : _dice.Pick(ExposureSide.Obligor, ExposureSide.Borrower);
        var line = _model.Lines[(bank, party, side)];
        return new SetCreditLimit(bank, party, side, AnyLimit(), Revision(line?.Revision ?? 0), Deadline());
    }

    private ActivateModel Activation()
    {
        var (bank, from) = (Bank(), Date(_model.Today, _model.Today.AddDays(30)));
        return new ActivateModel(bank, Hash(5), from, Date(from, from.AddDays(90)), Revision(_model.Parties[bank]?.Revision ?? 0), Deadline());
    }

    private Fen AnyLimit() => _dice.Below(20) switch
    {
        0 => Amount(0, MaxLimit),
        1 => Fen.Zero,
        < 8 => new Fen(_dice.Between(1_000_000_000, 20_000_000_000)),
        _ => new Fen(MaxLimit),
    };

    private SignerGrant Grant(Rights rights) => SignerId.Grant(_keys.New(), rights);

    /// <summary>A new signer for this party; now and then one that is none, is taken, or would get too much.</summary>
    private SignerGrant Candidate(PartyId party)
    {
        var isBank = _model.Parties[party]?.Kind == PartyKind.Bank;
        var rights = _dice.Chance(4) ? (Rights)_dice.Below(64) : isBank ? _dice.Pick(Rights.Approve, Rights.Disburse, Rights.Bank) : Rights.Trade;
        rights = party == PartyId.Operator ? Rights.Register : party == PartyId.Regulator ? Rights.Supervise : rights;
        return _dice.Below(30) switch
        {
            0 => new SignerGrant(BadSigner(), rights),
            1 => SignerId.Grant(_keys.Find(_dice.Pick(_signersOf[AnyParty()]))!, rights),
            _ => Grant(rights),
        };
    }

    private ByteString BadSigner() => ByteString.Wrap(_dice.Bytes(_dice.Pick(0, 19, 21, 84)));

    private (PartyId Party, Hash256 SignerId) Pending()
    {
        IReadOnlyList<PartyId> pending = [.. _model.Recoveries.All.Keys.Order()];
        if (pending.Count == 0 || Odd())
        {
            _missed = pending.Count == 0;
            return (AnyParty(), _dice.Hash());
        }

        var ready = pending.Where(id => _model.Recoveries[id]!.ReadyDate <= _model.Today).ToList();
        var party = _dice.Pick(ready.Count > 0 && _dice.Chance(60) ? ready : pending);
        return (party, _model.Recoveries[party]!.SignerId);
    }

    // ---- Who -------------------------------------------------------------------------------------------------------------

    /// <summary>One that is known.</summary>
    private PartyId AnyParty() => new((uint)_dice.Between(1, (ulong)_model.Parties.Count));

    /// <summary>Another than these, if it does not happen to be one of them all the same.</summary>
    private PartyId Enterprise(params IReadOnlyList<PartyId> others)
    {
        var party = PartyOf(PartyKind.Enterprise);
        return others.Contains(party) ? PartyOf(PartyKind.Enterprise) : party;
    }

    private PartyId Bank() => PartyOf(PartyKind.Bank);

    /// <summary>Mostly of the kind and in good standing, seldom anybody, or nobody.</summary>
    private PartyId PartyOf(PartyKind kind)
    {
        if (_dice.Chance(0.7))
        {
            return new PartyId((uint)_dice.Between(0, (ulong)_model.Parties.Count + 2));
        }

        var anyStanding = Odd();
        return Found(
            (ulong)_model.Parties.Count,
            (ulong)_model.Parties.Count,
            number => _model.Parties[new PartyId((uint)number)] is { } party && party.Kind == kind
                && (anyStanding || party.Standing == Standing.Active)) is var found and > 0
            ? new PartyId((uint)found)
            : AnyParty();
    }

    /// <summary>
    /// A number from 1 to <paramref name="count"/> that is wanted: the first after a random one of the last <paramref name="recent"/>; 0 where
    /// none is.
    /// </summary>
    private ulong Found(ulong count, ulong recent, Func<ulong, bool> isWanted)
    {
        var start = count - _dice.Between(0, Math.Min(recent, count));
        for (ulong i = 0; i < count; i++)
        {
            var number = ((start + i) % count) + 1;
            if (isWanted(number))
            {
                return number;
            }
        }

        _missed = true;
        return 0;
    }
}
