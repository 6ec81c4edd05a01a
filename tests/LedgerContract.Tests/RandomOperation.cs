using FinanceChain.Ethereum;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.LedgerContract.Tests;

/// <summary>Operations with any values that their types allow, the limits among them more often than by chance.</summary>
internal static class RandomOperation
{
    public static Arbitrary<SignedOperation> Signed { get; } =
        Arb.From(Gen.Choose(int.MinValue, int.MaxValue).Select(seed => Sign(Of(new Random(seed)), new Random(seed))));

    public static IReadOnlyList<OperationKind> Kinds { get; } = Enum.GetValues<OperationKind>();

    public static ILedgerOperation Of(Random random) => Of(Kinds[random.Next(Kinds.Count)], random);

    private static ILedgerOperation Of(OperationKind kind, Random random) => kind switch
    {
        OperationKind.RegisterParty => Registration(random),
        OperationKind.AddSigner => new AddSigner(Party(random), Bytes(random, 90), AnyRights(random), Deadline(random)),
        OperationKind.RemoveSigner => new RemoveSigner(Party(random), Hash(random), Deadline(random)),
        OperationKind.SetStanding => new SetStanding(Party(random), Member<Standing>(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.ProposeRecovery => new ProposeRecovery(Party(random), Bytes(random, 90), AnyRights(random), Revision(random), Deadline(random)),
        OperationKind.VetoRecovery => new VetoRecovery(Party(random), Hash(random), Deadline(random)),
        OperationKind.CompleteRecovery => new CompleteRecovery(Party(random), Hash(random), Deadline(random)),
        OperationKind.ProposeParameters => new ProposeParameters(Rules(random), Revision(random), Deadline(random)),
        OperationKind.AdoptParameters => new AdoptParameters(Rules(random), Deadline(random)),
        OperationKind.SetLendingPolicy =>
            new SetLendingPolicy(Party(random), Amount(random), Amount(random), Amount(random), Revision(random), Deadline(random)),
        OperationKind.SetCreditLimit =>
            new SetCreditLimit(Party(random), Party(random), Member<ExposureSide>(random), Amount(random), Revision(random), Deadline(random)),
        OperationKind.ActivateModel =>
            new ActivateModel(Party(random), Hash(random), Date(random), Date(random), Revision(random), Deadline(random)),
        _ => OfReceivable(kind, random),
    };

    private static ILedgerOperation OfReceivable(OperationKind kind, Random random) => kind switch
    {
        OperationKind.IssueReceivable =>
            new IssueReceivable(Party(random), Party(random), Amount(random), Date(random), Invoices(random), Deadline(random)),
        OperationKind.AssignReceivable => new AssignReceivable(Receivable(random), Party(random), Amount(random), Revision(random), Deadline(random)),
        OperationKind.RedeemReceivable => new RedeemReceivable(Receivable(random), Amount(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.CancelReceivable => new CancelReceivable(Receivable(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.DisputeReceivable => new DisputeReceivable(Receivable(random), Amount(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.ResolveDispute => new ResolveDispute(Receivable(random), Amount(random), Revision(random), Deadline(random)),
        OperationKind.FreezeReceivable => new FreezeReceivable(Receivable(random), Hash(random), Deadline(random)),
        OperationKind.UnfreezeReceivable => new UnfreezeReceivable(Receivable(random), Hash(random), Deadline(random)),
        _ => OfLoan(kind, random),
    };

    private static ILedgerOperation OfLoan(OperationKind kind, Random random) => kind switch
    {
        OperationKind.OpenLoan =>
            new OpenLoan(Application(random), Party(random), Amount(random), Rate(random), Hash(random), Hash(random), Deadline(random)),
        OperationKind.CancelLoan => new CancelLoan(Loan(random), random.Next(2) == 0, Revision(random), Deadline(random)),
        OperationKind.DisburseLoan =>
            new DisburseLoan(Loan(random), Amount(random), Hash(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.RepayLoan =>
            new RepayLoan(Loan(random), Amount(random), Amount(random), Amount(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.ExtendLoan => new ExtendLoan(Loan(random), Date(random), Revision(random), Deadline(random)),
        OperationKind.DefaultLoan => new DefaultLoan(Loan(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.ClaimRecourse => new ClaimRecourse(Loan(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.WriteOffLoan => new WriteOffLoan(Loan(random), Amount(random), Hash(random), Revision(random), Deadline(random)),
        OperationKind.RecoverLoan =>
            new RecoverLoan(Loan(random), Amount(random), Member<RecoverySource>(random), Hash(random), Revision(random), Deadline(random)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No random operation is made of this kind."),
    };

    private static SignedOperation Sign(ILedgerOperation operation, Random random) =>
        operation.WithSignatures([.. operation.RequiredSignatures().Where(item => !item.Optional || random.Next(2) == 0).Select(_ => Bytes(random, 130))]);

    private static RegisterParty Registration(Random random) => new(
        Member<PartyKind>(random),
        new RegionCode((uint)random.Next((int)RegionCode.MinValue, (int)RegionCode.MaxValue + 1)),
        IndustryCode.Parse($"{(char)('A' + random.Next(20))}{random.Next(10_000)}"),
        Hash(random),
        ValueList.From(Enumerable.Range(0, random.Next(9)).Select(_ => new SignerGrant(Bytes(random, 90), AnyRights(random))).ToList()),
        Deadline(random));

    private static LoanApplication Application(Random random) => new(
        Receivable(random),
        Revision(random),
        ValueList.From(Enumerable.Range(0, random.Next(4)).Select(_ => Party(random)).ToList()),
        Amount(random),
        Amount(random),
        Rate(random),
        Date(random),
        random.Next(2) == 0,
        Deadline(random));

    private static ValueList<Invoice> Invoices(Random random) =>
        ValueList.From(Enumerable.Range(0, random.Next(5)).Select(_ => new Invoice(Hash(random), Amount(random))).ToList());

    private static Parameters Rules(Random random) => new(
        Date(random), Revision(random), Revision(random), Count(random), Count(random), Count(random), Count(random), Count(random), Revision(random),
        Count(random));

    private static byte Count(Random random) => (byte)Number(random, byte.MaxValue);

    private static T Member<T>(Random random)
        where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static Rights AnyRights(Random random) => (Rights)random.Next(256);

    private static ulong Deadline(Random random) => Number(random, ulong.MaxValue);

    private static ulong Number(Random random, ulong max) => random.Next(4) switch
    {
        0 => 0,
        1 => max,
        2 => (ulong)random.NextInt64() % 1_000 % (max < 1_000 ? max : 1_000),
        _ => max == ulong.MaxValue ? (ulong)random.NextInt64() : (ulong)random.NextInt64() % (max + 1),
    };

    private static PartyId Party(Random random) => new((uint)Number(random, PartyId.MaxValue));

    private static ReceivableId Receivable(Random random) => new(Number(random, ReceivableId.MaxValue));

    private static LoanId Loan(Random random) => new(Number(random, LoanId.MaxValue));

    private static Fen Amount(Random random) => new(Number(random, Fen.MaxValue));

    private static Bps Rate(Random random) => new((ushort)Number(random, ushort.MaxValue));

    private static ushort Revision(Random random) => (ushort)Number(random, ushort.MaxValue);

    private static DateOnly Date(Random random) => BusinessDate.FromDays((ushort)Number(random, ushort.MaxValue));

    private static Hash256 Hash(Random random) => Hash256.FromBytes(Bytes(random, 32, 32).Span);

    private static ByteString Bytes(Random random, int most, int least = 0)
    {
        var bytes = new byte[random.Next(least, most + 1)];
        random.NextBytes(bytes);
        return new ByteString(bytes);
    }
}
