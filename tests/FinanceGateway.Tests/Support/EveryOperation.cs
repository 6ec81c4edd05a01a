using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>An operation that the ledger would accept, and who has to sign it.</summary>
internal sealed record Ready(ILedgerOperation Terms, ISigner[] Signers);

/// <summary>
/// A ledger in which one operation of every kind is possible, each on a thing of its own: all can be asked for one by one, or executed in
/// order. All but the registrar sign with keys of one scheme.
/// </summary>
internal sealed class EveryOperation(DirectLedger ledger, Func<ISigner> newSigner)
{
    private const ulong FaceFen = 100_000;
    private const ulong DualFen = 50_000;
    private const int DueInDays = 10;

    private readonly Town _town = ledger.Town;
    private readonly ISigner _operator = newSigner();
    private readonly ISigner _regulator = newSigner();
    private readonly ISigner _core = newSigner();
    private readonly ISigner _supplier = newSigner();
    private readonly ISigner _second = newSigner();
    private readonly ISigner _approver = newSigner();
    private readonly ISigner _secondApprover = newSigner();
    private readonly ISigner _disburser = newSigner();
    private readonly List<Ready> _ready = [];
    private PartyId _coreParty;
    private PartyId _supplierParty;
    private PartyId _secondParty;
    private PartyId _bank;

    public static async Task<IReadOnlyList<Ready>> Prepare(DirectLedger ledger, Func<ISigner> newSigner)
    {
        var every = new EveryOperation(ledger, newSigner);
        await every.Settle();
        await every.ParametersAndParties();
        await every.BadLoans();
        await every.Receivables();
        await every.Loans();
        return every._ready;
    }

    private async Task Settle()
    {
        var deadline = await _town.Deadline(CancellationToken.None);
        await ledger.Execute(new AddSigner(PartyId.Operator, Bytes(_operator), Rights.Manage, deadline), _town.Manager, _operator);
        await ledger.Execute(new AddSigner(PartyId.Regulator, Bytes(_regulator), Rights.Supervise, deadline), _town.Regulator, _regulator);
        _coreParty = await ledger.Register(PartyKind.Enterprise, (_core, Rights.Enterprise));
        _supplierParty = await ledger.Register(PartyKind.Enterprise, (_supplier, Rights.Enterprise));
        _secondParty = await ledger.Register(PartyKind.Enterprise, (_second, Rights.Enterprise));
        _bank = await ledger.Register(
            PartyKind.Bank, (_approver, Rights.Approve | Rights.Manage), (_secondApprover, Rights.Approve), (_disburser, Rights.Disburse));
        await ledger.Execute(Policy(_bank, 0, deadline), _approver);
    }

    private async Task ParametersAndParties()
    {
        var (rescued, threatened) = (newSigner(), newSigner());
        var lost = await ledger.Register(PartyKind.Enterprise, (newSigner(), Rights.Enterprise));
        var owner = newSigner();
        var watchful = await ledger.Register(PartyKind.Enterprise, (owner, Rights.Enterprise));
        var forgetful = await ledger.Register(PartyKind.Enterprise, (newSigner(), Rights.Enterprise));
        var doubtful = await ledger.Register(PartyKind.Enterprise, (newSigner(), Rights.Enterprise));
        var (one, other) = (newSigner(), newSigner());
        var modelled = await ledger.Register(PartyKind.Bank, (one, Rights.Approve | Rights.Manage), (other, Rights.Approve));
        var manager = newSigner();
        var cautious = await ledger.Register(PartyKind.Bank, (manager, Rights.Manage));
        var former = newSigner();
        var deadline = await _town.Deadline(CancellationToken.None);
        await ledger.Execute(new AddSigner(_secondParty, Bytes(former), Rights.Trade, deadline), _second, former);
        await ledger.Execute(new ProposeRecovery(lost, Bytes(rescued), Rights.Enterprise, 0, deadline), _operator, rescued);
        await ledger.Execute(new ProposeRecovery(watchful, Bytes(threatened), Rights.Enterprise, 0, deadline), _operator, threatened);
        await Overdue();

        deadline = await _town.Deadline(CancellationToken.None);
        var revision = (await new LedgerReader(_town.Node, _town.LedgerAddress).Party(PartyId.Operator, BlockTag.Latest, CancellationToken.None))!.Revision;
        var rules = await Rules();
        await ledger.Execute(new ProposeParameters(rules, revision, deadline), _operator);
        Add(new AdoptParameters(rules, deadline), _regulator);
        Add(new ProposeParameters(rules with { StartDate = rules.StartDate.AddDays(1) }, (ushort)(revision + 1), deadline), _operator);

        var (added, found, newcomer) = (newSigner(), newSigner(), newSigner());
        Add(await ledger.RegistrationTerms(PartyKind.Enterprise, (newcomer, Rights.Enterprise)), _town.Registrar, newcomer);
        Add(new SetStanding(doubtful, Standing.StopListed, Trade.Reference(), 0, deadline), _operator);
        Add(new AddSigner(_coreParty, Bytes(added), Rights.Trade, deadline), _core, added);
        Add(new RemoveSigner(_secondParty, SignerId.Of(former), deadline), _second);
        Add(new ProposeRecovery(forgetful, Bytes(found), Rights.Enterprise, 0, deadline), _operator, found);
        Add(new VetoRecovery(watchful, SignerId.Of(threatened), deadline), owner);
        Add(new CompleteRecovery(lost, SignerId.Of(rescued), deadline), rescued);
        Add(Policy(_bank, 1, deadline), _approver);
        Add(Policy(cautious, 0, deadline), manager);
        Add(new SetCreditLimit(_bank, _supplierParty, ExposureSide.Obligor, new Fen(Actor.LimitFen), 0, deadline), _approver);
        var today = await Today();
        Add(new ActivateModel(modelled, Trade.Reference(), today.AddDays(1), today.AddDays(365), 0, deadline), one, other);
    }

