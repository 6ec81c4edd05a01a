using FinanceChain.Ethereum;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.LedgerContract.Tests;

/// <summary>Operations with any values that their types allow, the limits among them more often than by chance.</summary>
internal static class RandomOperation
{
    public static Arbitrary<SignedOperation> Signed { get; } =
        Arb.From(Gen.Choose(int.MinValue, int.MaxValue).Select(seed => Sign(Of(new Random(seed)), new Random(seed))));

    public static ILedgerOperation Of(Random random) => random.Next(9) switch
    {
        0 => Registration(random),
        1 => new AddSigner(Party(random), Bytes(random, 90), (Rights)random.Next(256), Number(random, ulong.MaxValue)),
        2 => new RemoveSigner(Party(random), Hash(random), Number(random, ulong.MaxValue)),
        3 => new IssueReceivable(Party(random), Party(random), Amount(random), Date(random), Hash(random), Number(random, ulong.MaxValue)),
        4 => new AssignReceivable(Receivable(random), Party(random), Amount(random), Revision(random), Number(random, ulong.MaxValue)),
        5 => new RedeemReceivable(Receivable(random), Amount(random), Hash(random), Revision(random), Number(random, ulong.MaxValue)),
        6 => new OpenLoan(Application(random), Party(random), Amount(random), Rate(random), Number(random, ulong.MaxValue)),
        7 => new DisburseLoan(Loan(random), Amount(random), Hash(random), Hash(random), Number(random, ulong.MaxValue)),
        _ => new RepayLoan(Loan(random), Amount(random), Amount(random), Hash(random), Revision(random), Number(random, ulong.MaxValue)),
    };

    private static SignedOperation Sign(ILedgerOperation operation, Random random) =>
        operation.WithSignatures([.. operation.RequiredSignatures().Select(_ => Bytes(random, 130))]);

    private static RegisterParty Registration(Random random) => new(
        (PartyKind)random.Next(4),
        new RegionCode((uint)random.Next((int)RegionCode.MinValue, (int)RegionCode.MaxValue + 1)),
        IndustryCode.Parse($"{(char)('A' + random.Next(20))}{random.Next(10_000)}"),
        Hash(random),
        ValueList.From(Enumerable.Range(0, random.Next(9)).Select(_ => new SignerGrant(Bytes(random, 90), (Rights)random.Next(256))).ToList()),
        Number(random, ulong.MaxValue));

    private static LoanApplication Application(Random random) => new(
        Receivable(random),
        Revision(random),
        Party(random),
        Amount(random),
        Amount(random),
        Rate(random),
        Date(random),
        random.Next(2) == 0,
        Number(random, ulong.MaxValue));

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
