using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// The keys of the cast, derived from a secret seed of this data folder: an interrupted story goes on with the same keys, and two
/// installations never share one. Of every eight parties four have secp256k1 keys, three P-256 keys, one passkeys. Operator and regulator
/// bring their own.
/// </summary>
internal sealed class StoryKeys(byte[] seed, Address p256Verifier, Address passkeyVerifier, Offices offices)
{
    // Part of what a passkey signs: another one would make other signatures of a story that is played again.
    private static readonly Uri PasskeyOrigin = new("https://yongkang.financechain.example");

    private readonly Dictionary<(int Member, string Duty), ISigner> _keys = [];

    /// <summary>An enterprise's only key: it trades and manages.</summary>
    public ISigner Trader(int member) => Key(member, "trader");

    /// <summary>A bank's key that approves loans.</summary>
    public ISigner Approver(int member) => Key(member, "approver");

    /// <summary>A bank's other key that approves loans, for those that take two.</summary>
    public ISigner SecondApprover(int member) => Key(member, "second-approver");

    /// <summary>A bank's key that records disbursements and receipts.</summary>
    public ISigner Cashier(int member) => Key(member, "cashier");

    /// <summary>A bank's key that manages its signers and sets its policy.</summary>
    public ISigner Manager(int member) => Key(member, "manager");

    public ISigner OperatorManager => offices.Manager;

    public ISigner Regulator => offices.Regulator;

    /// <summary>The signers with which a member registers.</summary>
    public IReadOnlyList<(ISigner Key, Rights Rights)> SignersOf(CastMember member) => member.Role == CastRole.Bank
        ?
        [
            (Manager(member.Index), Rights.Manage),
            (Approver(member.Index), Rights.Approve),
            (SecondApprover(member.Index), Rights.Approve),
            (Cashier(member.Index), Rights.Disburse),
        ]
        : [(Trader(member.Index), Rights.Trade | Rights.Manage)];

    private ISigner Key(int member, string duty)
    {
        lock (_keys)
        {
            if (!_keys.TryGetValue((member, duty), out ISigner? key))
            {
                key = Derive(member, duty);
                _keys.Add((member, duty), key);
            }

            return key;
        }
    }

    private ISigner Derive(int member, string duty)
    {
        // 32 uniform bytes miss the range of valid scalars with a chance below 2^-32 for either curve; the story would stop with an error.
        string label = string.Create(CultureInfo.InvariantCulture, $"{member}/{duty}");
        byte[] scalar = HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, 32, info: Encoding.UTF8.GetBytes(label));
        return (member % 8) switch
        {
            3 => new PasskeySigner(P256Key.FromPrivateKey(scalar, passkeyVerifier), PasskeyOrigin),
            1 or 5 or 7 => P256Key.FromPrivateKey(scalar, p256Verifier),
            _ => Secp256k1Key.FromPrivateKey(scalar),
        };
    }
}
