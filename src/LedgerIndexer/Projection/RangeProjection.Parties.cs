using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

// Parties, their signers, rules and policies.
internal sealed partial class RangeProjection
{
    private readonly Dictionary<(long BlockNumber, int LogIndex), SignerRecoveryRow> _changedRecoveries = [];
    private readonly Dictionary<int, LendingPolicyRow> _policies = [];
    private readonly Dictionary<(int Bank, int Party, ExposureSide Side), CreditLimitRow> _limits = [];

    public List<SignerRow> Signers { get; } = [];

    public List<SignerRemovalRow> SignerRemovals { get; } = [];

    public List<ParametersRow> Parameters { get; } = [];

    public List<CreditModelRow> CreditModels { get; } = [];

    public IReadOnlyList<SignerRecoveryRow> ChangedRecoveries => [.. _changedRecoveries.Values];

    public IReadOnlyList<LendingPolicyRow> LendingPolicies => [.. _policies.Values];

    public IReadOnlyList<CreditLimitRow> CreditLimits => [.. _limits.Values];

    private void Apply(PartyRegistered registered, EventPlace place)
    {
        var row = new PartyRow(
            Number(registered.Party),
            registered.Kind,
            checked((int)registered.RegionCode.Value),
            registered.Industry.ToString(),
            registered.ProfileHash.ToArray(),
            Standing.Active,
            StandingReason: null,
            place.BlockTime,
            Revision: 0,
            StandingRevision: 0,
            place.BlockNumber,
            place.BlockTime);
        RequireNew(_parties.TryAdd(row.PartyId, row), place, row);
        _changedParties.Add(row.PartyId);
        foreach (var grant in registered.Signers)
        {
            AddSigner(registered.Party, grant.Signer, grant.Rights, place);
        }
    }

    private void Apply(StandingSet set, EventPlace place)
    {
        var row = Party(set.Party, place);
        Require(row.Standing != set.Standing, place, row);
        Change(row with
        {
            Standing = set.Standing,
            StandingReason = set.ReasonHash.ToArray(),
            StandingAt = place.BlockTime,
            StandingRevision = row.StandingRevision + 1,
        });
    }

    private void AddSigner(PartyId party, ByteString signer, Rights rights, EventPlace place) =>
        Signers.Add(new SignerRow(Number(party), signer.Keccak().ToArray(), signer.ToArray(), rights, place.BlockNumber));

    private void Apply(SignerRemoved removed, EventPlace place) =>
        SignerRemovals.Add(new SignerRemovalRow(removed.SignerId.ToArray(), Number(removed.Party), place.BlockNumber));

    private void Apply(RecoveryProposed proposed, EventPlace place)
    {
        var party = Party(proposed.Party, place);
        Change(party with { StandingRevision = party.StandingRevision + 1 });
        var row = new SignerRecoveryRow(
            party.PartyId,
            place.BlockNumber,
            place.LogIndex,
            proposed.SignerId.ToArray(),
            proposed.Signer.ToArray(),
            proposed.Rights,
            proposed.ReadyDate,
            RecoveryStatus.Pending,
            EndedBlock: null);
        RequireNew(_pendingRecoveries.TryAdd(row.PartyId, row), place, row);
        Keep(row);
    }

    private void Apply(RecoveryCompleted completed, EventPlace place)
    {
        var ended = EndRecovery(completed.Party, completed.SignerId, RecoveryStatus.Completed, place);
        Require(ended.Rights == completed.Rights, place, ended);
        Signers.Add(new SignerRow(ended.PartyId, ended.SignerId, ended.Signer, ended.Rights, place.BlockNumber));
    }

    private SignerRecoveryRow EndRecovery(PartyId party, Hash256 signerId, RecoveryStatus status, EventPlace place)
    {
        if (!_pendingRecoveries.Remove(Number(party), out var row))
        {
            throw Unfit(place, $"no recovery of party {party} is projected");
        }

        Require(Hash256.FromBytes(row.SignerId) == signerId, place, row);
        return Keep(row with { Status = status, EndedBlock = place.BlockNumber });
    }

    private void Apply(ParametersProposed proposed, EventPlace place)
    {
        MoveOn(PartyId.Operator, place);
        Parameters.Add(new ParametersRow(proposed.Parameters, Adopted: false, place));
    }

    private void Apply(LendingPolicySet set, EventPlace place)
    {
        MoveOn(set.Bank, place);
        var bank = Number(set.Bank);
        _policies[bank] = new LendingPolicyRow(bank, Fen(set.DualApprovalFen), Fen(set.ObligorLimitFen), Fen(set.BorrowerLimitFen), place);
    }

    private void Apply(CreditLimitSet set)
    {
        var key = (Bank: Number(set.Bank), Party: Number(set.Party), set.Side);
        var revisions = _limits.TryGetValue(key, out var earlier) ? earlier.Revisions + 1 : 1;
        _limits[key] = new CreditLimitRow(key.Bank, key.Party, key.Side, Fen(set.LimitFen), revisions);
    }

    private void Apply(ModelActivated activated, EventPlace place)
    {
        MoveOn(activated.Bank, place);
        CreditModels.Add(new CreditModelRow(
            Number(activated.Bank), activated.ModelHash.ToArray(), activated.FromDate, activated.UntilDate, place));
    }

    private PartyRow Party(PartyId id, EventPlace place) =>
        _parties.TryGetValue(Number(id), out var row) ? row : throw Unfit(place, $"party {id} is not projected");

    private void MoveOn(PartyId id, EventPlace place)
    {
        var row = Party(id, place);
        Change(row with { Revision = row.Revision + 1 });
    }

    private void Change(PartyRow row)
    {
        _parties[row.PartyId] = row;
        _changedParties.Add(row.PartyId);
    }

    private SignerRecoveryRow Keep(SignerRecoveryRow row) => _changedRecoveries[(row.BlockNumber, row.LogIndex)] = row;
}
