using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>Every operation, its event and what it leaves, on a real chain and with both kinds of keys.</summary>
[TestFixture(KeyKind.Secp256k1)]
[TestFixture(KeyKind.P256)]
[CancelAfter(120_000)]
public sealed class LedgerStoryTests(KeyKind keyKind)
{
    private static readonly Fen Face = new(1_000_000_00);
    private static readonly Fen Part = new(400_000_00);
    private static readonly Fen Rest = Face - Part;
    private static readonly Bps Rate = new(400);
    private static readonly Hash256 Payment = Keccak256.Hash("payment"u8);
    private static readonly Hash256 Registration = Keccak256.Hash("registration"u8);

    private TestLedger? _deployed;
    private TestParty _core = null!;
    private TestParty _supplier = null!;
    private TestParty _secondTier = null!;
    private TestParty _bank = null!;
    private DateOnly _maturity;
    private int _invoices;

    private TestLedger Ledger => _deployed!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _deployed = await TestLedger.Deploy(patience.Token);
        _core = await TestParty.Enterprise(Ledger, keyKind, patience.Token);
        _supplier = await TestParty.Enterprise(Ledger, keyKind, patience.Token);
        _secondTier = await TestParty.Enterprise(Ledger, keyKind, patience.Token);
        _bank = await TestParty.Bank(Ledger, keyKind, patience.Token);
        _maturity = Ledger.Today.AddDays(90);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (_deployed is not null)
        {
            await _deployed.DisposeAsync();
        }
    }

    [Test]
    public async Task Deployment_Reads_GiveWhatItWasMadeWith(CancellationToken cancellationToken)
    {
        var registered = Ledger.OperatorRegistered;
        var record = await Ledger.Reader.Signer(SignerId.Of(Ledger.Operator), BlockTag.Latest, cancellationToken);
        var party = await Ledger.Reader.Party(PartyId.Operator, BlockTag.Latest, cancellationToken);
        var parameters = await Ledger.Reader.Parameters(BlockTag.Latest, cancellationToken);
        var operationGas = await Ledger.Reader.OperationGas(BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(registered.Kind, Is.EqualTo(PartyKind.Operator));
            Assert.That(registered.Industry.IsNone, Is.True);
            Assert.That(record, Is.EqualTo(new SignerRecord(PartyId.Operator, Rights.Operator)));
            Assert.That(party, Is.EqualTo(new Party(PartyKind.Operator, TestLedger.Yongkang, default, 1, 1, registered.ProfileHash)));
            Assert.That(parameters, Is.EqualTo(TestLedger.Limits));
            Assert.That(Ledger.Today, Is.EqualTo(new DateOnly(2025, 6, 2)));
            Assert.That(operationGas, Is.EqualTo(600_000));
        });
    }

    [Test]
    public async Task Absent_Reads_GiveNull(CancellationToken cancellationToken)
    {
        var reader = Ledger.Reader;

        Assert.That(await reader.Party(new PartyId(999), BlockTag.Latest, cancellationToken), Is.Null);
        Assert.That(await reader.Signer(Payment, BlockTag.Latest, cancellationToken), Is.Null);
        Assert.That(await reader.Receivable(new ReceivableId(999), BlockTag.Latest, cancellationToken), Is.Null);
        Assert.That(await reader.Loan(new LoanId(999), BlockTag.Latest, cancellationToken), Is.Null);
        Assert.That(await reader.ReceivableOfFingerprint(Payment, BlockTag.Latest, cancellationToken), Is.Null);
    }

    [Test]
    public async Task Signer_AddedAndRemoved_KeepsItsPartyWithoutRights(CancellationToken cancellationToken)
    {
        var key = TestParty.NewKey(Ledger, keyKind);
        var grant = SignerId.Grant(key, Rights.Trade);
        var added = await Ledger.Run<SignerAdded>(
            new AddSigner(_core.Id, grant.Signer, Rights.Trade, Ledger.Deadline), [_core.Key, key], cancellationToken);
        var removed = await Ledger.Run<SignerRemoved>(
            new RemoveSigner(_core.Id, SignerId.Of(key), Ledger.Deadline), [_core.Key], cancellationToken);
        var record = await Ledger.Reader.Signer(SignerId.Of(key), BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(added, Is.EqualTo(new SignerAdded(_core.Id, SignerId.Of(key), grant.Signer, Rights.Trade)));
            Assert.That(removed, Is.EqualTo(new SignerRemoved(_core.Id, SignerId.Of(key))));
            Assert.That(record, Is.EqualTo(new SignerRecord(_core.Id, Rights.None)));
        });
    }

    [Test]
    public async Task Receivable_SplitAndAssigned_IsRecorded(CancellationToken cancellationToken)
    {
        var issued = await Issue(cancellationToken);
        var parent = issued.Receivable;
        var split = await Assign(parent, _supplier, _secondTier, cancellationToken);
        var child = ((ReceivableSplit)split).Child;
        var assigned = await Assign(child, _secondTier, _supplier, cancellationToken);
        var stored = await Ledger.Reader.Receivable(child, BlockTag.Latest, cancellationToken);
        var found = await Ledger.Reader.ReceivableOfFingerprint(issued.InvoiceFingerprint, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(issued, Is.EqualTo(
                new ReceivableIssued(parent, _core.Id, _supplier.Id, Face, _maturity, issued.InvoiceFingerprint)));
            Assert.That(split, Is.EqualTo(new ReceivableSplit(parent, child, _secondTier.Id, _supplier.Id, Part, Rest)));
            Assert.That(assigned, Is.EqualTo(new ReceivableAssigned(child, _secondTier.Id, _supplier.Id, Part)));
            Assert.That(stored, Is.EqualTo(
                new Receivable(_core.Id, _supplier.Id, Part, _maturity, ReceivableStatus.Active, 1, 0, 2, parent)));
            Assert.That(found, Is.EqualTo(parent));
        });
    }

    [Test]
    public async Task Loan_OpenedDisbursedAndRepaid_IsRecorded(CancellationToken cancellationToken)
    {
        var receivable = (await Issue(cancellationToken)).Receivable;
        var open = Open(receivable);
        var opened = await Ledger.Run<LoanOpened>(open, [_supplier.Key, _bank.Maker], cancellationToken);
        var loan = opened.Loan;
        var disbursed = await Ledger.Run<LoanDisbursed>(
            new DisburseLoan(loan, Face, Registration, Payment, Ledger.Deadline), [_bank.Checker], cancellationToken);
        var repaid = await Ledger.Run<LoanRepaid>(
            new RepayLoan(loan, Part, new Fen(7), Payment, 2, Ledger.Deadline), [_bank.Checker], cancellationToken);
        var stored = await Ledger.Reader.Loan(loan, BlockTag.Latest, cancellationToken);
        var approver = new ByteString(SignerId.Of(_bank.Maker).ToArray().AsSpan(0, 20));

        Assert.Multiple(() =>
        {
            Assert.That(opened, Is.EqualTo(new LoanOpened(
                loan, _bank.Id, _supplier.Id, receivable, Face, Rate, _maturity, true, open.Application.StructHash())));
            Assert.That(disbursed, Is.EqualTo(new LoanDisbursed(loan, _bank.Id, _supplier.Id, Face, Registration, Payment)));
            Assert.That(repaid, Is.EqualTo(new LoanRepaid(loan, _bank.Id, _supplier.Id, Part, new Fen(7), Rest, Payment)));
            Assert.That(stored, Is.EqualTo(new Loan(
                Face, Part, _bank.Id, _supplier.Id, Rate, _maturity, 3, LoanStatus.Disbursed, true, receivable, new Fen(7), approver)));
        });
    }

    [Test]
    public async Task Receivable_RedeemedInParts_EndsWithItsAmount(CancellationToken cancellationToken)
    {
        var receivable = (await Issue(cancellationToken)).Receivable;
        var part = await Ledger.Run<ReceivableRedeemed>(
            new RedeemReceivable(receivable, Part, Payment, 1, Ledger.Deadline), [_supplier.Key], cancellationToken);
        var rest = await Ledger.Run<ReceivableRedeemed>(
            new RedeemReceivable(receivable, Rest, Payment, 2, Ledger.Deadline), [_supplier.Key], cancellationToken);
        var stored = await Ledger.Reader.Receivable(receivable, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(part, Is.EqualTo(new ReceivableRedeemed(receivable, _supplier.Id, _core.Id, Part, Rest, Payment)));
            Assert.That(rest.RemainderFen, Is.EqualTo(Fen.Zero));
            Assert.That(stored!.Status, Is.EqualTo(ReceivableStatus.Redeemed));
        });
    }

    [Test]
    public async Task Totals_OfAWholeStory_GrowByItsAmounts(CancellationToken cancellationToken)
    {
        var before = await Ledger.Reader.Totals(BlockTag.Latest, cancellationToken);
        var receivable = (await Issue(cancellationToken)).Receivable;
        await Assign(receivable, _supplier, _secondTier, cancellationToken);
        var open = Open(receivable, revision: 2) with { PrincipalFen = Rest };
        var loan = (await Ledger.Run<LoanOpened>(open, [_supplier.Key, _bank.Maker], cancellationToken)).Loan;
        await Ledger.Run<LoanDisbursed>(
            new DisburseLoan(loan, Rest, Registration, Payment, Ledger.Deadline), [_bank.Checker], cancellationToken);
        await Ledger.Run<LoanRepaid>(
            new RepayLoan(loan, Rest, new Fen(9), Payment, 2, Ledger.Deadline), [_bank.Checker], cancellationToken);
        await Ledger.Run<ReceivableRedeemed>(
            new RedeemReceivable(receivable, Rest, Payment, 4, Ledger.Deadline), [_supplier.Key], cancellationToken);
        await TestParty.Enterprise(Ledger, keyKind, cancellationToken);

        var after = await Ledger.Reader.Totals(BlockTag.Latest, cancellationToken);

        Assert.That(after, Is.EqualTo(new Totals(
            before.Enterprises + 1,
            before.Banks,
            before.Receivables + 2,
            before.Loans + 1,
            before.LentFen + Rest,
            before.RepaidFen + Rest,
            before.IssuedFen + Face,
            before.RedeemedFen + Rest,
            before.InterestFen + new Fen(9))));
    }

    private Task<ReceivableIssued> Issue(CancellationToken cancellationToken)
    {
        var fingerprint = Keccak256.Hash([(byte)++_invoices]);
        return Ledger.Run<ReceivableIssued>(
            new IssueReceivable(_core.Id, _supplier.Id, Face, _maturity, fingerprint, Ledger.Deadline),
            [_core.Key, _supplier.Key],
            cancellationToken);
    }

    // A part of the first revision: a split where the receivable is whole, an assignment where it is that part.
    private async Task<LedgerEvent> Assign(ReceivableId receivable, TestParty holder, TestParty assignee, CancellationToken cancellationToken)
    {
        var assign = new AssignReceivable(receivable, assignee.Id, Part, 1, Ledger.Deadline);
        var events = await Ledger.Submit(
            [ByteString.Wrap(Ledger.Domain.SignAll(assign, holder.Key, assignee.Key).Encode())], cancellationToken);
        return events.Single();
    }

    private OpenLoan Open(ReceivableId receivable, ushort revision = 1) => new(
        new LoanApplication(
            receivable, revision, PartyId.None, new Fen(1), Face, new Bps(435), _maturity, WithRecourse: true, Ledger.Deadline),
        _bank.Id,
        Face,
        Rate,
        Ledger.Deadline);
}
