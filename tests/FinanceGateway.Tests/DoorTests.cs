using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Every kind of operation has a door of its own and passes the common one, and ends with the event that is its own.</summary>
[TestFixture]
internal sealed class DoorTests : TownFixture
{
    private static readonly Dictionary<OperationKind, EventKind[]> Events = new()
    {
        [OperationKind.AddSigner] = [EventKind.SignerAdded],
        [OperationKind.RemoveSigner] = [EventKind.SignerRemoved],
        [OperationKind.IssueReceivable] = [EventKind.ReceivableIssued],
        [OperationKind.AssignReceivable] = [EventKind.ReceivableAssigned, EventKind.ReceivableSplit],
        [OperationKind.RedeemReceivable] = [EventKind.ReceivableRedeemed],
        [OperationKind.OpenLoan] = [EventKind.LoanOpened],
        [OperationKind.DisburseLoan] = [EventKind.LoanDisbursed],
        [OperationKind.RepayLoan] = [EventKind.LoanRepaid],
        [OperationKind.SetStanding] = [EventKind.StandingSet],
        [OperationKind.ProposeRecovery] = [EventKind.RecoveryProposed],
        [OperationKind.VetoRecovery] = [EventKind.RecoveryVetoed],
        [OperationKind.CompleteRecovery] = [EventKind.RecoveryCompleted],
        [OperationKind.ProposeParameters] = [EventKind.ParametersProposed],
        [OperationKind.AdoptParameters] = [EventKind.ParametersAdopted],
        [OperationKind.SetLendingPolicy] = [EventKind.LendingPolicySet],
        [OperationKind.SetCreditLimit] = [EventKind.CreditLimitSet],
        [OperationKind.ActivateModel] = [EventKind.ModelActivated],
        [OperationKind.CancelReceivable] = [EventKind.ReceivableCancelled],
        [OperationKind.DisputeReceivable] = [EventKind.ReceivableDisputed],
        [OperationKind.ResolveDispute] = [EventKind.DisputeResolved],
        [OperationKind.FreezeReceivable] = [EventKind.ReceivableFrozen],
        [OperationKind.UnfreezeReceivable] = [EventKind.ReceivableUnfrozen],
        [OperationKind.CancelLoan] = [EventKind.LoanCancelled],
        [OperationKind.ExtendLoan] = [EventKind.LoanExtended],
        [OperationKind.DefaultLoan] = [EventKind.LoanDefaulted],
        [OperationKind.ClaimRecourse] = [EventKind.RecourseClaimed],
        [OperationKind.WriteOffLoan] = [EventKind.LoanWrittenOff],
        [OperationKind.RecoverLoan] = [EventKind.LoanRecovered],
    };

    private Actor _anybody = null!;

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(120_000)]
    public async Task EveryKind_ButRegistration_EndsFinalWithItsEvent(bool inBulk)
    {
        var ready = await EveryOperation.Prepare(new DirectLedger(Town), () => PasskeySigner.Create(Town.PasskeyVerifier, Town.Site));
        SignedOperation[] agreements =
            [.. ready.Where(r => r.Terms.OperationKind != OperationKind.RegisterParty).Select(r => Town.Ledger.SignAll(r.Terms, r.Signers))];
        var ended = await _anybody.Api!.Wait(inBulk ? await Bulk(agreements) : await Singly(agreements), Stop);

        Assert.Multiple(() =>
        {
            Assert.That(ended.Select(state => state.Kind).Distinct(), Is.EquivalentTo(Events.Keys));
            foreach (var state in ended)
            {
                Assert.That(state.Status, Is.EqualTo(OperationStatus.Final), $"{state.Kind}: {state.Refusal?.Title}");
                var names = Events[state.Kind].Select(kind => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));
                Assert.That(names, Does.Contain(state.Result?.GetProperty("event").GetString()), $"{state.Kind}");
            }
        });
    }

    [Test]
    public void Kinds_AreAllListedHere() =>
        Assert.That(Events.Keys, Is.EquivalentTo(Enum.GetValues<OperationKind>().Except([OperationKind.RegisterParty])));

    [Test]
    public async Task Description_NamesEveryKind_WithASentenceAndTheOptionalSignature()
    {
        var description = (await Gateway.Get("openapi/v1.json", null)).Body!;
        var posts = description["paths"]!.AsObject().Select(path => path.Value!["post"]).Where(post => post is not null).ToList();
        var open = description["components"]!["schemas"]!["SignedOpenLoan"]!;

        Assert.Multiple(() =>
        {
            foreach (var kind in Enum.GetNames<OperationKind>())
            {
                Assert.That((string?)posts.SingleOrDefault(post => (string?)post!["operationId"] == kind)?["summary"], Is.Not.Null.And.Not.Empty, kind);
            }

            Assert.That(open["properties"]!.AsObject().Select(property => property.Key), Does.Contain("secondBankSignature"));
            Assert.That(open["required"]!.AsArray().Select(name => (string?)name), Does.Contain("bankSignature").And.Not.Contain("secondBankSignature"));
        });
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _anybody = await Actor.Operator(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _anybody?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<Guid[]> Singly(SignedOperation[] agreements)
    {
        var ids = new List<Guid>();
        foreach (var agreement in agreements)
        {
            ids.Add((await _anybody.Api!.Submit(agreement, Trade.Key(), Stop)).OperationId);
        }

        return [.. ids];
    }

    private async Task<Guid[]> Bulk(SignedOperation[] agreements)
    {
        var results = await _anybody.Api!.Submit([.. agreements.Select(agreement => new BulkItem(Trade.Key(), agreement))], Stop);
        Assert.That(results.Select(result => result.Problem), Is.All.Null);
        return [.. results.Select(result => result.OperationId!.Value)];
    }
}
