using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Keys;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway;

/// <summary>
/// The keys of the gateway. None can sign for an enterprise or a bank: senders only pay for transactions, the registrar only registers parties. The
/// ledger enforces both.
/// </summary>
internal sealed class GatewayKeys
{
    public GatewayKeys(ISenderKeys senders, IOptions<GatewayOptions> options)
    {
        var settings = options.Value;
        var password = File.ReadAllText(settings.KeyPath(settings.PasswordFile)).TrimEnd('\r', '\n');
        Sender = senders.Of(senders.Current[0]);
        Registrar = KeystoreV3.Decrypt(File.ReadAllText(settings.KeyPath(settings.RegistrarKeyFile)), password);
    }

    /// <summary>The first of <see cref="ISenderKeys.Current"/> when the gateway started.</summary>
    public ITransactionSigner Sender { get; }

    public Secp256k1Key Registrar { get; }
}
