using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.IndexerBenchmark.OwnLedger;

/// <summary>
/// A ledger with as many events as wanted, each the outcome of an operation that its parties signed. A receivable lives through twelve: issued,
/// assigned, lent against, disbursed in two parts, repaid in four, redeemed but for a quarter in three. A block holds one transaction of a hundred operations, or several of them.
/// </summary>
internal sealed class BusyLedger : IDisposable
{
    /// <summary>Operations of a transaction: receivables that go through their lives together.</summary>
    public const int Together = 100;

    /// <summary>Issued, assigned, lent against, disbursed twice, repaid four times, redeemed three times.</summary>
    public const int BlocksOfALife = 12;

    private const ulong FaceFen = 1_200_000;
    private const ulong LoanFen = 800_000;
    private const ulong LimitFen = 100_000_000_000_000;
    private const int Enterprises = 60;
    public const int Banks = 6;
    private const int FirstParty = 3;
    private const ulong TransactionGas = 16_777_216;

    private readonly EmbeddedChain _chain;
    private readonly EthereumClient _client;
    private readonly ulong _chainId;
    private readonly Secp256k1Key _sender = Secp256k1Key.Create();
    private readonly Secp256k1Key _operator = Secp256k1Key.Create();
    private readonly DeploymentPlan _plan;
    private readonly LedgerDomain _domain;
    private readonly ISigner[] _enterprises;
    private readonly (ISigner Approver, ISigner Disburser)[] _banks;
    private readonly ulong _deadline;
    private readonly DateOnly _today;
    private ulong _nonce;
    private int _receivables;
    private long _deployBlock;
    private long _head;
    private long _events;
    private bool _onDemand;

    private BusyLedger(EmbeddedChain chain, EthereumClient client, ulong chainId, DateTimeOffset now)
    {
        (_chain, _client, _chainId) = (chain, client, chainId);
        var regulator = Secp256k1Key.Create();
        _plan = new DeploymentPlan(_sender.Address, firstNonce: 0, new LedgerFoundation(
            new Parameters(BusinessDate.FromDays(1), 180, 366, 5, 20, 4, 3, 2, 30, 30),
            RegionCode.Parse("330784"),
            Keccak256.Hash("operator"u8),
            [SignerId.Grant(_operator, Rights.Operator)],
            Keccak256.Hash("regulator"u8),
            [SignerId.Grant(regulator, Rights.Regulator)]));
        _domain = new LedgerDomain(chainId, _plan.Ledger);
        _enterprises = [.. Enumerable.Range(0, Enterprises).Select(_ => (ISigner)P256Key.Create(_plan.P256Verifier))];
        _banks = [.. Enumerable.Range(0, Banks).Select(_ => ((ISigner)P256Key.Create(_plan.P256Verifier), (ISigner)P256Key.Create(_plan.P256Verifier)))];
        _today = BusinessDate.At((ulong)now.ToUnixTimeSeconds());
        _deadline = (ulong)now.AddDays(30).ToUnixTimeSeconds();
    }

    /// <summary>What there is to index now: figures are events, lent fen, repaid fen, and fen owed on receivables.</summary>
    public Field Field => new(
        _chain.Endpoint, _chainId, _plan.Ledger, _deployBlock, _head,
        [_events, _receivables * (long)LoanFen, _receivables * (long)LoanFen, _receivables * (long)(FaceFen / 4)]);

    /// <summary>When the node first answered that the last block is there, where several transactions share one.</summary>
    public long SeenAt { get; private set; }

    /// <summary>Calldata of the calls with which an indexer asks for the control totals: the ledger's, and each bank's.</summary>
    public static IEnumerable<byte[]> TotalsCalls =>
        Enumerable.Range(0, Banks).Select(i => Call("bankTotals(uint32)", Bank(i).Value)).Prepend(Call("totals()"));

    /// <summary>The contract's ABI, as JSON.</summary>
    public static string Abi()
    {
        using var resource = typeof(FinanceLedgerContract).Assembly.GetManifestResourceStream("FinanceLedger.json")
            ?? throw new InvalidOperationException("The ledger's description is not embedded.");
        return JsonNode.Parse(resource)!["abi"]!.ToJsonString();
    }

