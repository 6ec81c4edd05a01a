using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Model;

/// <summary>
/// The ledger once more, from the words of its interfaces and nothing else: each operation is a list of refusals in the documented order, then
/// what it changes. It has no storage layout, no gas and no cryptography, and it checks everything before it changes anything, so that it
/// can share no mistake of these kinds with the contract. It does not know that revisions and signer numbers run out after 65,535.
/// </summary>
internal sealed partial class LedgerModel
{
    private const ulong MaxAmount = 1_000_000_000_000;
    private const ulong MaxFee = uint.MaxValue;
    private const ulong MaxLimit = (1UL << 48) - 1;

    private readonly LedgerDomain _domain;
    private readonly IReadOnlySet<Address> _verifiers;

    public LedgerModel(LedgerDomain domain, IReadOnlySet<Address> verifiers, LedgerFoundation foundation)
    {
        (_domain, _verifiers) = (domain, verifiers);
        CurrentRules = foundation.Parameters;
        Enter(PartyId.Operator, PartyKind.Operator, foundation.RegionCode, default, foundation.OperatorProfile, foundation.OperatorSigners);
        Enter(PartyId.Regulator, PartyKind.Regulator, foundation.RegionCode, default, foundation.RegulatorProfile, foundation.RegulatorSigners);
    }

    /// <summary>The time of the block in which operations run, unix seconds.</summary>
    public ulong Now { get; set; }

    public DateOnly Today => BusinessDate.At(Now);

    public Records<PartyId, Party> Parties { get; } = new();

    public Records<Hash256, SignerRecord> Signers { get; } = new();

    public Records<PartyId, Recovery> Recoveries { get; } = new();

    public Records<PartyId, LendingPolicy> Policies { get; } = new();

    public Records<(PartyId Bank, PartyId Party, ExposureSide Side), CreditLine> Lines { get; } = new();

    public Records<PartyId, CreditModel> CreditModels { get; } = new();

    public Records<ReceivableId, Receivable> Receivables { get; } = new();

    public Records<LoanId, Loan> Loans { get; } = new();

    public Records<PartyId, BankTotals> BankTotals { get; } = new();

    public Totals Totals { get; private set; } = new(
        0, 0, 0, 0, default, default, default, default, default, default, default, default, default, default);

    public Outcome Run(ILedgerOperation operation, IReadOnlyList<GivenSignature> signatures) =>
        RequireInTime(operation.Deadline) is { } late
            ? late
            : operation switch
            {
                RegisterParty op => Register(op, signatures[0], [.. signatures.Skip(1)]),
                SetStanding op => SetStanding(op, signatures[0]),
                AddSigner op => AddSigner(op, signatures[0], signatures[1]),
                RemoveSigner op => RemoveSigner(op, signatures[0]),
                ProposeRecovery op => ProposeRecovery(op, signatures[0], signatures[1]),
                VetoRecovery op => VetoRecovery(op, signatures[0]),
                CompleteRecovery op => CompleteRecovery(op, signatures[0]),
                ProposeParameters op => ProposeParameters(op, signatures[0]),
                AdoptParameters op => AdoptParameters(op, signatures[0]),
                SetLendingPolicy op => SetLendingPolicy(op, signatures[0]),
                SetCreditLimit op => SetCreditLimit(op, signatures[0]),
                ActivateModel op => ActivateModel(op, signatures[0], signatures[1]),
                IssueReceivable op => Issue(op, signatures[0], signatures[1]),
                AssignReceivable op => Assign(op, signatures[0], signatures[1]),
                RedeemReceivable op => Redeem(op, signatures[0]),
                CancelReceivable op => Cancel(op, signatures[0], signatures[1]),
                DisputeReceivable op => Dispute(op, signatures[0]),
                ResolveDispute op => Resolve(op, signatures[0], signatures[1]),
                FreezeReceivable op => Freeze(op, signatures[0]),
                UnfreezeReceivable op => Unfreeze(op, signatures[0]),
                OpenLoan op => Open(op, signatures[0], signatures[1], signatures[2]),
                DisburseLoan op => Disburse(op, signatures[0]),
                RepayLoan op => Repay(op, signatures[0]),
                CancelLoan op => Cancel(op, signatures[0]),
                ExtendLoan op => Extend(op, signatures[0], signatures[1]),
                DefaultLoan op => Default(op, signatures[0]),
                ClaimRecourse op => Claim(op, signatures[0]),
                WriteOffLoan op => WriteOff(op, signatures[0], signatures[1]),
                RecoverLoan op => Recover(op, signatures[0]),
                _ => throw new NotSupportedException(operation.PrimaryType),
            };

    private static LedgerRefusal Refuse(RefusalCode code, params IEnumerable<(string Name, object Value)> values) =>
        new(code, ValueList.From(values.Select(value => new RefusalValue(value.Name, value.Value))));

    private static LedgerRefusal? When(bool refused, RefusalCode code, params IEnumerable<(string Name, object Value)> values) =>
        refused ? Refuse(code, values) : null;

    private static LedgerRefusal? RequireAmount(Fen amount, ulong min, ulong max) => When(
        amount.Value < min || amount.Value > max,
        RefusalCode.AmountOutOfRange,
        ("amountFen", amount.Value), ("minFen", min), ("maxFen", max));

    private LedgerRefusal? RequireInTime(ulong deadline) =>
        When(Now > deadline, RefusalCode.DeadlineExpired, ("deadline", deadline), ("blockTime", Now));

    /// <summary>The three refusals that are common to all signatures.</summary>
    private LedgerRefusal? RequireSignature(GivenSignature given, PartyId party, Rights right, ILedgerStruct terms)
    {
        if (RequireSound(given, terms) is { } broken)
        {
            return broken;
        }

        var signer = ((GivenSignature.By)given).SignerId;
        var isAuthorised = Signers[signer] is { } found && found.Party == party && (found.Rights & right) != Rights.None;
        return When(!isAuthorised, RefusalCode.SignerUnauthorised, ("party", party), ("signerId", signer), ("right", right));
    }

    /// <summary>Exactly this signer, registered or not.</summary>
    private LedgerRefusal? RequireSigner(GivenSignature given, Hash256 signer, ILedgerStruct terms) =>
        RequireSound(given, terms) ?? When(
            ((GivenSignature.By)given).SignerId != signer,
            RefusalCode.SignerMismatch,
            ("expected", signer), ("actual", ((GivenSignature.By)given).SignerId));

    private LedgerRefusal? RequireSound(GivenSignature given, ILedgerStruct terms) => given switch
    {
        GivenSignature.Malformed malformed => Refuse(RefusalCode.SignatureMalformed, ("length", malformed.Length)),
        GivenSignature.Invalid => Refuse(RefusalCode.SignatureInvalid, ("digest", _domain.Digest(terms))),
        _ => null,
    };

    /// <summary>Of a signature that was found in order.</summary>
    private ushort NumberOf(GivenSignature given) => Signers[((GivenSignature.By)given).SignerId]!.Number;

    private LedgerRefusal? RequireDistinct(PartyId party, GivenSignature first, GivenSignature second) =>
        When(NumberOf(first) == NumberOf(second), RefusalCode.SignersNotDistinct, ("party", party), ("signerNumber", NumberOf(first)));
}
