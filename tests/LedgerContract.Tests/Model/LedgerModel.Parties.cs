using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Model;

/// <content>Parties, their signers and their recovery.</content>
internal sealed partial class LedgerModel
{
    private const int AccountLength = 20;
    private const int KeySignerLength = 84;
    private const ulong MaxSignersAtRegistration = 8;

    private Outcome Register(RegisterParty op, GivenSignature registrar, IReadOnlyList<GivenSignature> keys)
    {
        var id = new PartyId((uint)Parties.Count + 1);
        var refusal = RequireSubject(PartyId.None, op.Kind)
            ?? When(
                (ulong)op.Signers.Count is 0 or > MaxSignersAtRegistration,
                RefusalCode.SignerCountOutOfRange,
                ("count", (ulong)op.Signers.Count), ("max", MaxSignersAtRegistration))
            ?? When(
                op.Signers.Count != keys.Count,
                RefusalCode.SignaturesMismatch,
                ("signers", (ulong)op.Signers.Count), ("signatures", (ulong)keys.Count))
            ?? When(op.ProfileHash.IsZero, RefusalCode.ProfileMissing)
            ?? RequireGrants(id, op, keys)
            ?? When(!op.Signers.Any(grant => grant.Rights.HasFlag(Rights.Manage)), RefusalCode.ManagerMissing, ("party", id))
            ?? RequireSignature(registrar, PartyId.Operator, Rights.Register, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Enter(id, op.Kind, op.RegionCode, op.Industry, op.ProfileHash, op.Signers);
        Totals = op.Kind == PartyKind.Bank
            ? Totals with { Banks = (ushort)(Totals.Banks + 1) }
            : Totals with { Enterprises = Totals.Enterprises + 1 };
        return new PartyRegistered(id, op.Kind, op.RegionCode, op.Industry, op.ProfileHash, op.Signers);
    }

    private Outcome SetStanding(SetStanding op, GivenSignature manager)
    {
        var party = Parties[op.Party];
        var refusal = RequireKnown(op.Party)
            ?? RequireSubject(op.Party, party!.Kind)
            ?? RequireStandingRevision(op.Party, op.Revision)
            ?? When(
                op.Standing == Standing.None || op.Standing == party.Standing
                    || (op.Standing == Standing.StopListed && party.Kind == PartyKind.Bank),
                RefusalCode.StandingInvalid,
                ("party", op.Party), ("standing", op.Standing))
            ?? When(op.ReasonHash.IsZero, RefusalCode.ReasonMissing)
            ?? RequireSignature(manager, PartyId.Operator, Rights.Manage, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Parties[op.Party] = party! with { Standing = op.Standing, StandingRevision = Next(party.StandingRevision) };
        return new StandingSet(op.Party, op.Standing, op.ReasonHash);
    }

    private Outcome AddSigner(AddSigner op, GivenSignature manager, GivenSignature key)
    {
        var refusal = RequireKnown(op.Party)
            ?? RequireFit(Parties[op.Party]!.Kind, op.Signer, op.Rights)
            ?? RequireFree(op.Signer)
            ?? RequireSigner(key, SignerId.Of(op.Signer), op)
            ?? RequireSignature(manager, op.Party, Rights.Manage, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Grant(op.Party, SignerId.Of(op.Signer), op.Rights);
        return new SignerAdded(op.Party, SignerId.Of(op.Signer), op.Signer, op.Rights);
    }

    private Outcome RemoveSigner(RemoveSigner op, GivenSignature manager)
    {
        var (party, signer) = (Parties[op.Party], Signers[op.SignerId]);
        var refusal = RequireKnown(op.Party)
            ?? When(
                signer is null || signer.Party != op.Party || signer.Rights == Rights.None,
                RefusalCode.SignerUnknown,
                ("signerId", op.SignerId), ("party", op.Party))
            ?? RequireSignature(manager, op.Party, Rights.Manage, op)
            ?? When(
                signer!.Rights.HasFlag(Rights.Manage) && party!.Managers == 1, RefusalCode.ManagerMissing, ("party", op.Party));
        if (refusal is not null)
        {
            return refusal;
        }

        Parties[op.Party] = party! with
        {
            Signers = (ushort)(party.Signers - 1),
            Managers = (ushort)(party.Managers - (signer!.Rights.HasFlag(Rights.Manage) ? 1 : 0)),
        };
        Signers[op.SignerId] = signer with { Rights = Rights.None };
        return new SignerRemoved(op.Party, op.SignerId);
    }

    private Outcome ProposeRecovery(ProposeRecovery op, GivenSignature manager, GivenSignature key)
    {
        var party = Parties[op.Party];
        var signer = SignerId.Of(op.Signer);
        var pending = Recoveries[op.Party];
        var refusal = RequireKnown(op.Party)
            ?? RequireSubject(op.Party, party!.Kind)
            ?? RequireStandingRevision(op.Party, op.Revision)
            ?? (pending is null || Today >= pending.ReadyDate
                ? null
                : Refuse(RefusalCode.RecoveryPending, ("party", op.Party), ("signerId", pending.SignerId)))
            ?? RequireFit(party.Kind, op.Signer, op.Rights)
            ?? RequireFree(op.Signer)
            ?? RequireSigner(key, signer, op)
            ?? RequireSignature(manager, PartyId.Operator, Rights.Manage, op);
        if (refusal is not null)
        {
            return refusal;
        }

        var ready = Today.AddDays(Rules.RecoveryDelayDays);
        Parties[op.Party] = party! with { StandingRevision = Next(party.StandingRevision) };
        Recoveries[op.Party] = new Recovery(signer, op.Rights, ready, SiblingOf(op.Signer) ?? Hash256.Zero);
        return new RecoveryProposed(op.Party, signer, op.Signer, op.Rights, ready);
    }

    private Outcome VetoRecovery(VetoRecovery op, GivenSignature any)
    {
        if ((RequireRecovery(op.Party, op.SignerId) ?? RequireSignature(any, op.Party, Rights.Any, op)) is { } refusal)
        {
            return refusal;
        }

        Recoveries.Remove(op.Party);
        return new RecoveryVetoed(op.Party, op.SignerId);
    }

    private Outcome CompleteRecovery(CompleteRecovery op, GivenSignature key)
    {
        var recovery = Recoveries[op.Party];
        var refusal = RequireRecovery(op.Party, op.SignerId)
            ?? When(
                Today < recovery!.ReadyDate,
                RefusalCode.RecoveryEarly,
                ("party", op.Party), ("readyDate", recovery.ReadyDate), ("today", Today))
            ?? RequireUntaken(op.SignerId)
            ?? RequireUntaken(recovery!.SiblingId)
            ?? RequireSigner(key, op.SignerId, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Recoveries.Remove(op.Party);
        Grant(op.Party, op.SignerId, recovery!.Rights);
        return new RecoveryCompleted(op.Party, op.SignerId, recovery.Rights);
    }

    private void Enter(PartyId id, PartyKind kind, RegionCode region, IndustryCode industry, Hash256 profile, ValueList<SignerGrant> signers)
    {
        Parties[id] = new Party(kind, Standing.Active, region, industry, 0, 0, 0, 0, 0, profile);
        foreach (var grant in signers)
        {
            Grant(id, SignerId.Of(grant.Signer), grant.Rights);
        }
    }

    private void Grant(PartyId id, Hash256 signer, Rights rights)
    {
        var party = Parties[id]!;
        var number = Next(party.LastSigner);
        Parties[id] = party with
        {
            Signers = Next(party.Signers),
            Managers = (ushort)(party.Managers + (rights.HasFlag(Rights.Manage) ? 1 : 0)),
            LastSigner = number,
        };
        Signers[signer] = new SignerRecord(id, rights, number);
    }

    private LedgerRefusal? RequireGrants(PartyId id, RegisterParty op, IReadOnlyList<GivenSignature> keys)
    {
        List<Hash256> earlier = [];
        LedgerRefusal? refusal = null;
        for (var i = 0; i < op.Signers.Count && refusal is null; i++)
        {
            var signer = SignerId.Of(op.Signers[i].Signer);
            refusal = RequireFit(op.Kind, op.Signers[i].Signer, op.Signers[i].Rights)
                ?? RequireFree(op.Signers[i].Signer, earlier, id)
                ?? RequireSigner(keys[i], signer, op);
            earlier.Add(signer);
        }

        return refusal;
    }

    private LedgerRefusal? RequireFit(PartyKind kind, ByteString signer, Rights rights)
    {
        var isWellFormed = signer.Length == AccountLength
            || (signer.Length == KeySignerLength && _verifiers.Contains(Address.FromBytes(signer.Span[..AccountLength])));
        var allowed = kind switch
        {
            PartyKind.Enterprise => Rights.Enterprise,
            PartyKind.Bank => Rights.Bank,
            PartyKind.Regulator => Rights.Regulator,
            _ => Rights.Operator,
        };
        return When(!isWellFormed, RefusalCode.SignerMalformed, ("length", (ulong)signer.Length))
            ?? When(
                rights == Rights.None || (rights & ~allowed) != Rights.None,
                RefusalCode.RightsUnfit,
                ("kind", kind), ("rights", rights), ("allowed", allowed));
    }

    private LedgerRefusal? RequireUntaken(Hash256 signer) =>
        Signers[signer] is { } taken ? Refuse(RefusalCode.SignerTaken, ("signerId", signer), ("party", taken.Party)) : null;

    /// <summary>Neither the signer nor, of a P-256 key, the same key under the other scheme is a signer of anybody.</summary>
    private LedgerRefusal? RequireFree(ByteString signer, IReadOnlyList<Hash256>? earlier = null, PartyId newcomer = default)
    {
        Hash256[] ids = SiblingOf(signer) is { } sibling ? [SignerId.Of(signer), sibling] : [SignerId.Of(signer)];
        return ids.Select(id => RequireUntaken(id)
            ?? When(earlier?.Contains(id) == true, RefusalCode.SignerTaken, ("signerId", id), ("party", newcomer)))
            .FirstOrDefault(refusal => refusal is not null);
    }

    /// <summary>The same P-256 key under the other verifier; none of an account.</summary>
    private Hash256? SiblingOf(ByteString signer)
    {
        if (signer.Length != KeySignerLength)
        {
            return null;
        }

        var other = _verifiers.Single(verifier => verifier != Address.FromBytes(signer.Span[..AccountLength]));
        return Keccak256.Hash([.. other.ToArray(), .. signer.Span[AccountLength..]]);
    }

    private LedgerRefusal? RequireKnown(PartyId id) => When(Parties[id] is null, RefusalCode.PartyUnknown, ("party", id));

    /// <summary>The operator registers and judges enterprises and banks only.</summary>
    private static LedgerRefusal? RequireSubject(PartyId id, PartyKind kind) => When(
        kind is not (PartyKind.Enterprise or PartyKind.Bank),
        RefusalCode.PartyKindWrong,
        ("party", id), ("expected", PartyKind.Enterprise), ("actual", kind));

    /// <summary>A party of this kind that may enter agreements.</summary>
    private LedgerRefusal? RequireParty(PartyId id, PartyKind expected) => RequireKind(id, expected)
        ?? When(Parties[id]!.Standing == Standing.Suspended, RefusalCode.PartySuspended, ("party", id));

    private LedgerRefusal? RequireKind(PartyId id, PartyKind expected) => RequireKnown(id)
        ?? When(
            Parties[id]!.Kind != expected, RefusalCode.PartyKindWrong, ("party", id), ("expected", expected), ("actual", Parties[id]!.Kind));

    private LedgerRefusal? RequireStandingRevision(PartyId id, ushort revision) =>
        RequireRevision(id, revision, Parties[id]!.StandingRevision);

    private static LedgerRefusal? RequireRevision(PartyId id, ushort revision, ushort current) => When(
        revision != current, RefusalCode.PartyRevisionStale, ("party", id), ("revision", revision), ("current", current));

    private LedgerRefusal? RequireRecovery(PartyId id, Hash256 signer) => When(
        Recoveries[id]?.SignerId != signer, RefusalCode.RecoveryUnknown, ("party", id), ("signerId", signer));

    private static ushort Next(ushort number) => checked((ushort)(number + 1));
}