    // Loans that are late when the rest happens: the clock is moved once, after all that must come before.
    private readonly Dictionary<OperationKind, LoanId> _late = [];

    private async Task Overdue()
    {
        foreach (var kind in new[] { OperationKind.DefaultLoan, OperationKind.ClaimRecourse, OperationKind.WriteOffLoan, OperationKind.RecoverLoan })
        {
            _late[kind] = await Disbursed(await Issue());
        }

        await _town.Chain.IncreaseTime(TimeSpan.FromDays(DueInDays + 1), CancellationToken.None);
        await _town.Chain.Mine(1, CancellationToken.None);
        foreach (var kind in _late.Keys.Where(kind => kind != OperationKind.DefaultLoan))
        {
            await ledger.Execute(new DefaultLoan(_late[kind], Trade.Reference(), 1, await _town.Deadline(CancellationToken.None)), _approver);
        }

        await ledger.Execute(WriteOff(_late[OperationKind.RecoverLoan], await _town.Deadline(CancellationToken.None)), _approver, _disburser);
    }

    private async Task BadLoans()
    {
        var deadline = await _town.Deadline(CancellationToken.None);
        Add(new DefaultLoan(_late[OperationKind.DefaultLoan], Trade.Reference(), 1, deadline), _approver);
        Add(new ClaimRecourse(_late[OperationKind.ClaimRecourse], Trade.Reference(), 2, deadline), _approver);
        Add(WriteOff(_late[OperationKind.WriteOffLoan], deadline), _approver, _disburser);
        Add(new RecoverLoan(_late[OperationKind.RecoverLoan], new Fen(DualFen), RecoverySource.Obligor, Trade.Reference(), 3, deadline), _disburser);
    }

    private async Task Receivables()
    {
        var deadline = await _town.Deadline(CancellationToken.None);
        var (disputed, frozen) = (await Issue(), await Issue());
        await ledger.Execute(new DisputeReceivable(disputed, new Fen(1_000), Trade.Reference(), 1, deadline), _core);
        await ledger.Execute(new FreezeReceivable(frozen, Trade.Reference(), deadline), _regulator);
        Add(await IssueTerms(1), _core, _supplier);
        Add(await IssueTerms(10), _core, _supplier);
        Add(new AssignReceivable(await Issue(), _secondParty, new Fen(FaceFen), 1, deadline), _supplier, _second);
        Add(new AssignReceivable(await Issue(), _secondParty, new Fen(1_000), 1, deadline), _supplier, _second);
        Add(new RedeemReceivable(await Issue(), new Fen(FaceFen), Trade.Reference(), 1, deadline), _supplier);
        Add(new CancelReceivable(await Issue(), Trade.Reference(), 1, deadline), _supplier, _core);
        Add(new DisputeReceivable(await Issue(), new Fen(1_000), Trade.Reference(), 1, deadline), _core);
        Add(new ResolveDispute(disputed, new Fen(500), 2, deadline), _supplier, _core);
        Add(new FreezeReceivable(await Issue(), Trade.Reference(), deadline), _regulator);
        Add(new UnfreezeReceivable(frozen, Trade.Reference(), deadline), _regulator);
    }

