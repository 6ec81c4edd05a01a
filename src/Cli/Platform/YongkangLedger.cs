using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Platform;

/// <summary>The ledger of the demonstration: what it is founded with.</summary>
internal static class YongkangLedger
{
    private static readonly RegionCode Yongkang = new(330784);

    /// <summary>
    /// In principle six months, never more than a year, and beyond six months only after a review: 银发〔2025〕77号, Art 11. The rest is the
    /// operator's choice.
    /// </summary>
    public static Parameters Rules { get; } = new(
        StartDate: new DateOnly(2023, 7, 1),
        MaxTenorDays: 184,
        MaxReviewedTenorDays: 366,
        MaxSplitDepth: 5,
        MaxSplits: 20,
        MaxInvoices: 20,
        RecoveryDelayDays: 7,
        NoticeDays: 30,
        MaxExtensionDays: 90,
        ApprovalDays: 30);

    public static LedgerFoundation Foundation(OperatorKeys keys) => new(
        Rules,
        Yongkang,
        Profile(keys.Manager),
        [SignerId.Grant(keys.Manager, Rights.Manage), SignerId.Grant(keys.Registrar, Rights.Register)],
        Profile(keys.Regulator),
        [SignerId.Grant(keys.Regulator, Rights.Regulator)]);

    private static Hash256 Profile(Secp256k1Key key) => Keccak256.Hash(Encoding.UTF8.GetBytes(key.Address.ToString()));
}
