using System.Security.Cryptography;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>A registered party with its keys and its own API client.</summary>
internal sealed record Actor(
    PartyId Party, ISigner Trader, ISigner Approver, ISigner SecondApprover, ISigner Disburser, ClientCredentials Credentials) : IDisposable
{
    public const ulong DualApprovalFen = 500_000_000;
    public const ulong LimitFen = 100_000_000_000;

    private static int _count;

    public GatewayClient? Api { get; private init; }

    public static Task<Actor> Enterprise(Town town, RunningGateway gateway, CancellationToken cancellationToken)
    {
        var trader = Secp256k1Key.Create();
        return Register(town, gateway, PartyKind.Enterprise, [trader], [Rights.Enterprise], cancellationToken);
    }

    /// <summary>Signs with P-256 keys, and lends by a policy that takes two approvers above <see cref="DualApprovalFen"/>.</summary>
    public static async Task<Actor> Bank(Town town, RunningGateway gateway, CancellationToken cancellationToken)
    {
        var approver = P256Key.Create(town.P256Verifier);
        var second = P256Key.Create(town.P256Verifier);
        var disburser = P256Key.Create(town.P256Verifier);
        var bank = await Register(
            town, gateway, PartyKind.Bank, [approver, second, disburser], [Rights.Approve | Rights.Manage, Rights.Approve, Rights.Disburse],
            cancellationToken);
        var policy = new SetLendingPolicy(
            bank.Party, new Fen(DualApprovalFen), new Fen(LimitFen), new Fen(LimitFen), 0, await town.Deadline(cancellationToken));
        var state = await Trade.Complete(bank, town.Ledger.SignAll(policy, approver), cancellationToken);
        Assert.That(state.Status, Is.EqualTo(Client.OperationStatus.Final), state.Refusal?.Title);
        return bank;
    }

    /// <summary>The operator's back office, whose key the gateway does not hold.</summary>
    public static Task<Actor> Operator(Town town, RunningGateway gateway, CancellationToken cancellationToken) =>
        Enter(town, gateway, PartyId.Operator, "operator", [town.Manager], cancellationToken);

    public static Task<Actor> Regulator(Town town, RunningGateway gateway, CancellationToken cancellationToken) =>
        Enter(town, gateway, PartyId.Regulator, "regulator", [town.Regulator], cancellationToken);

    public static async Task<PartyRegistration> Registration(
        Town town, PartyKind kind, ISigner[] signers, Rights[] rights, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _count);
        return new PartyRegistration(
            kind,
            $"永康五金 {number}",
            Uscc.Compose("91", new RegionCode(330784), number.ToString("D8", System.Globalization.CultureInfo.InvariantCulture)),
            new RegionCode(330784),
            IndustryCode.Parse("C33"),
            Hash256.FromBytes(RandomNumberGenerator.GetBytes(32)),
            [.. signers.Zip(rights, SignerId.Grant)],
            await town.Deadline(cancellationToken));
    }

    /// <summary>Submits one operation and expects the gateway to refuse it.</summary>
    public async Task AssertRefused(SignedOperation agreement, int status, string code, string? field)
    {
        try
        {
            await Api!.Submit(agreement, Trade.Key(), CancellationToken.None);
        }
        catch (GatewayProblemException refused)
        {
            Assert.That((refused.Problem.Status, refused.Problem.Code, refused.Problem.Field), Is.EqualTo((status, code, field)));
            return;
        }

        Assert.Fail($"{agreement.Kind} was accepted; {code} was expected.");
    }

    public void Dispose() => Api?.Dispose();

    private static async Task<Actor> Register(
        Town town, RunningGateway gateway, PartyKind kind, ISigner[] signers, Rights[] rights, CancellationToken cancellationToken)
    {
        using var desk = gateway.Operator(town);
        var registration = await Registration(town, kind, signers, rights, cancellationToken);
        var operation = registration.ToOperation();
        var accepted = await desk.RegisterParty(
            registration, [.. signers.Select(signer => town.Ledger.Sign(operation, signer))], registration.Uscc.ToString(), cancellationToken);
        var state = (await desk.Wait([accepted.OperationId], cancellationToken))[0];
        return await Enter(town, gateway, new PartyId((uint)state.Number("party")), registration.Name, signers, cancellationToken);
    }

    private static async Task<Actor> Enter(
        Town town, RunningGateway gateway, PartyId party, string name, ISigner[] signers, CancellationToken cancellationToken)
    {
        using var desk = gateway.Operator(town);
        var credentials = await desk.CreateClient(name, party, ["operations:submit", "operations:read", "webhooks:manage"], cancellationToken);
        return new Actor(party, signers[0], signers[0], signers[signers.Length / 2], signers[^1], credentials)
        {
            Api = gateway.Client(credentials.ClientId, credentials.ClientSecret),
        };
    }
}
