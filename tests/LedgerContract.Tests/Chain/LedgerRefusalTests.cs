using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>What the ledger refuses, as its callers see it: code, values and field, the same from a simulation and from the event.</summary>
[CancelAfter(120_000)]
public sealed class LedgerRefusalTests
{
    private static readonly Fen Face = new(1_000_00);
    private static readonly Hash256 Payment = Keccak256.Hash("payment"u8);
    private static readonly ReceivableId Receivable = new(1);
    private static readonly LoanId Loan = new(1);

    private TestLedger? _deployed;
    private TestParty _core = null!;
    private TestParty _supplier = null!;
    private TestParty _bank = null!;

    private TestLedger Ledger => _deployed!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var cancellationToken = patience.Token;
        _deployed = await TestLedger.Deploy(cancellationToken);
        _core = await TestParty.Enterprise(Ledger, KeyKind.Secp256k1, cancellationToken);
        _supplier = await TestParty.Enterprise(Ledger, KeyKind.P256, cancellationToken);
        _bank = await TestParty.Bank(Ledger, KeyKind.P256, cancellationToken);
        await Ledger.Run<ReceivableIssued>(Issue(), [_core.Key, _supplier.Key], cancellationToken);
        await Ledger.Run<LoanOpened>(Open(), [_supplier.Key, _bank.Maker], cancellationToken);
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
    public Task Deadline_Passed_IsRefused(CancellationToken cancellationToken) => Refused(
        Issue("late") with { Deadline = 1_000 }, [_core.Key, _supplier.Key], RefusalCode.DeadlineExpired, "deadline", cancellationToken, ("deadline", 1_000UL));

    [Test]
    public Task Application_Expired_NamesItsOwnDeadline(CancellationToken cancellationToken) => Refused(
        Open() with { Application = Open().Application with { Deadline = 1_000 } },
        [_supplier.Key, _bank.Maker],
        RefusalCode.DeadlineExpired,
        "application.deadline",
        cancellationToken);

    [Test]
    public Task Invoice_IssuedAgain_IsRefused(CancellationToken cancellationToken) => Refused(
        Issue() with { AmountFen = new Fen(7) },
        [_core.Key, _supplier.Key],
        RefusalCode.FingerprintTaken,
        "invoiceFingerprint",
        cancellationToken,
        ("invoiceFingerprint", Issue().InvoiceFingerprint),
        ("receivable", Receivable));

    [Test]
    public Task Amount_Zero_IsRefused(CancellationToken cancellationToken) => Refused(
        Issue("zero") with { AmountFen = Fen.Zero },
        [_core.Key, _supplier.Key],
        RefusalCode.AmountOutOfRange,
        "amountFen",
        cancellationToken,
        ("amountFen", 0UL),
        ("minFen", 1UL));

    [Test]
    public Task Maturity_BeyondTheTenor_IsRefused(CancellationToken cancellationToken) => Refused(
        Issue("far") with { MaturityDate = Ledger.Today.AddDays(181) },
        [_core.Key, _supplier.Key],
        RefusalCode.MaturityOutOfRange,
        "maturityDate",
        cancellationToken,
        ("maturityDate", Ledger.Today.AddDays(181)),
        ("earliest", Ledger.Today.AddDays(1)),
        ("latest", Ledger.Today.AddDays(180)));

    [Test]
    public Task Obligor_ConfirmedByAnotherKey_IsRefused(CancellationToken cancellationToken) => Refused(
        Issue("forged"),
        [Ledger.Operator, _supplier.Key],
        RefusalCode.SignerUnauthorised,
        null,
        cancellationToken,
        ("party", _core.Id),
        ("signerId", SignerId.Of(Ledger.Operator)),
        ("right", Rights.Trade));

    [Test]
    public Task Holder_Unknown_IsRefused(CancellationToken cancellationToken) => Refused(
        Issue("nobody") with { Holder = new PartyId(77) },
        [_core.Key, _supplier.Key],
        RefusalCode.PartyUnknown,
        "holder",
        cancellationToken,
        ("party", new PartyId(77)));

    [Test]
    public Task Holder_ABank_IsOfTheWrongKind(CancellationToken cancellationToken) => Refused(
        Issue("bank") with { Holder = _bank.Id },
        [_core.Key, _bank.Maker],
        RefusalCode.PartyKindWrong,
        "holder",
        cancellationToken,
        ("expected", PartyKind.Enterprise),
        ("actual", PartyKind.Bank));

    [Test]
    public Task Receivable_SeenAtAnEarlierRevision_IsStale(CancellationToken cancellationToken) => Refused(
        Open(),
        [_supplier.Key, _bank.Maker],
        RefusalCode.ReceivableRevisionStale,
        "application.revision",
        cancellationToken,
        ("receivable", Receivable),
        ("revision", (ushort)1),
        ("current", (ushort)2));

    [Test]
    public Task Receivable_Pledged_CannotBeRedeemed(CancellationToken cancellationToken) => Refused(
        new RedeemReceivable(Receivable, Face, Payment, 2, Ledger.Deadline),
        [_supplier.Key],
        RefusalCode.ReceivableStatusWrong,
        "receivable",
        cancellationToken,
        ("expected", ReceivableStatus.Active),
        ("actual", ReceivableStatus.Pledged));

