using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway;

/// <summary>
/// The two keys of the gateway. Neither can sign for an enterprise or a bank: the sender only pays for transactions, the registrar only
/// registers parties. The ledger enforces both.
/// </summary>
internal sealed class GatewayKeys
{
    public GatewayKeys(IOptions<GatewayOptions> options)
    {
        var settings = options.Value;
        var password = File.ReadAllText(settings.KeyPath(settings.PasswordFile)).TrimEnd('\r', '\n');
        Sender = KeystoreV3.Decrypt(File.ReadAllText(settings.KeyPath(settings.SenderKeyFile)), password);
        Registrar = KeystoreV3.Decrypt(File.ReadAllText(settings.KeyPath(settings.RegistrarKeyFile)), password);
    }

    public Secp256k1Key Sender { get; }

    public Secp256k1Key Registrar { get; }
}
