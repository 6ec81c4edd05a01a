using System.Globalization;
using System.Security.Cryptography;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>A registered enterprise with its key.</summary>
internal sealed record Enterprise(PartyId Party, Secp256k1Key Key);

/// <summary>Who trades: a buyer, suppliers, and API clients.</summary>
internal sealed record Town(LedgerDomain Ledger, Enterprise Buyer, IReadOnlyList<Enterprise> Suppliers, IReadOnlyList<ClientCredentials> Clients)
{
    public static async Task<Town> Settle(Stage stage, int suppliers, int clients, CancellationToken cancellationToken)
    {
        using var desk = stage.Operator();
        var enterprises = await Task.WhenAll(Enumerable.Range(1, suppliers + 1).Select(n => Register(stage, desk, n, cancellationToken)));
        var credentials = new List<ClientCredentials>();
        for (var i = 0; i < clients; i++)
        {
            credentials.Add(await desk.CreateClient($"client {i}", enterprises[0].Party, ["operations:submit", "operations:read"], cancellationToken));
        }

        return new Town(stage.Ledger, enterprises[0], enterprises[1..], credentials);
    }

    /// <summary>An issue that the buyer and a supplier have signed.</summary>
    public SignedOperation Issue(Enterprise supplier, ulong fen, Hash256 fingerprint) => Ledger.SignAll(
        new IssueReceivable(
            Buyer.Party, supplier.Party, new Fen(fen), DateOnly.FromDateTime(DateTime.UtcNow).AddDays(90), [new Invoice(fingerprint, new Fen(fen))], Deadline),
        Buyer.Key, supplier.Key);

    /// <summary>So many issues, spread over the suppliers, each of an invoice of its own.</summary>
    public SignedOperation[] Issues(int count)
    {
        var signed = new SignedOperation[count];
        Parallel.For(0, count, i => signed[i] = Issue(Suppliers[i % Suppliers.Count], 100_000, Unique()));
        return signed;
    }

    /// <summary>The supplier passes on a part.</summary>
    public SignedOperation Assign(Enterprise from, Enterprise to, ulong receivable, ulong fen, ushort revision) =>
        Ledger.SignAll(new AssignReceivable(new ReceivableId(receivable), to.Party, new Fen(fen), revision, Deadline), from.Key, to.Key);

    public SignedOperation Redeem(Enterprise holder, ulong receivable, ulong fen, ushort revision, Hash256 payment) =>
        Ledger.SignAll(new RedeemReceivable(new ReceivableId(receivable), new Fen(fen), payment, revision, Deadline), holder.Key);

    public static Hash256 Unique() => Hash256.FromBytes(RandomNumberGenerator.GetBytes(32));

    private static ulong Deadline => (ulong)DateTimeOffset.UtcNow.AddHours(6).ToUnixTimeSeconds();

    private static async Task<Enterprise> Register(Stage stage, GatewayClient desk, int number, CancellationToken cancellationToken)
    {
        var key = Secp256k1Key.Create();
        var registration = new PartyRegistration(
            PartyKind.Enterprise, $"永康五金 {number}",
            Uscc.Compose("91", new RegionCode(330784), number.ToString("D8", CultureInfo.InvariantCulture)),
            new RegionCode(330784), IndustryCode.Parse("C33"), Unique(), [SignerId.Grant(key, Rights.Enterprise)], Deadline);
        var signature = stage.Ledger.Sign(registration.ToOperation(), key);
        var accepted = await desk.RegisterParty(registration, [signature], registration.Uscc.ToString(), cancellationToken);
        var state = (await desk.Wait([accepted.OperationId], cancellationToken))[0];
        return new Enterprise(new PartyId((uint)state.Number("party")), key);
    }
}