    /// <summary>Deploys a ledger and registers its parties.</summary>
    public static async Task<BusyLedger> Found(EmbeddedChain chain, CancellationToken cancellation)
    {
        var client = new EthereumClient(chain.Endpoint);
        var ledger = new BusyLedger(chain, client, await client.ChainId(cancellation), await chain.Time(cancellation));
        await ledger.Found(cancellation);
        return ledger;
    }

    /// <param name="events">Plays until there are at least so many.</param>
    public async Task Play(long events, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (_events < events)
        {
            await PlayLives(1, BlocksOfALife, _ => Task.CompletedTask, cancellation);
            if (clock.Elapsed > TimeSpan.FromSeconds(10))
            {
                clock.Restart();
                Console.WriteLine($"  {_events} events in {_head} blocks");
            }
        }
    }

    private async Task Found(CancellationToken cancellation)
    {
        foreach (var creation in _plan.Creations)
        {
            _deployBlock = _head = await Mined(await Post(to: null, creation.Data.ToArray(), cancellation), cancellation);
        }

        await Submit([.. _enterprises.Select((key, i) => Registration(PartyKind.Enterprise, i, (key, Rights.Enterprise)))], cancellation);
        await Submit(
            [.. _banks.Select((bank, i) => Registration(PartyKind.Bank, i, (bank.Approver, Rights.Approve | Rights.Manage), (bank.Disburser, Rights.Disburse)))],
            cancellation);
        await Submit(
            [.. _banks.Select((bank, i) => _domain.SignAll(
                new SetLendingPolicy(Bank(i), new Fen(LoanFen), new Fen(LimitFen), new Fen(LimitFen), 0, _deadline), bank.Approver))],
            cancellation);

        // The foundation adopts parameters, and registers operator and regulator.
        _events += 3;
    }

    /// <summary>Leads receivables through their lives, a step of all of them in one block, and begins new lives after <see cref="BlocksOfALife"/>.</summary>
    /// <param name="transactions">In one block, each of <see cref="Together"/> operations.</param>
    /// <param name="mined">Told each block once it can be seen.</param>
    public async Task PlayLives(int transactions, int blocks, Func<long, Task> mined, CancellationToken cancellation)
    {
        var steps = new List<Func<int, SignedOperation>> { Issue, Assign, Open };
        steps.AddRange(Enumerable.Range(0, 2).Select(part => (Func<int, SignedOperation>)(i => Disburse(i, part))));
        steps.AddRange(Enumerable.Range(0, 4).Select(part => (Func<int, SignedOperation>)(i => Repay(i, part))));
        steps.AddRange(Enumerable.Range(0, 3).Select(part => (Func<int, SignedOperation>)(i => Redeem(i, part))));
        var many = transactions * Together;
        for (var block = 0; block < blocks; block++)
        {
            if (block % BlocksOfALife == 0)
            {
                _receivables += many;
            }

            var operations = new SignedOperation[many];
            Parallel.For(0, many, i => operations[i] = steps[block % BlocksOfALife](_receivables - many + i));
            await Submit(operations, cancellation);
            await mined(_head);
        }
    }

    private SignedOperation Issue(int i) => _domain.SignAll(
        new IssueReceivable(Enterprise(i), Enterprise(i + 1), new Fen(FaceFen), _today.AddDays(90), [new Invoice(Mark(i, 0), new Fen(FaceFen))], _deadline),
        Key(i),
        Key(i + 1));

    private SignedOperation Assign(int i) => _domain.SignAll(
        new AssignReceivable(Receivable(i), Enterprise(i + 2), new Fen(FaceFen), 1, _deadline), Key(i + 1), Key(i + 2));

    private SignedOperation Open(int i)
    {
        var application = new LoanApplication(
            Receivable(i), 2, [], new Fen(1), new Fen(LoanFen), new Bps(600), _today.AddDays(60), WithRecourse: true, _deadline);
        return _domain.SignAll(
            new OpenLoan(application, Bank(i), new Fen(LoanFen), new Bps(450), default, Mark(i, 1), _deadline), Key(i + 2), _banks[i % Banks].Approver);
    }

    private SignedOperation Disburse(int i, int part) => _domain.SignAll(
        new DisburseLoan(Loan(i), new Fen(LoanFen / 2), Mark(i, 2), Mark(i, 3 + part), (ushort)part, _deadline), _banks[i % Banks].Disburser);

    private SignedOperation Repay(int i, int part) => _domain.SignAll(
        new RepayLoan(Loan(i), new Fen(LoanFen / 4), new Fen(1_000), new Fen(10), Mark(i, 5 + part), (ushort)(2 + part), _deadline),
        _banks[i % Banks].Disburser);

