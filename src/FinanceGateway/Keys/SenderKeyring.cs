using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Keys;

/// <summary>
/// Sender keys from files (<c>sender.json</c>, <c>sender-2.json</c> and so on beside it, everything in <c>senders/</c>) and from a PKCS#11 token. Looked at
/// again while the gateway runs: a new key takes work at once, one that is gone takes none any more.
/// </summary>
internal sealed partial class SenderKeyring : ISenderKeys, IDisposable
{
    private const string Folder = "senders";

    private readonly GatewayOptions _options;
    private readonly ILogger<SenderKeyring> _logger;
    private readonly Pkcs11Token? _token;
    private readonly Dictionary<string, (DateTime WrittenAt, Secp256k1Key Key)> _files = [];
    private readonly Lock _refreshing = new();
    private volatile Address[] _current = [];
    private volatile Dictionary<Address, ITransactionSigner> _known = [];

    /// <exception cref="InvalidOperationException">There is no sender key at all.</exception>
    public SenderKeyring(IOptions<GatewayOptions> options, ILogger<SenderKeyring> logger)
    {
        _options = options.Value;
        _logger = logger;
        _token = _options.Pkcs11Library is { Length: > 0 } library ? new Pkcs11Token(library, _options.Pkcs11Token, Pin()) : null;
        Refresh();
        if (_current.Length == 0)
        {
            throw new InvalidOperationException($"There is no sender key: neither {_options.SenderKeyFile} in the keys directory nor a key on a token.");
        }
    }

    public IReadOnlyList<Address> Current => _current;

    public IReadOnlyList<Address> Draining => [.. _known.Keys.Except(_current)];

    public ITransactionSigner Of(Address sender) =>
        _known.TryGetValue(sender, out var key) ? key : throw new KeyNotFoundException($"There is no key of the sender {sender} here.");

    /// <summary>Looks at files and token again. What cannot be read is left out and logged; the last key is never given up.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            var found = new List<ITransactionSigner>(Files().Select(Read).OfType<ITransactionSigner>());
            found.AddRange(_token?.Keys(_options.Pkcs11KeyPrefix) ?? []);
            var current = found.Select(key => key.Address).Distinct().ToArray();
            if (current.Length == 0 && _current.Length > 0)
            {
                LogNoneLeft(_current.Length);
                return;
            }

            Report(current);
            _known = _known.Values.Concat(found).GroupBy(key => key.Address).ToDictionary(group => group.Key, group => group.Last());
            _current = current;
        }
    }

    public void Dispose() => _token?.Dispose();

    private IEnumerable<string> Files()
    {
        var first = _options.KeyPath(_options.SenderKeyFile);
        var beside = Directory.GetFiles(Path.GetDirectoryName(first)!, $"{Path.GetFileNameWithoutExtension(first)}-*{Path.GetExtension(first)}");
        var folder = _options.KeyPath(Folder);
        return (File.Exists(first) ? [first] : Array.Empty<string>())
            .Concat(beside.Order(StringComparer.Ordinal))
            .Concat(Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal) : []);
    }

    // Opening a keystore takes a second on purpose: only what was written since is opened.
    private Secp256k1Key? Read(string file)
    {
        try
        {
            var writtenAt = File.GetLastWriteTimeUtc(file);
            if (!_files.TryGetValue(file, out var known) || known.WrittenAt != writtenAt)
            {
                var password = File.ReadAllText(_options.KeyPath(_options.PasswordFile)).TrimEnd('\r', '\n');
                _files[file] = known = (writtenAt, KeystoreV3.Decrypt(File.ReadAllText(file), password));
            }

            return known.Key;
        }
        catch (Exception problem) when (problem is KeystoreException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(Path.GetFileName(file), problem.Message);
            return null;
        }
    }

    private string Pin() => File.ReadAllText(_options.KeyPath(_options.Pkcs11PinFile)).Trim();

    private void Report(Address[] current)
    {
        foreach (var taken in current.Except(_current))
        {
            LogTaken(taken);
        }

        foreach (var drained in _current.Except(current))
        {
            LogDrained(drained);
        }
    }

    [LoggerMessage(2601, LogLevel.Information, "The sender {Sender} takes work")]
    private partial void LogTaken(Address sender);

    [LoggerMessage(2602, LogLevel.Information, "The sender {Sender} takes no new work; what it has under way is carried to its end")]
    private partial void LogDrained(Address sender);

    [LoggerMessage(2603, LogLevel.Error, "The key file {File} cannot be used: {Problem}")]
    private partial void LogUnreadable(string file, string problem);

    [LoggerMessage(2604, LogLevel.Error, "No sender key is left; the {Count} of before are kept until the gateway is started again")]
    private partial void LogNoneLeft(int count);
}
