using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>Every operation, from a registration to the last redemption, on a real chain and with both kinds of keys.</summary>
[TestFixture(KeyKind.Secp256k1)]
[TestFixture(KeyKind.P256)]
[CancelAfter(120_000)]
public sealed class LedgerStoryTests(KeyKind keyKind)
{
    private static readonly Fen Face = new(1_000_000_00);
    private static readonly Fen Part = new(400_000_00);
    private static readonly Fen Rest = Face - Part;
    private static readonly Hash256 Fingerprint = Keccak256.Hash("invoice"u8);
    private static readonly Hash256 Payment = Keccak256.Hash("payment"u8);
    private static readonly Hash256 Registration = Keccak256.Hash("registration"u8);

    private TestLedger _ledger = null!;
    private TestParty _core = null!;
    private TestParty _supplier = null!;
    private TestParty _secondTier = null!;
    private TestParty _bank = null!;
    private DateOnly _maturity;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _ledger = await TestLedger.Deploy(patience.Token);
        _core = await TestParty.Enterprise(_ledger, keyKind, patience.Token);
        _supplier = await TestParty.Enterprise(_ledger, keyKind, patience.Token);
        _secondTier = await TestParty.Enterprise(_ledger, keyKind, patience.Token);
        _bank = await TestParty.Bank(_ledger, keyKind, patience.Token);
        _maturity = _ledger.Today.AddDays(90);
    }

    [OneTimeTearDown]
    public async Task End() => await _ledger.DisposeAsync();

    [Test, Order(1)]
    public async Task Deployment_Reads_GiveWhatItWasMadeWith(CancellationToken cancellationToken)
    {
        var registered = _ledger.OperatorRegistered;
        var record = await _ledger.Reader.Signer(SignerId.Of(_ledger.Operator), BlockTag.Latest, cancellationToken);
        var party = await _ledger.Reader.Party(PartyId.Operator, BlockTag.Latest, cancellationToken);

        Assert.Multiple(async () =>
        {
            Assert.That(registered.Kind, Is.EqualTo(PartyKind.Operator));
            Assert.That(registered.Industry.IsNone, Is.True);
            Assert.That(record, Is.EqualTo(new SignerRecord(PartyId.Operator, Rights.Operator)));
            Assert.That(party, Is.EqualTo(new Party(PartyKind.Operator, TestLedger.Yongkang, default, 1, 1, registered.ProfileHash)));
            Assert.That(await _ledger.Reader.Parameters(BlockTag.Latest, cancellationToken), Is.EqualTo(TestLedger.Limits));
            Assert.That(_ledger.Today, Is.EqualTo(new DateOnly(2025, 6, 2)));
            Assert.That(await _ledger.Reader.OperationGas(BlockTag.Latest, cancellationToken), Is.EqualTo(600_000));
        });
    }

    [Test, Order(2)]
    public async Task Absent_Reads_GiveNull(CancellationToken cancellationToken)
    {
        var reader = _ledger.Reader;

        Assert.Multiple(async () =>
        {
            Assert.That(await reader.Party(new PartyId(999), BlockTag.Latest, cancellationToken), Is.Null);
            Assert.That(await reader.Signer(Payment, BlockTag.Latest, cancellationToken), Is.Null);
            Assert.That(await reader.Receivable(new ReceivableId(999), BlockTag.Latest, cancellationToken), Is.Null);
            Assert.That(await reader.Loan(new LoanId(999), BlockTag.Latest, cancellationToken), Is.Null);
            Assert.That(await reader.ReceivableOfFingerprint(Payment, BlockTag.Latest, cancellationToken), Is.Null);
        });
    }

    [Test, Order(3)]
    public async Task Signers_AddedAndRemoved_AreRecorded(CancellationToken cancellationToken)
    {
        var added = TestParty.NewKey(_ledger, keyKind);
        var grant = SignerId.Grant(added, Rights.Trade);
        var signerAdded = await _ledger.Run<SignerAdded>(
            cancellationToken, new AddSigner(_core.Id, grant.Signer, Rights.Trade, _ledger.Deadline), _core.Key, added);
        var signerRemoved = await _ledger.Run<SignerRemoved>(
            cancellationToken, new RemoveSigner(_core.Id, SignerId.Of(added), _ledger.Deadline), _core.Key);
        var record = await _ledger.Reader.Signer(SignerId.Of(added), BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(signerAdded, Is.EqualTo(new SignerAdded(_core.Id, SignerId.Of(added), grant.Signer, Rights.Trade)));
            Assert.That(signerRemoved, Is.EqualTo(new SignerRemoved(_core.Id, SignerId.Of(added))));
            Assert.That(record, Is.EqualTo(new SignerRecord(_core.Id, Rights.None)));
        });
    }

    [Test, Order(4)]
    public async Task Receivable_IssuedSplitAndAssigned_IsRecorded(CancellationToken cancellationToken)
    {
        var parent = new ReceivableId(1);
        var child = new ReceivableId(2);
        var issued = await _ledger.Run<ReceivableIssued>(
            cancellationToken,
            new IssueReceivable(_core.Id, _supplier.Id, Face, _maturity, Fingerprint, _ledger.Deadline),
            _core.Key,
            _supplier.Key);
        var split = await _ledger.Run<ReceivableSplit>(
            cancellationToken, new AssignReceivable(parent, _secondTier.Id, Part, 1, _ledger.Deadline), _supplier.Key, _secondTier.Key);
        var assigned = await _ledger.Run<ReceivableAssigned>(
            cancellationToken, new AssignReceivable(child, _supplier.Id, Part, 1, _ledger.Deadline), _secondTier.Key, _supplier.Key);
        var stored = await _ledger.Reader.Receivable(child, BlockTag.Latest, cancellationToken);
        var found = await _ledger.Reader.ReceivableOfFingerprint(Fingerprint, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(issued, Is.EqualTo(new ReceivableIssued(parent, _core.Id, _supplier.Id, Face, _maturity, Fingerprint)));
            Assert.That(split, Is.EqualTo(new ReceivableSplit(parent, child, _secondTier.Id, _supplier.Id, Part, Rest)));
            Assert.That(assigned, Is.EqualTo(new ReceivableAssigned(child, _secondTier.Id, _supplier.Id, Part)));
            Assert.That(stored, Is.EqualTo(
                new Receivable(_core.Id, _supplier.Id, Part, _maturity, ReceivableStatus.Active, 1, 0, 2, parent)));
            Assert.That(found, Is.EqualTo(parent));
        });
    }

    [Test, Order(5)]
    public async Task Loan_OpenedDisbursedAndRepaid_IsRecorded(CancellationToken cancellationToken)
    {
        var loan = new LoanId(1);
        var receivable = new ReceivableId(1);
        var dueDate = _maturity.AddDays(-1);
        var application = new LoanApplication(
            receivable, 2, PartyId.None, new Fen(1), Rest, new Bps(435), dueDate, WithRecourse: true, _ledger.Deadline);
        var opened = await _ledger.Run<LoanOpened>(
            cancellationToken, new OpenLoan(application, _bank.Id, Rest, new Bps(400), _ledger.Deadline), _supplier.Key, _bank.Maker);
        var disbursed = await _ledger.Run<LoanDisbursed>(
            cancellationToken, new DisburseLoan(loan, Rest, Registration, Payment, _ledger.Deadline), _bank.Checker);
        var first = await _ledger.Run<LoanRepaid>(
            cancellationToken, new RepayLoan(loan, new Fen(1_00), new Fen(7), Payment, 2, _ledger.Deadline), _bank.Checker);
        var half = await _ledger.Reader.Loan(loan, BlockTag.Latest, cancellationToken);
        var last = await _ledger.Run<LoanRepaid>(
            cancellationToken, new RepayLoan(loan, Rest - new Fen(1_00), Fen.Zero, Payment, 3, _ledger.Deadline), _bank.Checker);

        Assert.Multiple(() =>
        {
            Assert.That(opened, Is.EqualTo(new LoanOpened(
                loan, _bank.Id, _supplier.Id, receivable, Rest, new Bps(400), dueDate, true, application.StructHash())));
            Assert.That(disbursed, Is.EqualTo(new LoanDisbursed(loan, _bank.Id, _supplier.Id, Rest, Registration, Payment)));
            Assert.That(first, Is.EqualTo(
                new LoanRepaid(loan, _bank.Id, _supplier.Id, new Fen(1_00), new Fen(7), Rest - new Fen(1_00), Payment)));
            Assert.That(last.OutstandingFen, Is.EqualTo(Fen.Zero));
            Assert.That(half, Is.EqualTo(new Loan(
                Rest,
                new Fen(1_00),
                _bank.Id,
                _supplier.Id,
                new Bps(400),
                dueDate,
                3,
                LoanStatus.Disbursed,
                true,
                receivable,
                new Fen(7),
                new ByteString(SignerId.Of(_bank.Maker).ToArray().AsSpan(0, 20)))));
        });
    }

    [Test, Order(6)]
    public async Task Receivable_Redeemed_EndsWithItsAmount(CancellationToken cancellationToken)
    {
        var parent = new ReceivableId(1);
        var part = await _ledger.Run<ReceivableRedeemed>(
            cancellationToken, new RedeemReceivable(parent, new Fen(5), Payment, 4, _ledger.Deadline), _supplier.Key);
        var rest = await _ledger.Run<ReceivableRedeemed>(
            cancellationToken, new RedeemReceivable(parent, Rest - new Fen(5), Payment, 5, _ledger.Deadline), _supplier.Key);
        var stored = await _ledger.Reader.Receivable(parent, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(part, Is.EqualTo(new ReceivableRedeemed(parent, _supplier.Id, _core.Id, new Fen(5), Rest - new Fen(5), Payment)));
            Assert.That(rest.RemainderFen, Is.EqualTo(Fen.Zero));
            Assert.That(stored!.Status, Is.EqualTo(ReceivableStatus.Redeemed));
        });
    }

    [Test, Order(7)]
    public async Task Totals_AtTheEnd_AreTheSumOfTheStory(CancellationToken cancellationToken)
    {
        var totals = await _ledger.Reader.Totals(BlockTag.Latest, cancellationToken);

        Assert.That(totals, Is.EqualTo(new Totals(
            Enterprises: 3,
            Banks: 1,
            Receivables: 2,
            Loans: 1,
            LentFen: FenSum.From(Rest),
            RepaidFen: FenSum.From(Rest),
            IssuedFen: FenSum.From(Face),
            RedeemedFen: FenSum.From(Rest),
            InterestFen: FenSum.From(new Fen(7)))));
    }
}
