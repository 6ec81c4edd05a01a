using System.Globalization;
using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What every move of the story is written with: the cast's keys, the numbers that the ledger gave out, the ledger's domain.</summary>
internal sealed class StoryPen(StoryState state, StoryKeys keys, LedgerDomain domain)
{
    // Generous against the clock of the machine that runs while a step is played.
    private static readonly TimeSpan ValidFor = TimeSpan.FromDays(14);

    public StoryKeys Keys => keys;

    /// <summary>Until when what is signed on a step may be submitted; unix seconds.</summary>
    public static ulong Deadline(int step) => (ulong)(StoryCalendar.Morning(step) + ValidFor).ToUnixTimeSeconds();

    /// <summary>Stands for the hash of a number or a paper that a bank, a court or the movable-finance register would give.</summary>
    public static Hash256 Reference(string what, int claim, int step) =>
        Keccak256.Hash(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"yongkang/{what}/{claim}/{step}")));

    public ClaimState On(PlannedClaim claim) => state.Claims[claim.Index];

    public PartyId Party(int member) => state.PartyOf(member);

    public StoryMove Move(
        int member, FormattableString key, Func<ILedgerOperation> write, IReadOnlyList<ISigner> signers, Action<OperationState> note) =>
        new(member, key.ToString(CultureInfo.InvariantCulture), () => domain.SignAll(write(), signers), note);
}
