using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>
/// Plays a seeded random story on a ledger: registrations, then batches of every operation that the ledger has, also several steps of one
/// receivable in one block, and refusals in between. It keeps the state that it expects, so that nearly every step is accepted.
/// </summary>
internal sealed partial class Story(TestLedger ledger, int seed)
{
    private const int FirstRegistered = 3;

    private static readonly Uri Portal = new("https://portal.example");

    private readonly Random _random = new(seed);
    private readonly List<Actor> _enterprises = [];
    private readonly List<Actor> _banks = [];
    private readonly List<Claim> _claims = [];
    private readonly List<Credit> _credits = [];
    private DateTimeOffset _time;
    private int _marks;
    private bool _cancelled;

    public int Receivables => _claims.Count;

    public int Loans => _credits.Count;

    /// <summary>Enterprises and banks together; operator and regulator are parties 1 and 2 and not among them.</summary>
    public int Parties => _enterprises.Count + _banks.Count;

    /// <summary>Some loan was defaulted, written off and recovered, and some receivable cancelled.</summary>
    public bool HasRecovered => _cancelled && _credits.Exists(credit => credit.RecoveredFen > 0);

    private ulong Deadline => (ulong)_time.AddDays(30).ToUnixTimeSeconds();

    private DateOnly Today => BusinessDate.At((ulong)_time.ToUnixTimeSeconds());

    public async Task Open(int enterprises, int banks)
    {
        _time = await ledger.Time();
        var batch = new List<SignedOperation>();
        for (var i = 0; i < enterprises; i++)
        {
            // All kinds of keys, and several regions of two prefectures.
            ISigner key = (i % 4) switch
            {
                2 => PasskeySigner.Create(ledger.Plan.PasskeyVerifier, Portal),
                3 => P256Key.Create(ledger.Plan.P256Verifier),
                _ => Secp256k1Key.Create(),
            };
            _enterprises.Add(new Actor(new PartyId((uint)(FirstRegistered + i)), key, key, key));
            batch.Add(Registration(PartyKind.Enterprise, (i % 3) switch { 0 => "330784", 1 => "330723", _ => "331122" }, (key, Rights.Enterprise)));
        }

        for (var i = 0; i < banks; i++)
        {
            var bank = new Actor(
                new PartyId((uint)(FirstRegistered + enterprises + i)), Secp256k1Key.Create(), Secp256k1Key.Create(), Secp256k1Key.Create());
            _banks.Add(bank);
            batch.Add(Registration(
                PartyKind.Bank,
                "330702",
                (bank.First, Rights.Approve | Rights.Manage),
                (bank.Second, Rights.Disburse),
                (bank.Third, Rights.Approve)));
            batch.Add(SetPolicy(bank));
        }

        await ledger.Submit(batch);
    }

    /// <summary>One more enterprise, and nothing else.</summary>
    public async Task<long> Register()
    {
        var key = Secp256k1Key.Create();
        return await ledger.Submit(Registration(PartyKind.Enterprise, "330784", (key, Rights.Enterprise)));
    }

    /// <summary>One batch of one transaction; gives its block.</summary>
    public async Task<long> Play(int operations)
    {
        // Some days pass, so that months change, loans fall due and recoveries come of age.
        await ledger.Chain.IncreaseTime(TimeSpan.FromHours(_random.Next(20, 130)), CancellationToken.None);
        await ledger.Chain.Mine(1, CancellationToken.None);
        _time = await ledger.Time();
        return await ledger.Submit([.. Enumerable.Range(0, operations).Select(_ => Next())]);
    }

    private SignedOperation Next()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var step = _random.Next(100) switch
            {
                < 16 => Issue(),
                < 25 => Assign(),
                < 31 => Redeem(),
                < 43 => OpenLoan(),
                < 54 => Disburse(),
                < 61 => Repay(),
                < 71 => ServiceReceivable(),
                < 88 => ServiceLoan(),
                < 98 => Govern(),
                _ => Refused(),
            };
            if (step is not null)
            {
                return step;
            }
        }

        return Refused();
    }

    private SignedOperation Refused()
    {
        // A deadline in the past: the ledger refuses it and changes nothing.
        var obligor = _enterprises[0];
        var holder = _enterprises[1];
        return ledger.Domain.SignAll(
            new IssueReceivable(obligor.Party, holder.Party, new Fen(1), Today.AddDays(9), [new Invoice(Mark(), new Fen(1))], 1),
            obligor.First,
            holder.First);
    }

    private SignedOperation Registration(PartyKind kind, string region, params (ISigner Key, Rights Rights)[] signers)
    {
        var operation = new RegisterParty(
            kind,
            RegionCode.Parse(region),
            IndustryCode.Parse("C33"),
            Mark(),
            ValueList.From(signers.Select(item => SignerId.Grant(item.Key, item.Rights))),
            Deadline);
        return ledger.Domain.SignAll(operation, [ledger.Operator, .. signers.Select(item => item.Key)]);
    }

    private Hash256 Mark() => Keccak256.Hash(BitConverter.GetBytes(++_marks));

    private bool Chance(int outOf) => _random.Next(outOf) == 0;

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, and often all of it.</summary>
    private ulong Amount(ulong least, ulong most) => Chance(2) ? most : (ulong)_random.NextInt64((long)least, (long)most + 1);

    private T Pick<T>(List<T> items) => items[_random.Next(items.Count)];

    private T? Find<T>(List<T> items, Predicate<T> fits)
        where T : class
    {
        var fitting = items.FindAll(fits);
        return fitting.Count == 0 ? null : Pick(fitting);
    }
}
