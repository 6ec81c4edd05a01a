using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Platform;

/// <summary>The ledger of the demonstration: what its constructor is given.</summary>
internal static class YongkangLedger
{
    /// <summary>Tenor of at most a year: 银发〔2025〕77号, Art 11.</summary>
    private static readonly Parameters Limits = new(MaxTenorDays: 366, MaxSplitDepth: 5, MaxSplits: 20);

    private static readonly RegionCode Yongkang = new(330784);

    public static byte[] DeployData(OperatorKeys keys) => FinanceLedgerContract.DeployData(
        Limits,
        Yongkang,
        Keccak256.Hash(Encoding.UTF8.GetBytes(keys.Manager.Address.ToString())),
        [Grant(keys.Manager, Rights.Manage), Grant(keys.Registrar, Rights.Register)]);

    private static SignerGrant Grant(Secp256k1Key key, Rights rights) => new(new ByteString(key.SignerBytes.Span), rights);
}
