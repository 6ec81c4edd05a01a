using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Two requests for the same at two gateways: the second has looked before the first is stored, and is answered by what it finds then.</summary>
[TestFixture]
internal sealed class RivalTests : TownFixture
{
    private const int Rivals = 8;

    private Trade _trade = null!;

    [Test]
    [CancelAfter(60_000)]
    public async Task Registration_OfACompanyStoredWhileItIsChecked_IsRefusedByItsUscc()
    {
        var first = await Newcomer();
        var second = await Newcomer();
        second = second with { Party = second.Party with { Uscc = first.Party.Uscc } };
        var answer = await CheckedDuring(() => Register(Gateway, first), gateway => Register(gateway, second));
        Assert.That(answer, Is.EqualTo((409, "uscc_registered", "uscc")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Registration_StoredUnderAnotherKeyWhileItIsChecked_IsADuplicate()
    {
        var newcomer = await Newcomer();
        await Town.StopMining(Stop);
        var answer = await CheckedDuring(() => Register(Gateway, newcomer), gateway => Register(gateway, newcomer));
        await Town.MineAgain(Stop);
        Assert.That(answer, Is.EqualTo((409, "operation_duplicate", (string?)null)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Registration_ExecutedWhileItIsChecked_IsRefusedByItsUscc_AndNotByItsSigner()
    {
        var newcomer = await Newcomer();
        var answer = await CheckedDuring(
            async () =>
            {
                using var desk = Gateway.Operator(Town);
                var accepted = await desk.RegisterParty(newcomer.Party, Proofs(newcomer), Trade.Key(), Stop);
                await desk.Wait([accepted.OperationId], Stop);
            },
            gateway => Register(gateway, newcomer));
        Assert.That(answer, Is.EqualTo((409, "uscc_registered", "uscc")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Operation_StoredUnderAnotherKeyWhileItIsChecked_IsADuplicate()
    {
        var agreement = await _trade.Issue(1_000, Stop);
        await Town.StopMining(Stop);
        var answer = await CheckedDuring(() => _trade.Core.Api!.Submit(agreement, Trade.Key(), Stop), gateway => Submit(gateway, agreement));
        await Town.MineAgain(Stop);
        Assert.That(answer, Is.EqualTo((409, "operation_duplicate", "agreement")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Operation_ExecutedUnderAnotherKeyWhileItIsChecked_IsADuplicate_AndItsFingerprintNotAnothers()
    {
        var agreement = await _trade.Issue(1_000, Stop);
        await Town.StopIndexer(Stop);
        var answer = await CheckedDuring(
            async () =>
            {
                await _trade.Core.Api!.Submit(agreement, Trade.Key(), Stop);
                await Executed(agreement);
            },
            gateway => Submit(gateway, agreement));
        await Town.StartIndexer(rebuild: false, Stop);
        Assert.That(answer, Is.EqualTo((409, "operation_duplicate", "agreement")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task OneCompany_AtTwoGatewaysAtOnce_IsRegisteredOnce()
    {
        await using var second = await RunningGateway.Start(Town, Stop, submits: false);
        var uscc = (await Newcomer()).Party.Uscc;
        var answers = await Task.WhenAll(Enumerable.Range(0, Rivals).Select(async i =>
        {
            var newcomer = await Newcomer();
            return await Register(i % 2 == 0 ? Gateway : second, newcomer with { Party = newcomer.Party with { Uscc = uscc } });
        }));
        Assert.That(answers.Where(answer => answer.Status != 202), Is.EqualTo(Enumerable.Repeat((409, "uscc_registered", (string?)"uscc"), Rivals - 1)));
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private sealed record Applicant(PartyRegistration Party, Secp256k1Key Signer);

    private async Task<Applicant> Newcomer()
    {
        var signer = Secp256k1Key.Create();
        return new Applicant(await Actor.Registration(Town, PartyKind.Enterprise, [signer], [Rights.Enterprise], Stop), signer);
    }

    /// <summary>What the second is told when the first comes between its look at the database and its question to the ledger.</summary>
    private async Task<(int Status, string Code, string? Field)> CheckedDuring(
        Func<Task> first, Func<RunningGateway, Task<(int Status, string Code, string? Field)>> second)
    {
        await using var gate = await ChainGate.Start(Town.Chain.Endpoint);
        await using var slow = await RunningGateway.Start(Town, Stop, submits: false, $"--FinanceGateway:ChainUrl={gate.Url}");
        var waits = gate.Close();
        var answer = second(slow);
        await waits.WaitAsync(Stop);
        await first();
        gate.Open();
        return await answer;
    }

    private ByteString[] Proofs(Applicant applicant) => [Town.Ledger.Sign(applicant.Party.ToOperation(), applicant.Signer)];

    private Task<(int Status, string Code, string? Field)> Register(RunningGateway gateway, Applicant applicant) => Answer(async () =>
    {
        using var desk = gateway.Operator(Town);
        await desk.RegisterParty(applicant.Party, Proofs(applicant), Trade.Key(), Stop);
    });

    private Task<(int Status, string Code, string? Field)> Submit(RunningGateway gateway, SignedOperation agreement) => Answer(async () =>
    {
        using var api = gateway.Client(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret);
        await api.Submit(agreement, Trade.Key(), Stop);
    });

    private static async Task<(int Status, string Code, string? Field)> Answer(Func<Task> request)
    {
        try
        {
            await request();
            return (202, "", null);
        }
        catch (GatewayProblemException refused)
        {
            return (refused.Problem.Status, refused.Problem.Code, refused.Problem.Field);
        }
    }

    /// <summary>Until the ledger would refuse it a second time.</summary>
    private async Task Executed(SignedOperation agreement)
    {
        var ledger = new DirectLedger(Town);
        while (await ledger.Ask(agreement) is null)
        {
            await Task.Delay(20, Stop);
        }
    }
}
