using FinanceChain.Ethereum;
using FinanceChain.LedgerContract.Tests.Chain;
using FinanceChain.LedgerContract.Tests.Model;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>
/// Random operations that mostly make sense in the state that the model is in, each field off now and then, and some that never make sense.
/// It runs them on the model at once, so that the next one can build on them before the contract has seen any.
/// </summary>
internal sealed partial class Workload
{
    private const ulong SecondsPerDay = 86_400;
    private const int MaxOperationLength = 12_288;

    private static readonly IReadOnlyList<(OperationKind Kind, int Weight)> Weights =
    [
        (OperationKind.IssueReceivable, 150), (OperationKind.AssignReceivable, 150), (OperationKind.RedeemReceivable, 90),
        (OperationKind.CancelReceivable, 20), (OperationKind.DisputeReceivable, 40), (OperationKind.ResolveDispute, 40),
        (OperationKind.FreezeReceivable, 20), (OperationKind.UnfreezeReceivable, 20), (OperationKind.OpenLoan, 160),
        (OperationKind.DisburseLoan, 150), (OperationKind.RepayLoan, 100), (OperationKind.CancelLoan, 20), (OperationKind.ExtendLoan, 30),
        (OperationKind.DefaultLoan, 50), (OperationKind.ClaimRecourse, 12), (OperationKind.WriteOffLoan, 40), (OperationKind.RecoverLoan, 50),
        (OperationKind.RegisterParty, 6), (OperationKind.SetStanding, 25), (OperationKind.AddSigner, 15), (OperationKind.RemoveSigner, 15),
        (OperationKind.ProposeRecovery, 15), (OperationKind.VetoRecovery, 6), (OperationKind.CompleteRecovery, 15),
        (OperationKind.ProposeParameters, 8), (OperationKind.AdoptParameters, 6), (OperationKind.SetLendingPolicy, 10),
        (OperationKind.SetCreditLimit, 30), (OperationKind.ActivateModel, 10),
    ];

    private readonly LedgerModel _model;
    private readonly Keyring _keys;
    private readonly Dice _dice;
    private readonly Dictionary<PartyId, List<Hash256>> _signersOf = [];
    private readonly List<Entry> _accepted = [];
    private bool _missed;

    public Workload(LedgerModel model, Keyring keys, Dice dice, TestLedger ledger)
    {
        (_model, _keys, _dice) = (model, keys, dice);
        foreach (var (party, key) in new[] { (PartyId.Operator, ledger.Operator), (PartyId.Regulator, ledger.Regulator) })
        {
            keys.Add(key);
            _signersOf[party] = [SignerId.Of(key)];
        }
    }

    public Entry Next()
    {
        if (_dice.Chance(0.4))
        {
            return NoOperation();
        }

        if (_dice.Chance(4) && _accepted.Count > 0)
        {
            var earlier = _dice.Pick(_accepted);
            var again = earlier with { Expected = _model.Run(earlier.Operation!, earlier.Signatures) };
            return again.Expected.Refusal is null ? throw new AssertionException($"The model accepts twice:\n{again}") : again;
        }

        var operation = DraftOfNext();
        var (given, signatures) = Sign(operation);
        var signed = operation.WithSignatures(signatures);
        if (signed is SignedRegisterParty { SignerSignatures.Count: > 0 } registration && _dice.Chance(3))
        {
            signed = new SignedRegisterParty(
                (RegisterParty)operation, registration.RegistrarSignature, ValueList.From(registration.SignerSignatures.SkipLast(1)));
            given = [.. given.SkipLast(1)];
        }

        var entry = new Entry(operation, given, ByteString.Wrap(signed.Encode()), _model.Run(operation, given));
        if (entry.Expected.Event is { } accepted)
        {
            _accepted.Add(entry);
            Remember(accepted);
        }

        return entry;
    }

    /// <summary>Drafted again where the state has nothing to aim at: no loan that is overdue, no recovery that is pending.</summary>
    private ILedgerOperation DraftOfNext()
    {
        ILedgerOperation operation;
        do
        {
            _missed = false;
            operation = Draft(KindOfNext());
        }
        while (_missed && !Odd());
        return operation;
    }

