using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>What the ledger refuses, as its callers see it: code, values and field, the same from a simulation and from the event.</summary>
[CancelAfter(120_000)]
public sealed class LedgerRefusalTests
{
    private static readonly Fen Face = TestTown.Face;
    private static readonly Hash256 Payment = TestTown.Payment;
    private static readonly Hash256 Registration = TestTown.Registration;

    private TestTown? _founded;
    private IssueReceivable _issue = null!;
    private OpenLoan _open = null!;
    private ReceivableId _receivable;
    private LoanId _loan;

    private TestTown Town => _founded!;

    private TestLedger Ledger => Town.Ledger;

    [OneTimeSetUp]
    public async Task Found()
    {
        _founded = await TestTown.Found(KeyKind.P256);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _issue = Town.Issue();
        _receivable = (await Ledger.Run<ReceivableIssued>(_issue, [Town.Core.Key, Town.Supplier.Key], patience.Token)).Receivable;
        _open = Town.Open(_receivable);
        _loan = (await Ledger.Run<LoanOpened>(_open, [Town.Supplier.Key, Town.Bank.Maker], patience.Token)).Loan;
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (_founded is not null)
        {
            await _founded.DisposeAsync();
        }
    }

    [Test]
    public Task Deadline_Passed_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { Deadline = 1_000 }, [Town.Core.Key, Town.Supplier.Key], RefusalCode.DeadlineExpired, "deadline", cancellationToken, ("deadline", 1_000UL));

    [Test]
    public Task Application_Expired_NamesItsOwnDeadline(CancellationToken cancellationToken) => Ledger.Refuses(
        _open with { Application = _open.Application with { Deadline = 1_000 } },
        [Town.Supplier.Key, Town.Bank.Maker],
        RefusalCode.DeadlineExpired,
        "application.deadline",
        cancellationToken);

    [Test]
    public Task Invoice_IssuedAgain_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        _issue with { AmountFen = new Fen(7) },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.FingerprintTaken,
        "invoices",
        cancellationToken,
        ("invoiceFingerprint", _issue.Invoices[0].Fingerprint),
        ("receivable", _receivable));

    [Test]
    public Task Amount_Zero_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { AmountFen = Fen.Zero },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.AmountOutOfRange,
        "amountFen",
        cancellationToken,
        ("amountFen", 0UL),
        ("minFen", 1UL));

    [Test]
    public Task Maturity_BeyondTheTenor_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { MaturityDate = Ledger.Today.AddDays(361) },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.MaturityOutOfRange,
        "maturityDate",
        cancellationToken,
        ("maturityDate", Ledger.Today.AddDays(361)),
        ("earliest", Ledger.Today.AddDays(1)),
        ("latest", Ledger.Today.AddDays(360)));

    [Test]
    public Task Obligor_ConfirmedByAnotherKey_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue(),
        [Ledger.Operator, Town.Supplier.Key],
        RefusalCode.SignerUnauthorised,
        null,
        cancellationToken,
        ("party", Town.Core.Id),
        ("signerId", SignerId.Of(Ledger.Operator)),
        ("right", Rights.Trade));

    [Test]
    public Task Holder_Unknown_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { Holder = new PartyId(77) },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.PartyUnknown,
        "holder",
        cancellationToken,
        ("party", new PartyId(77)));

    [Test]
    public Task Holder_ABank_IsOfTheWrongKind(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { Holder = Town.Bank.Id },
        [Town.Core.Key, Town.Bank.Maker],
        RefusalCode.PartyKindWrong,
        "holder",
        cancellationToken,
        ("expected", PartyKind.Enterprise),
        ("actual", PartyKind.Bank));

    [Test]
    public Task Receivable_SeenAtAnEarlierRevision_IsStale(CancellationToken cancellationToken) => Ledger.Refuses(
        _open,
        [Town.Supplier.Key, Town.Bank.Maker],
        RefusalCode.ReceivableRevisionStale,
        "application.revision",
        cancellationToken,
        ("receivable", _receivable),
        ("revision", (ushort)1),
        ("current", (ushort)2));

    [Test]
    public Task Receivable_Pledged_CannotBeRedeemed(CancellationToken cancellationToken) => Ledger.Refuses(
        new RedeemReceivable(_receivable, Face, Payment, 2, Ledger.Deadline),
        [Town.Supplier.Key],
        RefusalCode.ReceivableStatusWrong,
        "receivable",
        cancellationToken,
        ("expected", ReceivableStatus.Active),
        ("actual", ReceivableStatus.Pledged));

    [Test]
    public async Task Loan_DisbursedByItsApproverThatMayDoBoth_ViolatesFourEyes(CancellationToken cancellationToken)
    {
        var both = TestParty.NewKey(Ledger, KeyKind.P256);
        var grant = new AddSigner(Town.Bank.Id, new ByteString(both.SignerBytes.Span), Rights.Approve | Rights.Disburse, Ledger.Deadline);
        await Ledger.Run<SignerAdded>(grant, [Town.Bank.Maker, both], cancellationToken);
        var open = Town.Open(await Town.Issued(cancellationToken));
        var loan = (await Ledger.Run<LoanOpened>(open, [Town.Supplier.Key, both], cancellationToken)).Loan;

        await Ledger.Refuses(
            new DisburseLoan(loan, Face, Registration, Payment, 0, Ledger.Deadline),
            [both],
            RefusalCode.FourEyesViolated,
            null,
            cancellationToken,
            ("loan", loan),
            ("signerNumber", (ushort)4));
    }

    [Test]
    public Task Loan_DisbursedByASignerWithoutTheRight_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        new DisburseLoan(_loan, Face, Registration, Payment, 0, Ledger.Deadline),
        [Town.Bank.Maker],
        RefusalCode.SignerUnauthorised,
        null,
        cancellationToken,
        ("right", Rights.Disburse));

    [Test]
    public Task Loan_DisbursedWithoutRegistration_IsRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        new DisburseLoan(_loan, Face, Hash256.Zero, Payment, 0, Ledger.Deadline),
        [Town.Bank.Checker],
        RefusalCode.RegistrationMissing,
        "registrationHash",
        cancellationToken,
        ("loan", _loan));

    [Test]
    public Task Signer_OfAnotherParty_CannotBeGrantedAgain(CancellationToken cancellationToken) => Ledger.Refuses(
        new AddSigner(Town.Core.Id, new ByteString(Town.Supplier.Key.SignerBytes.Span), Rights.Trade, Ledger.Deadline),
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.SignerTaken,
        "signer",
        cancellationToken,
        ("party", Town.Supplier.Id));

    // From a secp256k1 signature over other terms another account is recovered; the other schemes carry their key and do not verify.
    [TestCase(KeyKind.Secp256k1, RefusalCode.SignerUnauthorised)]
    [TestCase(KeyKind.P256, RefusalCode.SignatureInvalid)]
    [TestCase(KeyKind.Passkey, RefusalCode.SignatureInvalid)]
    public async Task Signature_ForAnotherChainOrAmount_IsRefused(KeyKind keys, RefusalCode expected, CancellationToken cancellationToken)
    {
        var core = await TestParty.Enterprise(Ledger, keys, cancellationToken);
        var issue = Town.Issue() with { Obligor = core.Id };
        var elsewhere = new LedgerDomain(1, Ledger.Plan.Ledger).SignAll(issue, core.Key, Town.Supplier.Key);
        var signed = Ledger.Domain.SignAll(issue, core.Key, Town.Supplier.Key);
        var altered = (issue with { AmountFen = Face - new Fen(1) }).WithSignatures(signed.Signatures);

        Assert.That((await Ledger.Simulate(elsewhere, cancellationToken))?.Code, Is.EqualTo(expected));
        Assert.That((await Ledger.Simulate(altered, cancellationToken))?.Code, Is.EqualTo(expected));
        Assert.That(await Ledger.Simulate(signed, cancellationToken), Is.Null);
    }

    [Test]
    public async Task Signature_Malformed_IsRefused(CancellationToken cancellationToken)
    {
        var refusal = await Ledger.Simulate(Town.Issue().WithSignatures([ByteString.Parse("0x01"), ByteString.Empty]), cancellationToken);

        Assert.That(refusal, Is.EqualTo(new LedgerRefusal(RefusalCode.SignatureMalformed, [new("length", 1UL)])));
    }

    [Test]
    public async Task Batch_WithRefusedEntries_RunsTheOthersAndAlignsItsEvents(CancellationToken cancellationToken)
    {
        var accepted = Ledger.Domain.SignAll(Town.Issue(), Town.Core.Key, Town.Supplier.Key);
        ByteString[] batch =
        [
            ByteString.Parse("0xdeadbeef"),
            ByteString.Wrap(accepted.Encode()),
            ByteString.Wrap(FinanceLedgerContract.EncodeSubmit([])),
            ByteString.Wrap(accepted.Encode()),
        ];

        var simulated = await Ledger.Reader.Simulate(batch, BlockTag.Latest, cancellationToken);
        var events = await Ledger.Submit(batch, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(
                simulated.Select(refusal => refusal?.Code),
                Is.EqualTo(new RefusalCode?[] { RefusalCode.OperationUnknown, null, RefusalCode.BatchNested, RefusalCode.FingerprintTaken }));
            Assert.That(events, Has.Count.EqualTo(batch.Length));
            Assert.That(events[1], Is.TypeOf<ReceivableIssued>());
            var refused = (OperationRefused)events[3];
            Assert.That(refused.Index, Is.EqualTo(3));
            Assert.That(refused.Operation, Is.EqualTo(accepted.OperationHash()));
            Assert.That(LedgerErrors.Decode(refused.Reason.Span), Is.EqualTo(simulated[3]));
        });
    }

    [Test]
    public async Task Interest_OfTheContract_IsThatOfCSharp(CancellationToken cancellationToken)
    {
        var random = new Random(360);
        var cases = Enumerable.Range(0, 3_000).Select(index => (
            Principal: new Fen((ulong)random.NextInt64((long)Fen.MaxValue + 1) >> random.Next(54)),
            Rate: new Bps((ushort)random.Next(index % 2 == 0 ? 3_000 : ushort.MaxValue + 1)),
            Days: (ushort)random.Next(index % 2 == 0 ? 400 : ushort.MaxValue + 1)));

        await Parallel.ForEachAsync(cases, cancellationToken, async (item, token) =>
        {
            var (principal, rate, days) = item;
            var onChain = await Ledger.Reader.InterestDown(principal, rate, days, BlockTag.Latest, token);
            if (onChain > Fen.MaxValue)
            {
                Assert.That(() => Interest.Down(principal, rate, days), Throws.TypeOf<OverflowException>());
                return;
            }

            Assert.That(Interest.Down(principal, rate, days).Value, Is.EqualTo(onChain), $"{item}");
        });
    }
}
