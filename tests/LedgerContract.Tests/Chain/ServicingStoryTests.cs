using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>When things do not go as planned: what the annex <c>Servicing</c> does, seen through the ledger.</summary>
[CancelAfter(120_000)]
public sealed class ServicingStoryTests
{
    private static readonly Fen Part = new(400_000_00);
    private static readonly Fen Rest = TestTown.Face - Part;
    private static readonly Hash256 Case = Keccak256.Hash("case"u8);
    private static readonly Hash256 NextCase = Keccak256.Hash("next case"u8);

    private TestTown? _founded;

    private TestTown Town => _founded!;

    private TestLedger Ledger => Town.Ledger;

    [OneTimeSetUp]
    public async Task Found() => _founded = await TestTown.Found(KeyKind.P256);

    [OneTimeTearDown]
    public async Task End()
    {
        if (_founded is not null)
        {
            await _founded.DisposeAsync();
        }
    }

    [Test]
    public async Task Receivable_Cancelled_IsOwedNoMore(CancellationToken cancellationToken)
    {
        var receivable = await Town.Issued(cancellationToken);
        var cancelled = await Ledger.Run<ReceivableCancelled>(
            new CancelReceivable(receivable, TestTown.Reason, 1, Ledger.Deadline), [Town.Supplier.Key, Town.Core.Key], cancellationToken);
        var stored = await Ledger.Reader.Receivable(receivable, BlockTag.Latest, cancellationToken);

        Assert.That(cancelled, Is.EqualTo(new ReceivableCancelled(receivable, Town.Supplier.Id, Town.Core.Id, TestTown.Face, TestTown.Reason)));
        Assert.That((stored!.Status, stored.AmountFen), Is.EqualTo((ReceivableStatus.Cancelled, Fen.Zero)));
    }

    [Test]
    public async Task Dispute_OfAPart_HoldsItFastUntilResolved(CancellationToken cancellationToken)
    {
        var receivable = await Town.Issued(cancellationToken);
        var dispute = new DisputeReceivable(receivable, Part, TestTown.Reason, 1, Ledger.Deadline);
        await Ledger.Refuses(
            dispute with { DisputedFen = TestTown.Face + new Fen(1) }, [Town.Core.Key], RefusalCode.AmountOutOfRange, "disputedFen", cancellationToken);
        await Ledger.Refuses(
            new ResolveDispute(receivable, Part, 1, Ledger.Deadline), [Town.Supplier.Key, Town.Core.Key], RefusalCode.DisputeMissing, "receivable", cancellationToken);
        var disputed = await Ledger.Run<ReceivableDisputed>(dispute, [Town.Core.Key], cancellationToken);

        await Ledger.Refuses(
            dispute with { Revision = 2 }, [Town.Core.Key], RefusalCode.DisputePending, "receivable", cancellationToken, ("disputedFen", Part.Value));
        await Ledger.Refuses(
            new AssignReceivable(receivable, Town.SecondTier.Id, TestTown.Face, 2, Ledger.Deadline),
            [Town.Supplier.Key, Town.SecondTier.Key],
            RefusalCode.AmountOutOfRange,
            "amountFen",
            cancellationToken,
            ("maxFen", Rest.Value));
        await Ledger.Refuses(
            new ResolveDispute(receivable, TestTown.Face, 2, Ledger.Deadline),
            [Town.Supplier.Key, Town.Core.Key],
            RefusalCode.AmountOutOfRange,
            "cancelledFen",
            cancellationToken);
        var resolved = await Ledger.Run<DisputeResolved>(
            new ResolveDispute(receivable, Part, 2, Ledger.Deadline), [Town.Supplier.Key, Town.Core.Key], cancellationToken);

        Assert.That(disputed, Is.EqualTo(new ReceivableDisputed(receivable, Town.Supplier.Id, Town.Core.Id, Part, TestTown.Reason)));
        Assert.That(resolved, Is.EqualTo(new DisputeResolved(receivable, Town.Supplier.Id, Town.Core.Id, Part, Rest)));
    }