    /// <summary>A town first: enterprises, banks, and a policy for all banks but one.</summary>
    private OperationKind KindOfNext() => _model.Totals switch
    {
        { Enterprises: < 12 } or { Banks: < 4 } => OperationKind.RegisterParty,
        { Banks: var banks } when _model.Policies.Count < Math.Min((int)banks, 4) - 1 => OperationKind.SetLendingPolicy,
        _ => _dice.Weighted(Weights),
    };

    private ILedgerOperation Draft(OperationKind kind) => kind switch
    {
        <= OperationKind.RemoveSigner or (>= OperationKind.SetStanding and <= OperationKind.CompleteRecovery) => DraftOfParties(kind),
        >= OperationKind.ProposeParameters and <= OperationKind.ActivateModel => DraftOfPolicies(kind),
        OperationKind.IssueReceivable or OperationKind.AssignReceivable or OperationKind.RedeemReceivable => DraftOfReceivables(kind),
        >= OperationKind.CancelReceivable and <= OperationKind.UnfreezeReceivable => DraftOfReceivables(kind),
        _ => DraftOfLoans(kind),
    };

    private void Remember(LedgerEvent accepted)
    {
        switch (accepted)
        {
            case PartyRegistered registered:
                _signersOf[registered.Party] = [.. registered.Signers.Select(grant => SignerId.Of(grant.Signer))];
                break;
            case SignerAdded added:
                _signersOf[added.Party].Add(added.SignerId);
                break;
            case RecoveryCompleted completed:
                _signersOf[completed.Party].Add(completed.SignerId);
                break;
            case ReceivableFrozen frozen:
                _orders.Add((frozen.Receivable, frozen.CaseHash));
                break;
            case ReceivableUnfrozen unfrozen:
                _orders.Add((unfrozen.Receivable, unfrozen.CaseHash));
                break;
            case ReceivableIssued issued:
                _fingerprints.AddRange(issued.Invoices.Select(invoice => invoice.Fingerprint));
                break;
        }
    }

    private Entry NoOperation()
    {
        var view = _dice.Bytes(36);
        var (calldata, code) = _dice.Below(4) switch
        {
            0 => (FinanceLedgerContract.EncodeSubmit([]), RefusalCode.BatchNested),
            1 => (new byte[MaxOperationLength + 1], RefusalCode.OperationTooLong),
            2 => (view, RefusalCode.OperationUnknown),
            _ => (_accepted.Count == 0 ? view : [.. _dice.Pick(_accepted).Calldata.Span[..6]], RefusalCode.OperationMalformed),
        };
        code = calldata == view ? RefusalCode.OperationUnknown : code;
        var selector = new RefusalValue("selector", new ByteString(calldata.AsSpan(0, 4)));
        ValueList<RefusalValue> values = code switch
        {
            RefusalCode.BatchNested => [],
            RefusalCode.OperationTooLong =>
                [new RefusalValue("length", (ulong)calldata.Length), new RefusalValue("maxLength", (ulong)MaxOperationLength)],
            _ => [selector],
        };
        return new Entry(null, [], ByteString.Wrap(calldata), new LedgerRefusal(code, values));
    }

    // ---- Signatures ------------------------------------------------------------------------------------------------------

    private (IReadOnlyList<GivenSignature> Given, IReadOnlyList<ByteString> Bytes) Sign(ILedgerOperation operation)
    {
        List<GivenSignature> given = [];
        List<ByteString> bytes = [];
        HashSet<Hash256> used = [];
        foreach (var requirement in operation.RequiredSignatures())
        {
            var signature = requirement.Optional && !WantsSecond((OpenLoan)operation)
                ? (GivenSignature.Absent, ByteString.Empty)
                : Sign(operation, requirement, used);
            given.Add(signature.Item1);
            bytes.Add(signature.Item2);
        }

        return (given, bytes);
    }

    private bool WantsSecond(OpenLoan operation) =>
        (_model.Policies[operation.Bank] is { } policy && operation.PrincipalFen > policy.DualApprovalFen) != _dice.Chance(2);