    [Test]
    public async Task Loan_DisbursedByItsApproverThatMayDoBoth_ViolatesFourEyes(CancellationToken cancellationToken)
    {
        var both = TestParty.NewKey(Ledger, KeyKind.P256);
        var grant = new AddSigner(_bank.Id, new ByteString(both.SignerBytes.Span), Rights.Approve | Rights.Disburse, Ledger.Deadline);
        await Ledger.Run<SignerAdded>(grant, [_bank.Maker, both], cancellationToken);
        var receivable = (await Ledger.Run<ReceivableIssued>(Issue("four eyes"), [_core.Key, _supplier.Key], cancellationToken)).Receivable;
        var open = Open() with { Application = Open().Application with { Receivable = receivable } };
        var loan = (await Ledger.Run<LoanOpened>(open, [_supplier.Key, both], cancellationToken)).Loan;

        await Refused(
            new DisburseLoan(loan, Face, Payment, Payment, Ledger.Deadline),
            [both],
            RefusalCode.FourEyesViolated,
            null,
            cancellationToken,
            ("loan", loan),
            ("signerId", SignerId.Of(both)));
    }

    [Test]
    public Task Loan_DisbursedByASignerWithoutTheRight_IsRefused(CancellationToken cancellationToken) => Refused(
        new DisburseLoan(Loan, Face, Payment, Payment, Ledger.Deadline),
        [_bank.Maker],
        RefusalCode.SignerUnauthorised,
        null,
        cancellationToken,
        ("right", Rights.Disburse));

    [Test]
    public Task Loan_DisbursedWithoutRegistration_IsRefused(CancellationToken cancellationToken) => Refused(
        new DisburseLoan(Loan, Face, Hash256.Zero, Payment, Ledger.Deadline),
        [_bank.Checker],
        RefusalCode.RegistrationMissing,
        "registrationHash",
        cancellationToken,
        ("loan", Loan));

    [Test]
    public Task Signer_OfAnotherParty_CannotBeGrantedAgain(CancellationToken cancellationToken) => Refused(
        new AddSigner(_core.Id, new ByteString(_supplier.Key.SignerBytes.Span), Rights.Trade, Ledger.Deadline),
        [_core.Key, _supplier.Key],
        RefusalCode.SignerTaken,
        "signer",
        cancellationToken,
        ("party", _supplier.Id));

    [Test]
    public async Task Signature_ForAnotherChain_IsOfAnUnknownSigner(CancellationToken cancellationToken)
    {
        var foreign = new LedgerDomain(1, Ledger.Reader.Ledger).SignAll(Issue("foreign"), _core.Key, _supplier.Key);

        var refusal = await Simulate(foreign, cancellationToken);

        Assert.That(refusal!.Code, Is.EqualTo(RefusalCode.SignerUnauthorised));
    }

    [Test]
    public async Task Amount_AlteredAfterSigning_IsRefused(CancellationToken cancellationToken)
    {
        var signed = Ledger.Domain.SignAll(Issue("altered"), _core.Key, _supplier.Key);
        var altered = (Issue("altered") with { AmountFen = Face - new Fen(1) }).WithSignatures(signed.Signatures);

        var refusal = await Simulate(altered, cancellationToken);

        Assert.That(refusal!.Code, Is.EqualTo(RefusalCode.SignerUnauthorised));
    }

    [Test]
    public async Task Signature_Malformed_IsRefused(CancellationToken cancellationToken)
    {
        var refusal = await Simulate(Issue("short").WithSignatures([ByteString.Parse("0x01"), ByteString.Empty]), cancellationToken);

        Assert.That(refusal, Is.EqualTo(new LedgerRefusal(RefusalCode.SignatureMalformed, [new("length", 1UL)])));
    }

    [Test]
    public async Task Batch_WithRefusedEntries_RunsTheOthersAndAlignsItsEvents(CancellationToken cancellationToken)
    {
        var accepted = Ledger.Domain.SignAll(Issue("accepted"), _core.Key, _supplier.Key);
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

    private IssueReceivable Issue(string invoice = "invoice") => new(
        _core.Id,
        _supplier.Id,
        Face,
        Ledger.Today.AddDays(90),
        Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(invoice)),
        Ledger.Deadline);

    private OpenLoan Open() => new(
        new LoanApplication(
            Receivable, 1, _bank.Id, new Fen(1), Face, new Bps(435), Ledger.Today.AddDays(30), WithRecourse: false, Ledger.Deadline),
        _bank.Id,
        Face,
        new Bps(400),
        Ledger.Deadline);

    private async Task<LedgerRefusal?> Simulate(SignedOperation signed, CancellationToken cancellationToken) =>
        (await Ledger.Reader.Simulate([ByteString.Wrap(signed.Encode())], BlockTag.Latest, cancellationToken)).Single();

    private async Task Refused(
        ILedgerOperation operation,
        IReadOnlyList<ISigner> signers,
        RefusalCode code,
        string? field,
        CancellationToken cancellationToken,
        params IReadOnlyList<(string Name, object Value)> values)
    {
        var refusal = await Simulate(Ledger.Domain.SignAll(operation, signers), cancellationToken);

        Assert.That(refusal, Is.Not.Null, "the ledger accepted it");
        Assert.Multiple(() =>
        {
            Assert.That(refusal!.Code, Is.EqualTo(code), $"{refusal}");
            Assert.That(RefusalCatalogue.FieldOf(refusal, operation), Is.EqualTo(field));
            foreach (var (name, value) in values)
            {
                Assert.That(refusal[name], Is.EqualTo(value), name);
            }
        });
    }
}
