using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// The accounts that pay for transactions: the sender's key file and those beside it that are numbered (<c>sender.json</c>, <c>sender-2.json</c>,
/// <c>sender-3.json</c>). All gateways on one database hold the same.
/// </summary>
internal sealed class SenderAccounts
{
    private readonly Dictionary<Address, Secp256k1Key> _keys;

    public SenderAccounts(GatewayKeys keys, IOptions<GatewayOptions> options)
    {
        var settings = options.Value;
        var first = settings.KeyPath(settings.SenderKeyFile);
        var password = File.ReadAllText(settings.KeyPath(settings.PasswordFile)).TrimEnd('\r', '\n');
        var numbered = Directory.GetFiles(Path.GetDirectoryName(first)!, $"{Path.GetFileNameWithoutExtension(first)}-*{Path.GetExtension(first)}");
        _keys = numbered.Order(StringComparer.Ordinal).Select(file => KeystoreV3.Decrypt(File.ReadAllText(file), password)).Prepend(keys.Sender)
            .DistinctBy(key => key.Address).ToDictionary(key => key.Address);
    }

    public IReadOnlyCollection<Address> Addresses => _keys.Keys;

    public Secp256k1Key Of(Address sender) => _keys[sender];
}
