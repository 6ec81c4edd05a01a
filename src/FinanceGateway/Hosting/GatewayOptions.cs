using System.ComponentModel.DataAnnotations;

namespace FinanceChain.FinanceGateway;

/// <summary>Configuration section <c>FinanceGateway</c>. Units stand in the names; relative files stand in <see cref="KeysDirectory"/>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "FinanceGateway";

    /// <summary>Connection string of the database that holds the schemas <c>gateway</c>, <c>ledger</c> and <c>report</c>.</summary>
    [Required]
    public string Postgres { get; set; } = "";

    /// <summary>Connection string of a streaming replica that the reports and the portal read; none: they read <see cref="Postgres"/>.</summary>
    public string? ReportsPostgres { get; set; }

    /// <summary>JSON-RPC endpoint of the chain.</summary>
    [Required]
    public Uri? ChainUrl { get; set; }

    /// <summary>Address of the deployed FinanceLedger.</summary>
    [Required, RegularExpression("^0x[0-9a-fA-F]{40}$")]
    public string LedgerAddress { get; set; } = "";

    /// <summary>The ledger's number in <c>ledger.ledger</c>.</summary>
    [Range(1, short.MaxValue)]
    public short LedgerId { get; set; } = 1;

    /// <summary>Holds the key files and the token signing key; readable by the gateway's account only.</summary>
    [Required]
    public string KeysDirectory { get; set; } = "";

    /// <summary>Keystore V3 of the account that pays for transactions. It needs no right on the ledger.</summary>
    [Required]
    public string SenderKeyFile { get; set; } = "sender.json";

    /// <summary>Path of a PKCS#11 library: its token's keys pay for transactions beside, or instead of, key files.</summary>
    public string? Pkcs11Library { get; set; }

    /// <summary>Label of the token.</summary>
    public string Pkcs11Token { get; set; } = "financechain";

    /// <summary>One line: the user PIN of the token.</summary>
    public string Pkcs11PinFile { get; set; } = "pkcs11-pin";

    /// <summary>Keys of the token whose label begins with this are senders.</summary>
    [Required]
    public string Pkcs11KeyPrefix { get; set; } = "sender";

    /// <summary>How often key files, the token and the balances of senders are looked at.</summary>
    [Range(1, 3600)]
    public int SenderWatchSeconds { get; set; } = 10;

    /// <summary>On a chain with fees: a sender below this many gwei is short of money.</summary>
    [Range(0, long.MaxValue)]
    public long SenderMinBalanceGwei { get; set; } = 50_000_000;

    /// <summary>Blocks that the indexer may be behind the chain before the gateway calls itself not ready.</summary>
    [Range(1, 10_000_000)]
    public int IndexerMaxLagBlocks { get; set; } = 1000;

    /// <summary>Where traces and metrics go (OTLP over HTTP or gRPC, by its scheme and port); none where empty.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Keystore V3 of the operator's signer with the right to register parties.</summary>
    [Required]
    public string RegistrarKeyFile { get; set; } = "registrar.json";

    /// <summary>Password of both keystores, one line.</summary>
    [Required]
    public string PasswordFile { get; set; } = "password";

    /// <summary>The operator's own API client, entered at the first start.</summary>
    [Required, StringLength(64, MinimumLength = 3)]
    public string OperatorClientId { get; set; } = "operator";

    /// <summary>One line: the secret of that client, at least 32 characters.</summary>
    [Required]
    public string OperatorClientSecretFile { get; set; } = "operator-client-secret";

    /// <summary>Issuer of access tokens; replicas share it, and the signing key in <see cref="KeysDirectory"/>.</summary>
    [Required]
    public Uri Issuer { get; set; } = new("https://gateway.financechain.example/");

    [Range(1, 1440)]
    public int AccessTokenMinutes { get; set; } = 30;

    /// <summary>Requests a second that one client may make for long; it may be ahead by two seconds' worth.</summary>
    [Range(1, 1_000_000)]
    public int ClientRequestsPerSecond { get; set; } = 2000;

    /// <summary>Attempts a minute to get an access token, from one address.</summary>
    [Range(1, 1_000_000)]
    public int TokenRequestsPerMinute { get; set; } = 1200;

    /// <summary>Plain HTTP is served on loopback addresses; beyond them only when TLS ends at a proxy in front.</summary>
    public bool BehindTlsProxy { get; set; }

    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a request waits for others, to be checked and stored together with them.</summary>
    [Range(0, 100)]
    public int DoorWindowMilliseconds { get; set; } = 5;

    /// <summary>Operations that are checked and stored together.</summary>
    [Range(1, 500)]
    public int DoorMaxOperations { get; set; } = 100;

    /// <summary>Queued operations above which new ones are refused with <c>queue_full</c>.</summary>
    [Range(1, 2_000_000)]
    public int QueueMaxOperations { get; set; } = 20_000;

    /// <summary>How long the first queued operation waits for others to share its transaction.</summary>
    [Range(0, 5000)]
    public int BatchWindowMilliseconds { get; set; } = 20;

    [Range(1, 1000)]
    public int BatchMaxOperations { get; set; } = 150;

    /// <summary>Most gas of one transaction; EIP-7825 allows 2^24.</summary>
    [Range(1_000_000, 16_777_216)]
    public long TransactionMaxGas { get; set; } = 16_777_216;

    /// <summary>Transactions sent and not yet indexed.</summary>
    [Range(1, 64)]
    public int MaxTransactionsInFlight { get; set; } = 4;

    /// <summary>A transaction that is not indexed after this time is looked up, and sent again if the chain does not know it.</summary>
    [Range(1, 3600)]
    public int StuckAfterSeconds { get; set; } = 8;

    /// <summary>How often the database is looked at when no notice arrives.</summary>
    [Range(50, 60_000)]
    public int PollMilliseconds { get; set; } = 1000;

    /// <summary>For development: webhooks may go to loopback addresses, also by plain http. Never where strangers have clients.</summary>
    public bool WebhooksToLoopback { get; set; }

    /// <summary>Pause after the first failed delivery of a webhook; it doubles with each further one, up to an hour.</summary>
    [Range(10, 600_000)]
    public int WebhookRetryMilliseconds { get; set; } = 5000;

    /// <summary>Attempts after which a delivery is parked: with the default pauses about five hours.</summary>
    [Range(1, 100)]
    public int WebhookMaxAttempts { get; set; } = 15;

    /// <summary>How long delivered ones can be replayed.</summary>
    [Range(1, 3650)]
    public int WebhookHistoryDays { get; set; } = 30;

    /// <summary>The path of a key file, taken from the keys directory unless it is absolute.</summary>
    public string KeyPath(string file) => Path.Combine(KeysDirectory, file);
}
