using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>What is traded every day, its events and what it leaves, on a real chain and with every kind of key.</summary>
[TestFixture(KeyKind.Secp256k1)]
[TestFixture(KeyKind.P256)]
[TestFixture(KeyKind.Passkey)]
[CancelAfter(120_000)]
public sealed class LedgerStoryTests(KeyKind keyKind)
{
    private static readonly Fen Part = new(400_000_00);
    private static readonly Fen Rest = TestTown.Face - Part;

    private TestTown? _founded;

    private TestTown Town => _founded!;

    private TestLedger Ledger => Town.Ledger;

    [OneTimeSetUp]
    public async Task Found() => _founded = await TestTown.Found(keyKind);

    [OneTimeTearDown]
    public async Task End()
    {
        if (_founded is not null)
        {
            await _founded.DisposeAsync();
        }
    }

    [Test]
    public async Task Signer_AddedAndRemoved_KeepsItsPartyWithoutRights(CancellationToken cancellationToken)
    {
        var key = TestParty.NewKey(Ledger, keyKind);
        var grant = SignerId.Grant(key, Rights.Trade);
        var added = await Ledger.Run<SignerAdded>(
            new AddSigner(Town.Core.Id, grant.Signer, Rights.Trade, Ledger.Deadline), [Town.Core.Key, key], cancellationToken);
        var removed = await Ledger.Run<SignerRemoved>(
            new RemoveSigner(Town.Core.Id, SignerId.Of(key), Ledger.Deadline), [Town.Core.Key], cancellationToken);
        var record = await Ledger.Reader.Signer(SignerId.Of(key), BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(added, Is.EqualTo(new SignerAdded(Town.Core.Id, SignerId.Of(key), grant.Signer, Rights.Trade)));
            Assert.That(removed, Is.EqualTo(new SignerRemoved(Town.Core.Id, SignerId.Of(key))));
            Assert.That(record, Is.EqualTo(new SignerRecord(Town.Core.Id, Rights.None, 2)));
        });
    }

    [Test]
    public async Task Receivable_SplitAndAssigned_IsRecorded(CancellationToken cancellationToken)
    {
        var issue = Town.Issue();
        var issued = await Ledger.Run<ReceivableIssued>(issue, [Town.Core.Key, Town.Supplier.Key], cancellationToken);
        var parent = issued.Receivable;
        var split = await Ledger.Run<ReceivableSplit>(
            new AssignReceivable(parent, Town.SecondTier.Id, Part, 1, Ledger.Deadline), [Town.Supplier.Key, Town.SecondTier.Key], cancellationToken);
        var child = split.Child;
        var assigned = await Ledger.Run<ReceivableAssigned>(
            new AssignReceivable(child, Town.Supplier.Id, Part, 1, Ledger.Deadline), [Town.SecondTier.Key, Town.Supplier.Key], cancellationToken);
        var stored = await Ledger.Reader.Receivable(child, BlockTag.Latest, cancellationToken);
        var found = await Ledger.Reader.ReceivableOfFingerprint(issue.Invoices[1].Fingerprint, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(issued, Is.EqualTo(
                new ReceivableIssued(parent, Town.Core.Id, Town.Supplier.Id, TestTown.Face, Town.Maturity, false, issue.Invoices)));
            Assert.That(split, Is.EqualTo(new ReceivableSplit(parent, child, Town.SecondTier.Id, Town.Supplier.Id, Part, Rest)));
            Assert.That(assigned, Is.EqualTo(new ReceivableAssigned(child, Town.SecondTier.Id, Town.Supplier.Id, Part)));
            Assert.That(stored, Is.EqualTo(new Receivable(
                Town.Core.Id, Town.Supplier.Id, Part, Fen.Zero, Town.Maturity, ReceivableStatus.Active, 1, 0, 2, parent, false, false)));
            Assert.That(found, Is.EqualTo(parent));
        });
    }

    [Test]
    public async Task Receivable_OfALongTenor_IsLentOnAfterAReview(CancellationToken cancellationToken)
    {
        var issue = Town.Issue() with { MaturityDate = Ledger.Today.AddDays(200) };
        var issued = await Ledger.Run<ReceivableIssued>(issue, [Town.Core.Key, Town.Supplier.Key], cancellationToken);
        var open = Town.Open(issued.Receivable);
        await Ledger.Refuses(open, [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.ReviewMissing, "reviewHash", cancellationToken);
        var opened = await Ledger.Run<LoanOpened>(
            open with { ReviewHash = TestTown.Reason }, [Town.Supplier.Key, Town.Bank.Maker], cancellationToken);

        Assert.That(issued.ReviewNeeded, Is.True);
        Assert.That(opened.ReviewHash, Is.EqualTo(TestTown.Reason));
    }

    [Test]
    public async Task Loan_OpenedDisbursedAndRepaid_IsRecorded(CancellationToken cancellationToken)
    {
        var receivable = await Town.Issued(cancellationToken);
        var open = Town.Open(receivable) with { DecisionDigest = TestTown.Reason };
        open = open with { Application = open.Application with { Banks = [new PartyId(77), Town.Bank.Id] } };
        var opened = await Ledger.Run<LoanOpened>(open, [Town.Supplier.Key, Town.Bank.Maker], cancellationToken);
        var loan = opened.Loan;
        var first = await Ledger.Run<LoanDisbursed>(
            new DisburseLoan(loan, Part, TestTown.Registration, TestTown.Payment, 0, Ledger.Deadline), [Town.Bank.Checker], cancellationToken);
        await Ledger.Run<LoanDisbursed>(
            new DisburseLoan(loan, Rest, TestTown.Registration, TestTown.Payment, 1, Ledger.Deadline), [Town.Bank.Checker], cancellationToken);
        var repaid = await Ledger.Run<LoanRepaid>(
            new RepayLoan(loan, Part, new Fen(7), new Fen(3), TestTown.Payment, 2, Ledger.Deadline), [Town.Bank.Checker], cancellationToken);
        var stored = await Ledger.Reader.Loan(loan, BlockTag.Latest, cancellationToken);
        var due = open.Application.DueDate;

        Assert.Multiple(() =>
        {
            Assert.That(opened, Is.EqualTo(new LoanOpened(
                loan, Town.Bank.Id, Town.Supplier.Id, receivable, TestTown.Face, TestTown.Rate, due, true, open.Application.StructHash(), Hash256.Zero, TestTown.Reason,
                1, 0, Ledger.Today.AddDays(TestLedger.Limits.ApprovalDays))));
            Assert.That(first, Is.EqualTo(
                new LoanDisbursed(loan, Town.Bank.Id, Town.Supplier.Id, Part, Rest, TestTown.Registration, TestTown.Payment)));
            Assert.That(repaid, Is.EqualTo(
                new LoanRepaid(loan, Town.Bank.Id, Town.Supplier.Id, Part, new Fen(7), new Fen(3), Rest, TestTown.Payment)));
            Assert.That(stored, Is.EqualTo(new Loan(
                new LoanTerms(TestTown.Face, Town.Bank.Id, Town.Supplier.Id, receivable, TestTown.Rate, due, true, 1, 0, false, false, opened.LapseDate),
                new LoanProgress(TestTown.Face, Part, Fen.Zero, Fen.Zero, new Fen(7), new Fen(3), 3, LoanStatus.Disbursed))));
        });
    }

    [Test]
    public async Task Loan_OnlyOpened_ReadsAsOpened(CancellationToken cancellationToken)
    {
        var stored = await Ledger.Reader.Loan(await Town.Opened(cancellationToken), BlockTag.Latest, cancellationToken);

        Assert.That(stored!.Progress, Is.EqualTo(
            new LoanProgress(Fen.Zero, Fen.Zero, Fen.Zero, Fen.Zero, Fen.Zero, Fen.Zero, 0, LoanStatus.Opened)));
    }

    [Test]
    public async Task Loan_AboveTheDualAmount_TakesTwoApprovers(CancellationToken cancellationToken)
    {
        var policy = await Ledger.Reader.LendingPolicy(Town.Bank.Id, BlockTag.Latest, cancellationToken);
        var large = policy!.DualApprovalFen + new Fen(1);
        var issue = Town.Issue() with { AmountFen = large, Invoices = [new Invoice(TestTown.Reason, large)] };
        var receivable = (await Ledger.Run<ReceivableIssued>(issue, [Town.Core.Key, Town.Supplier.Key], cancellationToken)).Receivable;
        var open = Town.Open(receivable) with { PrincipalFen = large };
        open = open with { Application = open.Application with { MaxPrincipalFen = large } };

        await Ledger.Refuses(
            open, [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.SecondApprovalMissing, null, cancellationToken, ("dualApprovalFen", policy.DualApprovalFen.Value));
        await Ledger.Refuses(
            open, [Town.Supplier.Key, Town.Bank.Maker, Town.Bank.Maker], RefusalCode.SignersNotDistinct, null, cancellationToken, ("signerNumber", (ushort)1));
        await Ledger.Refuses(
            open with { PrincipalFen = policy.DualApprovalFen },
            [Town.Supplier.Key, Town.Bank.Maker, Town.Bank.SecondMaker],
            RefusalCode.SecondApprovalNeedless,
            null,
            cancellationToken);
        var opened = await Ledger.Run<LoanOpened>(open, [Town.Supplier.Key, Town.Bank.Maker, Town.Bank.SecondMaker], cancellationToken);
        var stored = await Ledger.Reader.Loan(opened.Loan, BlockTag.Latest, cancellationToken);

        Assert.That((stored!.Terms.Approver, stored.Terms.SecondApprover), Is.EqualTo(((ushort)1, (ushort)3)));
    }

    [Test]
    public async Task Receivable_RedeemedInParts_EndsWithItsAmount(CancellationToken cancellationToken)
    {
        var receivable = await Town.Issued(cancellationToken);
        var part = await Ledger.Run<ReceivableRedeemed>(
            new RedeemReceivable(receivable, Part, TestTown.Payment, 1, Ledger.Deadline), [Town.Supplier.Key], cancellationToken);
        var rest = await Ledger.Run<ReceivableRedeemed>(
            new RedeemReceivable(receivable, Rest, TestTown.Payment, 2, Ledger.Deadline), [Town.Supplier.Key], cancellationToken);
        var stored = await Ledger.Reader.Receivable(receivable, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(part, Is.EqualTo(new ReceivableRedeemed(receivable, Town.Supplier.Id, Town.Core.Id, Part, Rest, TestTown.Payment)));
            Assert.That(rest.RemainderFen, Is.EqualTo(Fen.Zero));
            Assert.That(stored!.Status, Is.EqualTo(ReceivableStatus.Redeemed));
        });
    }

    [Test]
    public async Task Totals_OfAWholeStory_GrowByItsAmounts(CancellationToken cancellationToken)
    {
        var before = await Ledger.Reader.Totals(BlockTag.Latest, cancellationToken);
        var bankBefore = await Ledger.Reader.BankTotals(Town.Bank.Id, BlockTag.Latest, cancellationToken);
        var receivable = await Town.Issued(cancellationToken);
        await Ledger.Run<ReceivableSplit>(
            new AssignReceivable(receivable, Town.SecondTier.Id, Part, 1, Ledger.Deadline), [Town.Supplier.Key, Town.SecondTier.Key], cancellationToken);
        var open = Town.Open(receivable, revision: 2) with { PrincipalFen = Rest };
        var loan = (await Ledger.Run<LoanOpened>(open, [Town.Supplier.Key, Town.Bank.Maker], cancellationToken)).Loan;
        await Ledger.Run<LoanDisbursed>(
            new DisburseLoan(loan, Rest, TestTown.Registration, TestTown.Payment, 0, Ledger.Deadline), [Town.Bank.Checker], cancellationToken);
        await Ledger.Run<LoanRepaid>(
            new RepayLoan(loan, Rest, new Fen(9), new Fen(2), TestTown.Payment, 1, Ledger.Deadline), [Town.Bank.Checker], cancellationToken);
        await Ledger.Run<ReceivableRedeemed>(
            new RedeemReceivable(receivable, Rest, TestTown.Payment, 4, Ledger.Deadline), [Town.Supplier.Key], cancellationToken);
        await TestParty.Enterprise(Ledger, keyKind, cancellationToken);

        var after = await Ledger.Reader.Totals(BlockTag.Latest, cancellationToken);
        var bankAfter = await Ledger.Reader.BankTotals(Town.Bank.Id, BlockTag.Latest, cancellationToken);

        Assert.That(after, Is.EqualTo(before with
        {
            Enterprises = before.Enterprises + 1,
            Receivables = before.Receivables + 2,
            Loans = before.Loans + 1,
            LentFen = before.LentFen + Rest,
            RepaidFen = before.RepaidFen + Rest,
            IssuedFen = before.IssuedFen + TestTown.Face,
            RedeemedFen = before.RedeemedFen + Rest,
            InterestFen = before.InterestFen + new Fen(9),
            FeeFen = before.FeeFen + new Fen(2),
        }));
        Assert.That(bankAfter, Is.EqualTo(bankBefore with { LentFen = bankBefore.LentFen + Rest, RepaidFen = bankBefore.RepaidFen + Rest }));
    }
}