    private async Task Loans()
    {
        var deadline = await _town.Deadline(CancellationToken.None);
        Add(await OpenTerms(await Issue(), DualFen), _supplier, _approver);
        Add(await OpenTerms(await Issue(), DualFen + 1), _supplier, _approver, _secondApprover);
        // Parties that this bank has not lent on before: their credit lines are written for the first time.
        var unknown = (await IssueTerms(1)) with { Obligor = _secondParty, Holder = _coreParty };
        var fresh = ((ReceivableIssued)await ledger.Execute(unknown, _second, _core)).Receivable;
        Add(await OpenTerms(fresh, DualFen), _core, _approver);
        Add(new CancelLoan(await Opened(await Issue()), false, 0, deadline), _approver);
        Add(Disbursement(await Opened(await Issue()), deadline), _disburser);
        Add(Repayment(await Disbursed(await Issue()), DualFen, deadline), _disburser);
        Add(Repayment(await Disbursed(await Issue()), 1_000, deadline), _disburser);
        Add(new ExtendLoan(await Disbursed(await Issue()), (await Today()).AddDays(DueInDays + 30), 1, deadline), _supplier, _approver);
    }

    private void Add(ILedgerOperation terms, params ISigner[] signers) => _ready.Add(new Ready(terms, signers));

    private static ByteString Bytes(ISigner signer) => new(signer.SignerBytes.Span);

    private static SetLendingPolicy Policy(PartyId bank, ushort revision, ulong deadline) =>
        new(bank, new Fen(DualFen), new Fen(Actor.LimitFen), new Fen(Actor.LimitFen), revision, deadline);

    private static WriteOffLoan WriteOff(LoanId loan, ulong deadline) => new(loan, new Fen(DualFen), Trade.Reference(), 2, deadline);

    private static DisburseLoan Disbursement(LoanId loan, ulong deadline) =>
        new(loan, new Fen(DualFen), Trade.Reference(), Trade.Reference(), 0, deadline);

    private static RepayLoan Repayment(LoanId loan, ulong fen, ulong deadline) =>
        new(loan, new Fen(fen), new Fen(100), new Fen(10), Trade.Reference(), 1, deadline);

    private async Task<Parameters> Rules()
    {
        var reader = new LedgerReader(_town.Node, _town.LedgerAddress);
        return (await reader.Parameters(BlockTag.Latest, CancellationToken.None)) with { StartDate = (await Today()).AddDays(30) };
    }

    private async Task<DateOnly> Today() => await new LedgerReader(_town.Node, _town.LedgerAddress).Today(BlockTag.Latest, CancellationToken.None);

    private async Task<IssueReceivable> IssueTerms(int invoices) => new(
        _coreParty,
        _supplierParty,
        new Fen(FaceFen),
        (await Today()).AddDays(90),
        ValueList.From(Enumerable.Range(0, invoices).Select(_ => new Invoice(Trade.Reference(), new Fen(FaceFen)))),
        await _town.Deadline(CancellationToken.None));

    private async Task<OpenLoan> OpenTerms(ReceivableId receivable, ulong fen)
    {
        var deadline = await _town.Deadline(CancellationToken.None);
        var application = new LoanApplication(
            receivable, 1, [_bank], new Fen(1), new Fen(FaceFen), new Bps(600), (await Today()).AddDays(DueInDays), true, deadline);
        return new OpenLoan(application, _bank, new Fen(fen), new Bps(450), Trade.Reference(), Trade.Reference(), deadline);
    }

    private async Task<ReceivableId> Issue() => ((ReceivableIssued)await ledger.Execute(await IssueTerms(1), _core, _supplier)).Receivable;

    private async Task<LoanId> Opened(ReceivableId receivable) =>
        ((LoanOpened)await ledger.Execute(await OpenTerms(receivable, DualFen), _supplier, _approver)).Loan;

    private async Task<LoanId> Disbursed(ReceivableId receivable)
    {
        var loan = await Opened(receivable);
        await ledger.Execute(Disbursement(loan, await _town.Deadline(CancellationToken.None)), _disburser);
        return loan;
    }
}