    [Test]
    public async Task Receivable_Frozen_DoesNotMoveUntilUnfrozen(CancellationToken cancellationToken)
    {
        var receivable = await Town.Issued(cancellationToken);
        var redeem = new RedeemReceivable(receivable, Part, TestTown.Payment, 1, Ledger.Deadline);
        await Ledger.Refuses(
            new UnfreezeReceivable(receivable, Case, Ledger.Deadline), [Ledger.Regulator], RefusalCode.ReceivableNotLocked, "receivable", cancellationToken);
        await Ledger.Refuses(
            new FreezeReceivable(receivable, Case, Ledger.Deadline), [Ledger.Operator], RefusalCode.SignerUnauthorised, null, cancellationToken, ("party", PartyId.Regulator), ("right", Rights.Supervise));
        var frozen = await Ledger.Run<ReceivableFrozen>(new FreezeReceivable(receivable, Case, Ledger.Deadline), [Ledger.Regulator], cancellationToken);
        var stored = await Ledger.Reader.Receivable(receivable, BlockTag.Latest, cancellationToken);
        await Ledger.Refuses(redeem, [Town.Supplier.Key], RefusalCode.ReceivableLocked, "receivable", cancellationToken);
        await Ledger.Refuses(
            Town.Open(receivable), [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.ReceivableLocked, "application.receivable", cancellationToken);
        await Ledger.Refuses(
            new UnfreezeReceivable(receivable, Case, Ledger.Deadline), [Ledger.Regulator], RefusalCode.CaseUsed, "caseHash", cancellationToken, ("caseHash", Case));
        var unfrozen = await Ledger.Run<ReceivableUnfrozen>(
            new UnfreezeReceivable(receivable, NextCase, Ledger.Deadline), [Ledger.Regulator], cancellationToken);
        await Ledger.Run<ReceivableRedeemed>(redeem, [Town.Supplier.Key], cancellationToken);

        Assert.That(frozen, Is.EqualTo(new ReceivableFrozen(receivable, Case)));
        Assert.That(stored!.Frozen, Is.True);
        Assert.That(unfrozen, Is.EqualTo(new ReceivableUnfrozen(receivable, NextCase)));
    }

    [Test]
    public async Task Loan_CancelledBeforeItWasPaidOut_FreesTheReceivable(CancellationToken cancellationToken)
    {
        var loan = await Town.Opened(cancellationToken);
        var cancelled = await Ledger.Run<LoanCancelled>(new CancelLoan(loan, false, 0, Ledger.Deadline), [Town.Bank.Maker], cancellationToken);
        var stored = await Ledger.Reader.Loan(loan, BlockTag.Latest, cancellationToken);
        var receivable = await Ledger.Reader.Receivable(stored!.Terms.Receivable, BlockTag.Latest, cancellationToken);

        Assert.That(cancelled, Is.EqualTo(new LoanCancelled(loan, Town.Bank.Id, Town.Supplier.Id, TestTown.Face, false)));
        Assert.That((stored.Progress.Status, receivable!.Status), Is.EqualTo((LoanStatus.Cancelled, ReceivableStatus.Active)));
    }

    [Test]
    public async Task Loan_Extended_IsDueLaterOnce(CancellationToken cancellationToken)
    {
        var loan = await Town.Disbursed(cancellationToken);
        var due = (await Ledger.Reader.Loan(loan, BlockTag.Latest, cancellationToken))!.Terms.DueDate;
        var extend = new ExtendLoan(loan, due.AddDays(30), 1, Ledger.Deadline);
        await Ledger.Refuses(
            extend with { DueDate = due.AddDays(31) }, [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.DueDateOutOfRange, "dueDate", cancellationToken, ("latest", due.AddDays(30)));
        var extended = await Ledger.Run<LoanExtended>(extend, [Town.Supplier.Key, Town.Bank.Maker], cancellationToken);
        await Ledger.Refuses(
            extend with { Revision = 2, DueDate = due.AddDays(31) }, [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.ExtensionUsed, "loan", cancellationToken);

        Assert.That(extended, Is.EqualTo(new LoanExtended(loan, Town.Bank.Id, Town.Supplier.Id, due.AddDays(30))));
    }

    [Test]
    public async Task Loan_InDefault_IsClaimedWrittenOffAndRecovered(CancellationToken cancellationToken)
    {
        var loan = await Town.Disbursed(cancellationToken);
        var before = await Ledger.Reader.BankTotals(Town.Bank.Id, BlockTag.Latest, cancellationToken);
        var (bank, borrower) = (Town.Bank.Id, Town.Supplier.Id);
        var mark = new DefaultLoan(loan, TestTown.Reason, 1, Ledger.Deadline);
        await Ledger.Refuses(mark, [Town.Bank.Maker], RefusalCode.LoanNotOverdue, "loan", cancellationToken, ("today", Ledger.Today));
        await Ledger.AdvanceDays(61, cancellationToken);
        await Ledger.Refuses(
            new ExtendLoan(loan, Ledger.Today.AddDays(9), 1, Ledger.Deadline), [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.LoanOverdue, "loan", cancellationToken);

        var defaulted = await Ledger.Run<LoanDefaulted>(mark, [Town.Bank.Maker], cancellationToken);
        var writeOff = new WriteOffLoan(loan, Part, TestTown.Reason, 2, Ledger.Deadline);
        await Ledger.Refuses(
            writeOff with { AmountFen = Fen.Zero }, [Town.Bank.Maker, Town.Bank.Checker], RefusalCode.AmountOutOfRange, "amountFen", cancellationToken);
        var writtenOff = await Ledger.Run<LoanWrittenOff>(writeOff, [Town.Bank.Maker, Town.Bank.Checker], cancellationToken);
        var recover = new RecoverLoan(loan, Part, RecoverySource.Borrower, TestTown.Payment, 3, Ledger.Deadline);
        await Ledger.Refuses(recover, [Town.Bank.Checker], RefusalCode.RecourseUnclaimed, "source", cancellationToken);
        await Ledger.Refuses(
            recover with { Source = RecoverySource.None }, [Town.Bank.Checker], RefusalCode.SourceInvalid, "source", cancellationToken);
        var claimed = await Ledger.Run<RecourseClaimed>(
            new ClaimRecourse(loan, TestTown.Reason, 3, Ledger.Deadline), [Town.Bank.Maker], cancellationToken);
        await Ledger.Refuses(
            new ClaimRecourse(loan, Hash256.Zero, 4, Ledger.Deadline), [Town.Bank.Maker], RefusalCode.RecourseUsed, "loan", cancellationToken);
        var recovered = await Ledger.Run<LoanRecovered>(recover with { Revision = 4 }, [Town.Bank.Checker], cancellationToken);
        var stored = await Ledger.Reader.Loan(loan, BlockTag.Latest, cancellationToken);
        var after = await Ledger.Reader.BankTotals(Town.Bank.Id, BlockTag.Latest, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(defaulted, Is.EqualTo(new LoanDefaulted(loan, bank, borrower, TestTown.Face, TestTown.Reason)));
            Assert.That(writtenOff, Is.EqualTo(new LoanWrittenOff(loan, bank, borrower, Part, Rest, TestTown.Reason)));
            Assert.That(claimed, Is.EqualTo(new RecourseClaimed(loan, bank, borrower, TestTown.Face, TestTown.Reason)));
            Assert.That(recovered, Is.EqualTo(new LoanRecovered(loan, bank, borrower, Part, Fen.Zero, RecoverySource.Borrower, TestTown.Payment)));
            Assert.That(stored!.Terms.RecourseClaimed, Is.True);
            Assert.That(stored.Progress, Is.EqualTo(
                new LoanProgress(TestTown.Face, Fen.Zero, Part, Part, Fen.Zero, Fen.Zero, 5, LoanStatus.Defaulted)));
            Assert.That(after, Is.EqualTo(before with
            {
                WrittenOffFen = before.WrittenOffFen + Part,
                OverdueFen = before.OverdueFen + TestTown.Face,
            }));
        });
    }
}
