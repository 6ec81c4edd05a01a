using System.Globalization;
using System.Text;
using FinanceChain.CreditScoring;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// Binds an approval on the ledger to the credit decision behind it: Keccak-256 of one canonical text. Without a salt: all facts of this card
/// stand on the ledger for everybody anyway.
/// </summary>
internal static class DecisionDigest
{
    private const string Card = "expert-1";

    /// <summary>How the ledger names the card by which the banks decide.</summary>
    public static Hash256 Model { get; } = Hash("financechain:model:1", Card);

    public static Hash256 Of(CreditFacts facts, CreditDecision decision, Bps annualRate) => Hash(
        "financechain:decision:1",
        Card,
        Text(facts.MonthsOnLedger),
        Text(facts.ReceivablesRedeemed),
        Text(facts.LoansRepaid),
        Text(facts.LargestObligorShareBps),
        Text(facts.ObligorReceivablesRedeemed),
        Text(decision.Score),
        Text((int)decision.Grade),
        string.Join(',', decision.Reasons.Select(reason => Text((int)reason))),
        annualRate.ToString());

    /// <summary>A fact that is not known is empty.</summary>
    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static Hash256 Hash(params string[] parts) => Keccak256.Hash(Encoding.UTF8.GetBytes(string.Join('|', parts)));
}