    private (GivenSignature Given, ByteString Bytes) Sign(ILedgerOperation operation, SignatureRequirement requirement, HashSet<Hash256> used)
    {
        var key = KeyFor(operation, requirement, used);
        used.Add(SignerId.Of(key));
        return _dice.Below(75) switch
        {
            0 => _keys.Garble(),
            1 => _keys.Forge(key),
            2 => _keys.Sign(_keys.Find(_dice.Pick(_signersOf[AnyParty()]))!, requirement.Terms),
            3 => _keys.Sign(_keys.New(), requirement.Terms),
            _ => _keys.Sign(key, requirement.Terms),
        };
    }

    private ISigner KeyFor(ILedgerOperation operation, SignatureRequirement requirement, HashSet<Hash256> used) => requirement.Signatory switch
    {
        Signatory.OfKey of => _keys.Find(SignerId.Of(of.Signer)) ?? _keys.New(),
        Signatory.OfSigner of => _keys.Find(of.SignerId) ?? _keys.New(),
        _ => KeyOf(PartyBehind(requirement.Signatory), requirement.Right, operation, used),
    };

    private PartyId PartyBehind(Signatory signatory) => signatory switch
    {
        Signatory.OfParty of => of.Party,
        Signatory.OfHolder of => _model.Receivables[of.Receivable]?.Holder ?? default,
        Signatory.OfObligor of => _model.Receivables[of.Receivable]?.Obligor ?? default,
        Signatory.OfLender of => _model.Loans[of.Loan]?.Terms.Bank ?? default,
        Signatory.OfBorrower of => _model.Loans[of.Loan]?.Terms.Borrower ?? default,
        _ => default,
    };

    /// <summary>A signer with the right that may still sign here; now and then any other of the party.</summary>
    private ISigner KeyOf(PartyId party, Rights right, ILedgerOperation operation, HashSet<Hash256> used)
    {
        if (!_signersOf.TryGetValue(party, out var all))
        {
            return _keys.Find(_signersOf[PartyId.Operator][0])!;
        }

        var (mixed, same) = (_dice.Chance(1), _dice.Chance(3));
        List<Hash256> fit = [.. all.Where(id => mixed || (HasRight(id, right) && (same || (!HasApproved(id, operation) && !used.Contains(id)))))];
        return _keys.Find(_dice.Pick(fit.Count == 0 ? all : fit))!;
    }

    private bool HasRight(Hash256 signerId, Rights right) => (_model.Signers[signerId]!.Rights & right) != Rights.None;

    private bool HasApproved(Hash256 signerId, ILedgerOperation operation) =>
        operation is DisburseLoan disburse && _model.Loans[disburse.Loan]?.Terms is { } terms
        && _model.Signers[signerId]!.Number is var number && (number == terms.Approver || number == terms.SecondApprover);

    // ---- Fields ----------------------------------------------------------------------------------------------------------

    private ulong Deadline() => _dice.Below(200) switch
    {
        0 => _model.Now - 1,
        1 => _dice.Between(0, _model.Now - 1),
        < 6 => _model.Now,
        _ => _model.Now + _dice.Between(0, 400 * SecondsPerDay),
    };

    private ushort Revision(int current) => (ushort)(_dice.Chance(3) ? Math.Max(current + _dice.Pick(-1, 1, 7), 0) : current);

    /// <summary>Whether a draft is to make no sense here.</summary>
    private bool Odd() => _dice.Chance(5);

    private Hash256 Hash(double missingPercent = 1) => _dice.Chance(missingPercent) ? Hash256.Zero : _dice.Hash();

    /// <summary>Mostly from the range, often its ends, seldom beside it.</summary>
    private Fen Amount(ulong min, ulong max)
    {
        max = Math.Max(min, max);
        return new Fen(_dice.Below(100) switch
        {
            0 => max + 1,
            1 => min == 0 ? 0 : min - 1,
            2 => _dice.Chance(20) ? Fen.MaxValue : max,
            < 6 => min,
            < 40 => max,
            _ => _dice.Between(min, max),
        });
    }

    /// <summary>From the range, seldom a day beside it.</summary>
    private DateOnly Date(DateOnly first, DateOnly last) => _dice.Below(60) switch
    {
        0 => first.AddDays(-1),
        1 => last.AddDays(1),
        2 => first,
        3 => last,
        _ => first.AddDays(_dice.Below(Math.Max(last.DayNumber - first.DayNumber, 0) + 1)),
    };
}
