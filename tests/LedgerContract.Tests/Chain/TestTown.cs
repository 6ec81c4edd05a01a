using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>A ledger with two suppliers, a core enterprise and a bank, and the agreements that most tests begin with.</summary>
internal sealed class TestTown : IAsyncDisposable
{
    public static readonly Fen Face = new(1_000_000_00);
    public static readonly Bps Rate = new(400);
    public static readonly Hash256 Payment = Keccak256.Hash("payment"u8);
    public static readonly Hash256 Registration = Keccak256.Hash("registration"u8);
    public static readonly Hash256 Reason = Keccak256.Hash("reason"u8);

    private int _invoices;

    private TestTown(TestLedger ledger) => Ledger = ledger;

    public TestLedger Ledger { get; }

    public TestParty Core { get; private set; } = null!;

    public TestParty Supplier { get; private set; } = null!;

    public TestParty SecondTier { get; private set; } = null!;

    public TestParty Bank { get; private set; } = null!;

    public DateOnly Maturity => Ledger.Today.AddDays(90);

    public static async Task<TestTown> Found(KeyKind keys)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var town = new TestTown(await TestLedger.Deploy(patience.Token));
        town.Core = await TestParty.Enterprise(town.Ledger, keys, patience.Token);
        town.Supplier = await TestParty.Enterprise(town.Ledger, keys, patience.Token);
        town.SecondTier = await TestParty.Enterprise(town.Ledger, keys, patience.Token);
        town.Bank = await TestParty.Bank(town.Ledger, keys, patience.Token);
        return town;
    }

    /// <summary>For the face, with two invoices that come to more.</summary>
    public IssueReceivable Issue() => new(
        Core.Id,
        Supplier.Id,
        Face,
        Maturity,
        [new Invoice(Fingerprint(), Face), new Invoice(Fingerprint(), new Fen(1))],
        Ledger.Deadline);

    public async Task<ReceivableId> Issued(CancellationToken cancellationToken) =>
        (await Ledger.Run<ReceivableIssued>(Issue(), [Core.Key, Supplier.Key], cancellationToken)).Receivable;

    /// <summary>The bank's approval of the supplier's application for the whole face.</summary>
    public OpenLoan Open(ReceivableId receivable, ushort revision = 1) => new(
        new LoanApplication(
            receivable, revision, [], new Fen(1), Face, new Bps(435), Ledger.Today.AddDays(60), WithRecourse: true, Ledger.Deadline),
        Bank.Id,
        Face,
        Rate,
        Hash256.Zero,
        Hash256.Zero,
        Ledger.Deadline);

    public async Task<LoanId> Opened(CancellationToken cancellationToken) =>
        (await Ledger.Run<LoanOpened>(Open(await Issued(cancellationToken)), [Supplier.Key, Bank.Maker], cancellationToken)).Loan;

    /// <summary>A loan over the whole face that is paid out: its revision is 1.</summary>
    public async Task<LoanId> Disbursed(CancellationToken cancellationToken)
    {
        var loan = await Opened(cancellationToken);
        await Ledger.Run<LoanDisbursed>(
            new DisburseLoan(loan, Face, Registration, Payment, 0, Ledger.Deadline), [Bank.Checker], cancellationToken);
        return loan;
    }

    public ValueTask DisposeAsync() => Ledger.DisposeAsync();

    private Hash256 Fingerprint() => Keccak256.Hash(BitConverter.GetBytes(++_invoices));
}
