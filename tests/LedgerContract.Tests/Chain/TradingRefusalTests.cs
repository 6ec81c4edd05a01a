using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>Refusals of lists and amounts, with the field that each of them names.</summary>
[CancelAfter(120_000)]
public sealed class TradingRefusalTests
{
    private TestTown? _founded;

    private TestTown Town => _founded!;

    private TestLedger Ledger => Town.Ledger;

    [OneTimeSetUp]
    public async Task Found() => _founded = await TestTown.Found(KeyKind.Passkey);

    [OneTimeTearDown]
    public async Task End()
    {
        if (_founded is not null)
        {
            await _founded.DisposeAsync();
        }
    }

    [Test]
    public Task Invoice_WithoutAmount_NamesTheInvoices(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { Invoices = [new Invoice(TestTown.Payment, Fen.Zero)] },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.AmountOutOfRange,
        "invoices",
        cancellationToken,
        ("amountFen", 0UL));

    [Test]
    public Task Invoices_BelowTheFace_AreRefused(CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { Invoices = [new Invoice(TestTown.Payment, new Fen(5)), new Invoice(TestTown.Registration, new Fen(6))] },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.InvoicesBelowFace,
        "invoices",
        cancellationToken,
        ("invoicesFen", 11UL),
        ("amountFen", TestTown.Face.Value));

    [TestCase(0)]
    [TestCase(5)]
    public Task Invoices_TooFewOrTooMany_AreRefused(int count, CancellationToken cancellationToken) => Ledger.Refuses(
        Town.Issue() with { Invoices = ValueList.From(Enumerable.Range(1, count).Select(i => new Invoice(Keccak256.Hash([(byte)i]), TestTown.Face))) },
        [Town.Core.Key, Town.Supplier.Key],
        RefusalCode.InvoiceCountOutOfRange,
        "invoices",
        cancellationToken,
        ("count", (ulong)count),
        ("max", 4UL));

    [Test]
    public async Task Bank_NotAmongThoseInvited_IsRefused(CancellationToken cancellationToken)
    {
        var open = Town.Open(await Town.Issued(cancellationToken));
        open = open with { Application = open.Application with { Banks = [new PartyId(77), new PartyId(78)] } };

        await Ledger.Refuses(
            open, [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.BankNotInvited, "bank", cancellationToken, ("bank", Town.Bank.Id));
    }

    [Test]
    public async Task Banks_MoreThanEight_AreRefused(CancellationToken cancellationToken)
    {
        var open = Town.Open(await Town.Issued(cancellationToken));
        open = open with { Application = open.Application with { Banks = ValueList.From(Enumerable.Repeat(Town.Bank.Id, 9)) } };

        await Ledger.Refuses(
            open, [Town.Supplier.Key, Town.Bank.Maker], RefusalCode.BankCountOutOfRange, "application.banks", cancellationToken, ("max", 8UL));
    }

    [TestCase(1UL, 0UL, 0UL, "principalFen")]
    [TestCase(0UL, 1_000_000_000_001UL, 0UL, "interestFen")]
    [TestCase(0UL, 0UL, 1UL << 32, "feeFen")]
    public async Task Repayment_BeyondItsRange_NamesTheField(
        ulong above, ulong interest, ulong fee, string field, CancellationToken cancellationToken)
    {
        var principal = above == 0 ? Fen.Zero : TestTown.Face + new Fen(above);
        var loan = await Town.Disbursed(cancellationToken);

        await Ledger.Refuses(
            new RepayLoan(loan, principal, new Fen(interest), new Fen(fee), TestTown.Payment, 1, Ledger.Deadline),
            [Town.Bank.Checker],
            RefusalCode.AmountOutOfRange,
            field,
            cancellationToken);
    }
}
