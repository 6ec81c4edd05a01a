using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

[TestFixture]
internal sealed class FollowTests : TownFixture
{
    private Trade _trade = null!;

    [Test]
    [CancelAfter(60_000)]
    public async Task List_PageByPage_GivesEveryOwnOperationOnceInOrder()
    {
        BulkItem[] items = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop))))];
        using var reader = await Client();
        var submitted = await reader.Api.Submit(items, Stop);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await Gateway.Get($"api/v1/operations?limit=2{(after is null ? "" : $"&after={after}")}", reader.Token);
            seen.AddRange(page.Body!["items"]!.AsArray().Select(item => (string)item!["operationId"]!));
            after = (string?)page.Body["next"];
        }
        while (after is not null);
        Assert.That(seen, Is.EqualTo(submitted.Select(item => item.OperationId.ToString())));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Registration_OfOneUsccByMany_IsStoredOnce()
    {
        using var desk = Gateway.Operator(Town);
        var uscc = (await Registration()).Registration.Uscc;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var (registration, signer) = await Registration();
            var same = registration with { Uscc = uscc };
            try
            {
                await desk.RegisterParty(same, [Town.Ledger.Sign(same.ToOperation(), signer)], Trade.Key(), Stop);
                return "stored";
            }
            catch (GatewayProblemException refused)
            {
                return refused.Problem.Code;
            }
        }));
        Assert.That(answers.Order(), Is.EqualTo(new[] { "stored" }.Concat(Enumerable.Repeat("uscc_registered", 7))));
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<(PartyRegistration Registration, ISigner Signer)> Registration()
    {
        var signer = Secp256k1Key.Create();
        return (await Actor.Registration(Town, PartyKind.Enterprise, [signer], [Rights.Enterprise], Stop), signer);
    }

    private sealed record Reader(GatewayClient Api, string Token) : IDisposable
    {
        public void Dispose() => Api.Dispose();
    }

    /// <summary>A client of its own, which has submitted nothing yet.</summary>
    private async Task<Reader> Client()
    {
        using var desk = Gateway.Operator(Town);
        var created = await desk.CreateClient("reader", _trade.Core.Party, ["operations:submit", "operations:read"], Stop);
        return new Reader(Gateway.Client(created.ClientId, created.ClientSecret), await Gateway.Token(created.ClientId, created.ClientSecret));
    }
}
