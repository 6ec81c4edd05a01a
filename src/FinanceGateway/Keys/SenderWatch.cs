using System.Numerics;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;
using Net.Pkcs11Interop.Common;

namespace FinanceChain.FinanceGateway.Keys;

/// <summary>Looks after the senders: new and vanished keys, and whether they can still pay.</summary>
internal sealed partial class SenderWatch(
    SenderKeyring keyring, EthereumClient chain, IOptions<GatewayOptions> options, ILogger<SenderWatch> logger) : BackgroundService
{
    private static readonly BigInteger WeiPerGwei = 1_000_000_000;

    private volatile Dictionary<Address, BigInteger> _balances = [];
    private volatile List<Address> _short = [];

    /// <summary>In wei, as last seen.</summary>
    public IReadOnlyDictionary<Address, BigInteger> Balances => _balances;

    /// <summary>Current senders that run out of money; always empty on a chain without fees.</summary>
    public IReadOnlyList<Address> Short => _short;

    /// <summary>False when no sender can pay any more.</summary>
    public bool CanPay => _short.Count < keyring.Current.Count;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SenderWatchSeconds));
        do
        {
            try
            {
                keyring.Refresh();
                await LookAtBalances(stoppingToken);
            }
            catch (Exception away) when (away is EthereumException or Pkcs11Exception)
            {
                LogNotSeen(away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAtBalances(CancellationToken cancellationToken)
    {
        var hasFees = !(await chain.Fees(cancellationToken)).BaseFeePerGas.IsZero;
        var least = options.Value.SenderMinBalanceGwei * WeiPerGwei;
        var balances = new Dictionary<Address, BigInteger>();
        foreach (var sender in keyring.Current)
        {
            balances[sender] = await chain.Balance(sender, BlockTag.Latest, cancellationToken);
        }

        var poor = hasFees ? balances.Where(balance => balance.Value < least).Select(balance => balance.Key).ToList() : [];
        foreach (var sender in poor)
        {
            LogShort(sender, balances[sender] / WeiPerGwei, options.Value.SenderMinBalanceGwei);
        }

        (_balances, _short) = (balances, poor);
    }

    [LoggerMessage(2611, LogLevel.Warning, "The sender {Sender} has {Gwei} gwei left, less than {Least}")]
    private partial void LogShort(Address sender, BigInteger gwei, long least);

    [LoggerMessage(2612, LogLevel.Warning, "The senders could not be looked at: {Problem}")]
    private partial void LogNotSeen(string problem);
}

internal static class SenderKeysSetup
{
    public static void AddSenderKeys(this IServiceCollection services)
    {
        services.AddSingleton<SenderKeyring>();
        services.AddSingleton<ISenderKeys>(provider => provider.GetRequiredService<SenderKeyring>());
        services.AddSingleton<SenderWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SenderWatch>());
    }
}