    // Issue gave revision 1; assignment, pledge and release made it 4.
    private SignedOperation Redeem(int i, int part) => _domain.SignAll(
        new RedeemReceivable(Receivable(i), new Fen(FaceFen / 4), Mark(i, 9 + part), (ushort)(4 + part), _deadline), Key(i + 2));

    // Over all eleven prefectures of the province, two counties each, and six industries.
    private SignedOperation Registration(PartyKind kind, int i, params (ISigner Key, Rights Rights)[] signers) => _domain.SignAll(
        new RegisterParty(
            kind,
            RegionCode.Parse($"33{1 + (i % 11):00}{81 + (i / 11 % 2)}"),
            IndustryCode.Parse($"C3{3 + (i % 6)}"),
            Keccak256.Hash(signers[0].Key.SignerBytes.Span),
            ValueList.From(signers.Select(item => SignerId.Grant(item.Key, item.Rights))),
            _deadline),
        [_operator, .. signers.Select(item => item.Key)]);

    private async Task Submit(SignedOperation[] operations, CancellationToken cancellation)
    {
        var batches = operations.Chunk(Together).ToList();
        if (batches.Count > 1 && !_onDemand)
        {
            _onDemand = true;
            await _chain.MineOnDemand(cancellation);
        }

        var hashes = new List<Hash256>();
        foreach (var batch in batches)
        {
            hashes.Add(await Post(_plan.Ledger, FinanceLedgerContract.EncodeSubmit([.. batch.Select(item => ByteString.Wrap(item.Encode()))]), cancellation));
        }

        if (_onDemand)
        {
            await _chain.Mine(1, cancellation);
        }

        SeenAt = Stopwatch.GetTimestamp();

        foreach (var hash in hashes)
        {
            var block = await Mined(hash, cancellation);
            _head = Math.Max(_head, block);
        }

        _events += operations.Length;
    }

    private async Task<Hash256> Post(Address? to, byte[] data, CancellationToken cancellation)
    {
        var signed = new Eip1559Transaction(_chainId, _nonce++, BigInteger.Zero, BigInteger.Zero, TransactionGas, to, BigInteger.Zero, data).Sign(_sender);
        return await _client.SendRawTransaction(signed.Raw, cancellation);
    }

    private async Task<long> Mined(Hash256 hash, CancellationToken cancellation)
    {
        while (true)
        {
            if (await _client.Receipt(hash, cancellation) is { } receipt)
            {
                RequireAccepted(receipt);
                return (long)receipt.BlockNumber;
            }

            await Task.Delay(2, cancellation);
        }
    }

    /// <summary>A ledger full of refusals would be indexed quickly.</summary>
    private static void RequireAccepted(TransactionReceipt receipt)
    {
        if (!receipt.Succeeded)
        {
            throw new InvalidOperationException("A transaction of the benchmark failed.");
        }

        foreach (var log in receipt.Logs)
        {
            if (LedgerEvent.Decode([.. log.Topics], log.Data) is OperationRefused refused)
            {
                throw new InvalidOperationException($"The ledger refused an operation of the benchmark: {LedgerErrors.Decode(refused.Reason.Span)?.Code}");
            }
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The party number of a bank, counted from 0.</summary>
    public static int BankNumber(int i) => (int)Bank(i).Value;

    private static byte[] Call(string signature, params uint[] arguments)
    {
        var call = new byte[4 + (32 * arguments.Length)];
        Keccak256.Hash(Encoding.ASCII.GetBytes(signature)).ToArray().AsSpan(0, 4).CopyTo(call);
        for (var i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(call.AsSpan(4 + (32 * i) + 28), arguments[i]);
        }

        return call;
    }

    private ISigner Key(int i) => _enterprises[i % Enterprises];

    private static PartyId Enterprise(int i) => new((uint)(FirstParty + (i % Enterprises)));

    private static PartyId Bank(int i) => new((uint)(FirstParty + Enterprises + (i % Banks)));

    private static ReceivableId Receivable(int i) => new((ulong)i + 1);

    private static LoanId Loan(int i) => new((ulong)i + 1);

    private static Hash256 Mark(int life, int use) => Keccak256.Hash(BitConverter.GetBytes(((long)life * 16) + use));
}
