using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>One log of the contract: as the chain gave it, and decoded.</summary>
/// <param name="Topics">All topics one after the other, 32 bytes each.</param>
internal sealed record ChainEvent(
    EventPlace Place, byte[] TransactionHash, int TransactionIndex, byte[] Topics, byte[] Data, LedgerEvent Content);

/// <summary>The blocks after <paramref name="Before"/> up to <paramref name="End"/>, whole, in the chain's order.</summary>
/// <param name="UncheckedBanks">Banks of earlier ranges whose totals could not be compared then.</param>
/// <param name="Totals">What the contract answered at <paramref name="End"/>; null when the node no longer has the state of that block.</param>
internal sealed record ChainRange(
    BlockMark Before, BlockMark End, IReadOnlyList<ChainEvent> Events, IReadOnlySet<int> UncheckedBanks, LedgerTotals? Totals)
{
    /// <summary>The banks that the next range must check too.</summary>
    public IReadOnlySet<int> BanksLeft => Totals is null ? BanksToCheck(Events, UncheckedBanks) : new HashSet<int>();

    /// <summary>The banks whose totals the events move, and those that are still unchecked.</summary>
    public static IReadOnlySet<int> BanksToCheck(IReadOnlyList<ChainEvent> events, IReadOnlySet<int> uncheckedBanks)
    {
        var banks = new HashSet<int>(uncheckedBanks);
        foreach (var item in events)
        {
            if (BankOf(item.Content) is { } bank)
            {
                banks.Add((int)bank.Value);
            }
        }

        return banks;
    }

    private static PartyId? BankOf(LedgerEvent content) => content switch
    {
        LoanDisbursed disbursed => disbursed.Bank,
        LoanRepaid repaid => repaid.Bank,
        LoanDefaulted defaulted => defaulted.Bank,
        LoanWrittenOff writtenOff => writtenOff.Bank,
        _ => null,
    };
}

/// <summary>What the contract answered at one block.</summary>
/// <param name="Banks">Of the banks that were asked for.</param>
internal sealed record LedgerTotals(ControlTotals Whole, IReadOnlyList<BankControlTotals> Banks);
