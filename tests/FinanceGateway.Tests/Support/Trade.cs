using System.Security.Cryptography;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>A core enterprise, two suppliers and a bank, and what they sign with each other.</summary>
internal sealed class Trade(Town town, Actor core, Actor supplier, Actor second, Actor bank) : IDisposable
{
    public Actor Core => core;

    public Actor Supplier => supplier;

    public Actor Second => second;

    public Actor Bank => bank;

    public static async Task<Trade> Open(Town town, RunningGateway gateway, CancellationToken cancellationToken) => new(
        town,
        await Actor.Enterprise(town, gateway, cancellationToken),
        await Actor.Enterprise(town, gateway, cancellationToken),
        await Actor.Enterprise(town, gateway, cancellationToken),
        await Actor.Bank(town, gateway, cancellationToken));

    public static Hash256 Reference() => Hash256.FromBytes(RandomNumberGenerator.GetBytes(32));

    public static string Key() => Guid.NewGuid().ToString("n");

    public async Task<IssueReceivable> IssueTerms(ulong fen, CancellationToken cancellationToken) => new(
        core.Party, supplier.Party, new Fen(fen), await Maturity(cancellationToken), [new Invoice(Reference(), new Fen(fen))],
        await town.Deadline(cancellationToken));

    public async Task<SignedIssueReceivable> Issue(ulong fen, CancellationToken cancellationToken) =>
        (SignedIssueReceivable)town.Ledger.SignAll(await IssueTerms(fen, cancellationToken), core.Trader, supplier.Trader);

    public async Task<SignedOperation> Assign(ulong receivable, ulong fen, ushort revision, CancellationToken cancellationToken) => town.Ledger.SignAll(
        new AssignReceivable(new ReceivableId(receivable), second.Party, new Fen(fen), revision, await town.Deadline(cancellationToken)),
        supplier.Trader, second.Trader);

    public async Task<SignedOperation> Redeem(ulong receivable, ulong fen, ushort revision, CancellationToken cancellationToken) => town.Ledger.SignAll(
        new RedeemReceivable(new ReceivableId(receivable), new Fen(fen), Reference(), revision, await town.Deadline(cancellationToken)),
        supplier.Trader);

    public async Task<OpenLoan> LoanTerms(ulong receivable, ulong fen, ushort revision, CancellationToken cancellationToken)
    {
        var deadline = await town.Deadline(cancellationToken);
        var application = new LoanApplication(
            new ReceivableId(receivable), revision, [], new Fen(1), new Fen(fen), new Bps(600), await Maturity(cancellationToken), true, deadline);
        return new OpenLoan(application, bank.Party, new Fen(fen), new Bps(450), default, default, deadline);
    }

    public async Task<SignedOperation> Borrow(ulong receivable, ulong fen, ushort revision, CancellationToken cancellationToken) =>
        town.Ledger.SignAll(await LoanTerms(receivable, fen, revision, cancellationToken), supplier.Trader, bank.Approver);

    /// <summary>The first disbursement of a loan.</summary>
    public async Task<SignedOperation> Disburse(ulong loan, ulong fen, CancellationToken cancellationToken) => town.Ledger.SignAll(
        new DisburseLoan(new LoanId(loan), new Fen(fen), Reference(), Reference(), 0, await town.Deadline(cancellationToken)), bank.Disburser);

    public async Task<SignedOperation> Repay(ulong loan, ulong principal, ulong interest, ushort revision, CancellationToken cancellationToken) => town.Ledger.SignAll(
        new RepayLoan(
            new LoanId(loan), new Fen(principal), new Fen(interest), new Fen(0), Reference(), revision, await town.Deadline(cancellationToken)),
        bank.Disburser);

    /// <summary>Submits one operation and follows it to its end.</summary>
    public static async Task<OperationState> Complete(Actor by, SignedOperation agreement, CancellationToken cancellationToken)
    {
        var accepted = await by.Api!.Submit(agreement, Key(), cancellationToken);
        return (await by.Api.Wait([accepted.OperationId], cancellationToken))[0];
    }

    /// <summary>A fresh receivable of the supplier.</summary>
    public async Task<ulong> NewReceivable(ulong fen, CancellationToken cancellationToken) =>
        (await Complete(core, await Issue(fen, cancellationToken), cancellationToken)).Number("receivable");

    public void Dispose()
    {
        core.Dispose();
        supplier.Dispose();
        second.Dispose();
        bank.Dispose();
    }

    /// <summary>The latest that <see cref="IssueTerms"/> and <see cref="LoanTerms"/> name.</summary>
    public async Task<DateOnly> Maturity(CancellationToken cancellationToken) =>
        DateOnly.FromDateTime((await town.Chain.Time(cancellationToken)).UtcDateTime).AddDays(90);
}
