using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>
/// JSON-RPC over HTTP to one node. Thread-safe: one client serves any number of tasks over pooled connections. What is safe to repeat is
/// repeated when no answer comes. Every method throws <see cref="NodeUnreachableException"/> when no answer came,
/// <see cref="JsonRpcException"/> when the node refused, and <see cref="NodeResponseException"/> when the answer is not one to the question.
/// Source: ethereum/execution-apis.
/// </summary>
public sealed class EthereumClient : IDisposable
{
    private const int MethodNotFound = -32601;

    private static readonly string[] AlreadyKnownWords = ["already known", "already imported", "alreadyknown", "known transaction", "already in mempool"];

    private readonly EthereumClientOptions _options;
    private readonly JsonRpcTransport _transport;
    private long _lastId;

    /// <param name="endpoint">An http or https address.</param>
    public EthereumClient(Uri endpoint, EthereumClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw new ArgumentException("The endpoint of a node is an absolute http or https address.", nameof(endpoint));
        }

        _options = options ?? new EthereumClientOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxBatch, nameof(options));
        _transport = new JsonRpcTransport(endpoint, _options);
    }

    public Task<ulong> ChainId(CancellationToken cancellationToken) => Ask("eth_chainId", [], ValueDecoder.UInt64, cancellationToken);

    public Task<ulong> BlockNumber(CancellationToken cancellationToken) => Ask("eth_blockNumber", [], ValueDecoder.UInt64, cancellationToken);

    /// <summary>Null when the node has no such block. The pending block has no number or hash yet and cannot be asked for.</summary>
    public async Task<BlockHeader?> Block(BlockTag at, CancellationToken cancellationToken)
    {
        var header = await Ask("eth_getBlockByNumber", [at, false], BlockHeaderDecoder.Decode, cancellationToken);
        return at.Number is { } number ? OfNumber(header, number) : header;
    }

    /// <inheritdoc cref="Block(BlockTag, CancellationToken)"/>
    public Task<BlockHeader?> Block(ulong number, CancellationToken cancellationToken) => Block(BlockTag.At(number), cancellationToken);

    /// <summary>Headers in the order of the numbers, null where the node has none; in batches.</summary>
    public async Task<IReadOnlyList<BlockHeader?>> Blocks(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var requests = numbers.Select(number => new JsonRpcRequest("eth_getBlockByNumber", [BlockTag.At(number), false])).ToArray();
        var headers = await AskAll(requests, BlockHeaderDecoder.Decode, cancellationToken);
        return [.. headers.Zip(numbers, OfNumber)];
    }

    /// <summary>Runs a function without a transaction and gives what it returns.</summary>
    /// <param name="gas">Limit; null leaves it to the node.</param>
    /// <exception cref="JsonRpcException">With <see cref="JsonRpcException.RevertData"/> when the execution reverted.</exception>
    public Task<byte[]> Call(
        Address to, byte[] data, BlockTag at, CancellationToken cancellationToken, Address? from = null, ulong? gas = null) =>
        Ask("eth_call", [TransactionObject(from, to, data, gas, null), at], ValueDecoder.Bytes, cancellationToken);

    /// <summary>
    /// Events of one contract from <paramref name="from"/> to <paramref name="to"/> inclusive, in the order of the chain, decoded as they arrive.
    /// </summary>
    /// <param name="topics0">The events wanted, by their first topic; null or empty for all.</param>
    public Task<IReadOnlyList<Log>> Logs(
        Address address, ulong from, ulong to, IReadOnlyList<Hash256>? topics0, CancellationToken cancellationToken)
    {
        var filter = new Dictionary<string, object?>
        {
            ["address"] = address,
            ["fromBlock"] = BlockTag.At(from),
            ["toBlock"] = BlockTag.At(to),
        };
        var wanted = topics0 is { Count: > 0 } ? topics0.ToHashSet() : null;
        if (wanted is not null)
        {
            filter["topics"] = new object?[] { wanted.Select(topic => (object?)topic).ToArray() };
        }

        bool WasAskedFor(Log log) => log.Address == address && !log.Removed && log.BlockNumber >= from && log.BlockNumber <= to
            && (wanted is null || (log.Topics.Count > 0 && wanted.Contains(log.Topics[0])));

        return AskLogs(filter, WasAskedFor, cancellationToken);
    }

    /// <summary>All events of one contract in one block, by the block's hash: a node that does not have that very block refuses.</summary>
    public Task<IReadOnlyList<Log>> Logs(Address address, BlockHeader block, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(block);
        var filter = new Dictionary<string, object?> { ["address"] = address, ["blockHash"] = block.Hash };
        return AskLogs(filter, log => log.Address == address && !log.Removed && log.BlockHash == block.Hash, cancellationToken);
    }

    /// <summary>How many transactions the account has sent: its next nonce.</summary>
    public Task<ulong> TransactionCount(Address account, BlockTag at, CancellationToken cancellationToken) =>
        Ask("eth_getTransactionCount", [account, at], ValueDecoder.UInt64, cancellationToken);

    /// <summary>In wei.</summary>
    public Task<BigInteger> Balance(Address account, BlockTag at, CancellationToken cancellationToken) =>
        Ask("eth_getBalance", [account, at], ValueDecoder.UInt256, cancellationToken);

    /// <param name="to">Null for the creation of a contract.</param>
    /// <exception cref="JsonRpcException">With <see cref="JsonRpcException.RevertData"/> when the execution would revert.</exception>
    public Task<ulong> EstimateGas(
        Address from, Address? to, byte[] data, BlockTag at, CancellationToken cancellationToken, BigInteger? value = null) =>
        Ask("eth_estimateGas", [TransactionObject(from, to, data, null, value), at], ValueDecoder.UInt64, cancellationToken);

    /// <summary>
    /// Sends a signed transaction. Repeating is safe, because the same bytes can be mined once only: a node that knows it already is content,
    /// also when it was mined in the meantime and its nonce is spent.
    /// </summary>
    /// <returns>The transaction's hash, which the node has to agree with.</returns>
    public async Task<Hash256> SendRawTransaction(byte[] raw, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var hash = Keccak256.Hash(raw);
        try
        {
            var answered = await Ask("eth_sendRawTransaction", [raw], ValueDecoder.Hash, cancellationToken);
            return answered == hash ? hash : throw new NodeResponseException($"The node calls transaction {hash} by the name {answered}.");
        }
        catch (JsonRpcException refusal) when (AlreadyKnownWords.Any(words => refusal.Message.Contains(words, StringComparison.OrdinalIgnoreCase)))
        {
            return hash;
        }
        catch (JsonRpcException refusal) when (refusal.Message.Contains("nonce too low", StringComparison.OrdinalIgnoreCase))
        {
            if (await Receipt(hash, cancellationToken) is null)
            {
                throw;
            }

            return hash;
        }
    }

    /// <summary>Null while the transaction is not mined.</summary>
    public async Task<TransactionReceipt?> Receipt(Hash256 transaction, CancellationToken cancellationToken) =>
        OfTransaction(await Ask("eth_getTransactionReceipt", [transaction], TransactionReceiptDecoder.Decode, cancellationToken), transaction);

    /// <summary>Receipts in the order of the hashes, null where not mined; in batches.</summary>
    public async Task<IReadOnlyList<TransactionReceipt?>> Receipts(IReadOnlyList<Hash256> transactions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        var requests = transactions.Select(transaction => new JsonRpcRequest("eth_getTransactionReceipt", [transaction])).ToArray();
        var receipts = await AskAll(requests, TransactionReceiptDecoder.Decode, cancellationToken);
        return [.. receipts.Zip(transactions, OfTransaction)];
    }

    /// <summary>The code of a contract; empty for an account without one.</summary>
    public Task<byte[]> Code(Address account, BlockTag at, CancellationToken cancellationToken) =>
        Ask("eth_getCode", [account, at], ValueDecoder.Bytes, cancellationToken);

    public Task<Hash256> StorageAt(Address account, Hash256 slot, BlockTag at, CancellationToken cancellationToken) =>
        Ask("eth_getStorageAt", [account, slot, at], ValueDecoder.Hash, cancellationToken);

    /// <summary>What a transaction should offer now. A node that suggests no priority fee gets none.</summary>
    public async Task<FeeSuggestion> Fees(CancellationToken cancellationToken)
    {
        var latest = await Block(BlockTag.Latest, cancellationToken) ?? throw new NodeResponseException("The node has no latest block.");
        var priority = BigInteger.Zero;
        try
        {
            priority = await Ask("eth_maxPriorityFeePerGas", [], ValueDecoder.UInt256, cancellationToken);
        }
        catch (JsonRpcException refusal) when (refusal.Code == MethodNotFound)
        {
            // A permissioned chain without fees need not know the method.
        }

        var baseFee = latest.BaseFeePerGas ?? BigInteger.Zero;
        return new FeeSuggestion(baseFee, priority, (baseFee * 2) + priority);
    }

    /// <summary>
    /// The raw door, for methods of development nodes. Parameters may be null, text, booleans, <c>byte[]</c>, addresses, hashes, block tags,
    /// dictionaries and arrays of these, or what the JSON serializer takes. Repeated only when the method is known to be a read.
    /// </summary>
    public Task<JsonElement> Send(string method, object?[] parameters, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(parameters);
        return Ask(method, parameters, ElementDecoder, cancellationToken);
    }

    public void Dispose() => _transport.Dispose();

    private static JsonElement ElementDecoder(ref Utf8JsonReader reader) => JsonElement.ParseValue(ref reader);

    private static Dictionary<string, object?> TransactionObject(Address? from, Address? to, byte[] data, ulong? gas, BigInteger? value)
    {
        ArgumentNullException.ThrowIfNull(data);
        var members = new Dictionary<string, object?> { ["data"] = data };
        if (from is { } sender)
        {
            members["from"] = sender;
        }

        if (to is { } receiver)
        {
            members["to"] = receiver;
        }

        if (gas is { } limit)
        {
            members["gas"] = BlockTag.At(limit);
        }

        if (value is { } wei)
        {
            members["value"] = Quantity(wei);
        }

        return members;
    }

    private static string Quantity(BigInteger value) => value.Sign < 0
        ? throw new ArgumentOutOfRangeException(nameof(value), "An amount of wei is not negative.")
        : value.IsZero ? "0x0" : "0x" + value.ToString("x", System.Globalization.CultureInfo.InvariantCulture).TrimStart('0');

    private Task<IReadOnlyList<Log>> AskLogs(Dictionary<string, object?> filter, Func<Log, bool> wasAskedFor, CancellationToken cancellationToken)
    {
        var id = NextIds(1);
        var body = JsonRpcRequest.Encode([new JsonRpcRequest("eth_getLogs", [filter])], id, isBatch: false);
        return _transport.Post(body, repeatable: true, (tokens, token) => new LogAnswer(id, wasAskedFor).Read(tokens, token), cancellationToken);
    }

    private static BlockHeader? OfNumber(BlockHeader? header, ulong number) => header is null || header.Number == number
        ? header
        : throw new NodeResponseException($"The node gave block {header.Number} where {number} was asked.");

    private static TransactionReceipt? OfTransaction(TransactionReceipt? receipt, Hash256 transaction) => receipt is null || receipt.Hash == transaction
        ? receipt
        : throw new NodeResponseException($"The node gave the receipt of {receipt.Hash} where {transaction} was asked.");

    private Task<T> Ask<T>(string method, object?[] parameters, ResultDecoder<T> decode, CancellationToken cancellationToken)
    {
        var id = NextIds(1);
        var body = JsonRpcRequest.Encode([new JsonRpcRequest(method, parameters)], id, isBatch: false);
        return _transport.Post(
            body, RepeatableMethods.Contains(method), (tokens, token) => JsonRpcAnswer.ReadSingle(tokens, id, decode, token), cancellationToken);
    }

    [SuppressMessage("Performance", "CA1859:Use concrete types when possible", Justification = "The slices of a long list are list segments.")]
    private async Task<IReadOnlyList<T>> AskAll<T>(JsonRpcRequest[] requests, ResultDecoder<T> decode, CancellationToken cancellationToken)
    {
        var results = new List<T>(requests.Length);
        foreach (var batch in requests.Chunk(_options.MaxBatch))
        {
            var firstId = NextIds(batch.Length);
            var body = JsonRpcRequest.Encode(batch, firstId, isBatch: true);
            var repeatable = Array.TrueForAll(batch, request => RepeatableMethods.Contains(request.Method));
            results.AddRange(await _transport.Post(
                body, repeatable, (tokens, token) => JsonRpcAnswer.ReadBatch(tokens, firstId, batch.Length, decode, token), cancellationToken));
        }

        return results;
    }

    private long NextIds(int count) => Interlocked.Add(ref _lastId, count) - count + 1;
}
