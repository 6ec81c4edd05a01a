using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>
/// Plays a seeded random story on a ledger: registrations, then batches in which receivables are issued, split, assigned, pledged, lent against,
/// repaid and redeemed, also several steps of one receivable in one block, and refusals in between.
/// </summary>
internal sealed class Story(TestLedger ledger, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Actor> _enterprises = [];
    private readonly List<Actor> _banks = [];
    private readonly List<Claim> _claims = [];
    private readonly List<Credit> _credits = [];
    private DateTimeOffset _time;
    private int _marks;

    public int Receivables => _claims.Count;

    public int Loans => _credits.Count;

    /// <summary>Enterprises and banks together; the operator is party 1 and not among them.</summary>
    public int Parties => _enterprises.Count + _banks.Count;

    private ulong Deadline => (ulong)_time.AddDays(30).ToUnixTimeSeconds();

    private DateOnly Today => BusinessDate.At((ulong)_time.ToUnixTimeSeconds());

    public async Task Open(int enterprises, int banks)
    {
        _time = await ledger.Time();
        var verifier = await ledger.Contract.P256Verifier(BlockTag.Latest, CancellationToken.None);
        var batch = new List<SignedOperation>();
        for (var i = 0; i < enterprises; i++)
        {
            // Both kinds of keys, and several regions of two prefectures.
            ISigner key = i % 4 == 3 ? P256Key.Create(verifier) : Secp256k1Key.Create();
            var actor = new Actor(new PartyId((uint)(2 + i)), key, key);
            _enterprises.Add(actor);
            batch.Add(Registration(PartyKind.Enterprise, (i % 3) switch { 0 => "330784", 1 => "330723", _ => "331122" }, (key, Rights.Enterprise)));
        }

        for (var i = 0; i < banks; i++)
        {
            var actor = new Actor(new PartyId((uint)(2 + enterprises + i)), Secp256k1Key.Create(), Secp256k1Key.Create());
            _banks.Add(actor);
            batch.Add(Registration(
                PartyKind.Bank, "330702", (actor.First, Rights.Approve | Rights.Manage), (actor.Second, Rights.Disburse)));
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
        // Some days pass, so that months change.
        await ledger.Chain.IncreaseTime(TimeSpan.FromHours(_random.Next(1, 90)), CancellationToken.None);
        await ledger.Chain.Mine(1, CancellationToken.None);
        _time = await ledger.Time();
        return await ledger.Submit([.. Enumerable.Range(0, operations).Select(_ => Next())]);
    }

    private SignedOperation Next()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var step = _random.Next(100) switch
            {
                < 25 => Issue(),
                < 40 => Assign(),
                < 50 => Redeem(),
                < 65 => Open(),
                < 80 => Disburse(),
                < 93 => Repay(),
                < 96 => Refused(),
                < 98 => AddSigner(),
                _ => RemoveSigner(),
            };
            if (step is not null)
            {
                return step;
            }
        }

        return Issue();
    }

    private SignedOperation Issue()
    {
        var obligor = Pick(_enterprises);
        var holder = Pick(_enterprises.Where(item => item != obligor).ToList());
        var amountFen = (ulong)_random.NextInt64(1_000, 5_000_000_000);
        var maturity = Today.AddDays(_random.Next(20, 300));
        _claims.Add(new Claim(_claims.Count + 1, obligor) { Holder = holder, AmountFen = amountFen, Maturity = maturity });
        return ledger.Domain.SignAll(
            new IssueReceivable(obligor.Party, holder.Party, new Fen(amountFen), maturity, Mark(), Deadline), obligor.First, holder.First);
    }

    private SignedOperation? Assign()
    {
        if (Find(_claims, claim => claim is { Pledged: false, AmountFen: > 1, Splits: < 20 }) is not { } claim)
        {
            return null;
        }

        var assignee = Pick(_enterprises.Where(item => item != claim.Holder && item != claim.Obligor).ToList());
        var whole = claim.Depth >= 5 || _random.Next(3) == 0;
        var amountFen = whole ? claim.AmountFen : (ulong)_random.NextInt64(1, (long)claim.AmountFen);
        var signed = ledger.Domain.SignAll(
            new AssignReceivable(claim.Id, assignee.Party, new Fen(amountFen), claim.Revision++, Deadline), claim.Holder.First, assignee.First);
        if (whole)
        {
            claim.Holder = assignee;
        }
        else
        {
            claim.AmountFen -= amountFen;
            claim.Splits++;
            _claims.Add(new Claim(_claims.Count + 1, claim.Obligor)
            {
                Holder = assignee, AmountFen = amountFen, Maturity = claim.Maturity, Depth = claim.Depth + 1,
            });
        }

        return signed;
    }

    private SignedOperation? Redeem()
    {
        if (Find(_claims, claim => claim is { Pledged: false, AmountFen: > 0 }) is not { } claim)
        {
            return null;
        }

        var amountFen = _random.Next(2) == 0 ? claim.AmountFen : (ulong)_random.NextInt64(1, (long)claim.AmountFen + 1);
        claim.AmountFen -= amountFen;
        return ledger.Domain.SignAll(
            new RedeemReceivable(claim.Id, new Fen(amountFen), Mark(), claim.Revision++, Deadline), claim.Holder.First);
    }

    private SignedOperation? Open()
    {
        if (Find(_claims, claim => claim is { Pledged: false, AmountFen: > 0 } && claim.Maturity > Today.AddDays(2)) is not { } claim)
        {
            return null;
        }

        var bank = Pick(_banks);
        var principalFen = (ulong)_random.NextInt64(1, (long)claim.AmountFen + 1);
        var application = new LoanApplication(
            claim.Id, claim.Revision++, new PartyId(0), new Fen(1), new Fen(claim.AmountFen), new Bps(900), claim.Maturity, _random.Next(2) == 0, Deadline);
        claim.Pledged = true;
        _credits.Add(new Credit(_credits.Count + 1, claim, bank, principalFen));
        return ledger.Domain.SignAll(
            new OpenLoan(application, bank.Party, new Fen(principalFen), new Bps((ushort)_random.Next(200, 900)), Deadline), claim.Holder.First, bank.First);
    }

    private SignedOperation? Disburse()
    {
        if (Find(_credits, credit => !credit.Disbursed) is not { } credit)
        {
            return null;
        }

        credit.Disbursed = true;
        credit.Revision++;
        return ledger.Domain.SignAll(
            new DisburseLoan(credit.Id, new Fen(credit.PrincipalFen), Mark(), Mark(), Deadline), credit.Bank.Second);
    }

    private SignedOperation? Repay()
    {
        if (Find(_credits, credit => credit.Disbursed && credit.RepaidFen < credit.PrincipalFen) is not { } credit)
        {
            return null;
        }

        var outstandingFen = credit.PrincipalFen - credit.RepaidFen;
        var principalFen = _random.Next(2) == 0 ? outstandingFen : (ulong)_random.NextInt64(0, (long)outstandingFen + 1);
        var interestFen = (ulong)_random.NextInt64(1, 100_000);
        credit.RepaidFen += principalFen;
        if (credit.RepaidFen == credit.PrincipalFen)
        {
            credit.Claim.Pledged = false;
            credit.Claim.Revision++;
        }

        return ledger.Domain.SignAll(
            new RepayLoan(credit.Id, new Fen(principalFen), new Fen(interestFen), Mark(), credit.Revision++, Deadline), credit.Bank.Second);
    }

    private SignedOperation? Refused()
    {
        // A deadline in the past: the ledger refuses it and changes nothing.
        var obligor = _enterprises[0];
        var holder = _enterprises[1];
        return ledger.Domain.SignAll(
            new IssueReceivable(obligor.Party, holder.Party, new Fen(1), Today.AddDays(9), Mark(), 1), obligor.First, holder.First);
    }

    private SignedOperation? AddSigner()
    {
        var owner = Pick(_enterprises);
        var key = Secp256k1Key.Create();
        owner.Extra.Add(key);
        return ledger.Domain.SignAll(
            new AddSigner(owner.Party, new ByteString(key.SignerBytes.Span), Rights.Trade, Deadline), owner.First, key);
    }

    private SignedOperation? RemoveSigner()
    {
        if (_enterprises.Find(item => item.Extra.Count > 0) is not { } owner)
        {
            return null;
        }

        var key = owner.Extra[^1];
        owner.Extra.RemoveAt(owner.Extra.Count - 1);
        return ledger.Domain.SignAll(new RemoveSigner(owner.Party, SignerId.Of(key), Deadline), owner.First);
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

    private T Pick<T>(List<T> items) => items[_random.Next(items.Count)];

    private T? Find<T>(List<T> items, Predicate<T> fits)
        where T : class
    {
        var fitting = items.FindAll(fits);
        return fitting.Count == 0 ? null : Pick(fitting);
    }

    /// <param name="First">Trades; for a bank approves.</param>
    /// <param name="Second">For a bank disburses.</param>
    private sealed record Actor(PartyId Party, ISigner First, ISigner Second)
    {
        public List<ISigner> Extra { get; } = [];
    }

    private sealed class Claim(int id, Actor obligor)
    {
        public ReceivableId Id { get; } = new((ulong)id);

        public Actor Obligor { get; } = obligor;

        public required Actor Holder { get; set; }

        public required ulong AmountFen { get; set; }

        public required DateOnly Maturity { get; init; }

        public int Depth { get; init; }

        public int Splits { get; set; }

        public bool Pledged { get; set; }

        public ushort Revision { get; set; } = 1;
    }

    private sealed class Credit(int id, Claim claim, Actor bank, ulong principalFen)
    {
        public LoanId Id { get; } = new((ulong)id);

        public Claim Claim { get; } = claim;

        public Actor Bank { get; } = bank;

        public ulong PrincipalFen { get; } = principalFen;

        public ulong RepaidFen { get; set; }

        public bool Disbursed { get; set; }

        public ushort Revision { get; set; } = 1;
    }
}
