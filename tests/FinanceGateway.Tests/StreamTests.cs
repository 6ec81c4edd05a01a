using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Files of any length in, and ends as they come.</summary>
[TestFixture]
internal sealed class StreamTests : TownFixture
{
    private Trade _trade = null!;
    private string _token = "";

    [Test]
    [CancelAfter(120_000)]
    public async Task Stream_OfManyLines_IsAnsweredLineByLineInOrder()
    {
        var items = new List<BulkItem>();
        for (var i = 0; i < 230; i++)
        {
            items.Add(new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop)));
        }

        items.Add(items[0]);
        var answers = new List<BulkItemResult>();
        await foreach (var answer in _trade.Core.Api!.SubmitStream(items.ToAsyncEnumerable(), Stop))
        {
            answers.Add(answer);
        }

        Assert.That(answers.Select(answer => answer.IdempotencyKey), Is.EqualTo(items.Select(item => item.IdempotencyKey)));
        Assert.That((answers[^1].OperationId, answers[^1].Replayed), Is.EqualTo((answers[0].OperationId, true)));
        var states = await _trade.Core.Api.Wait([.. answers.Take(230).Select(answer => answer.OperationId!.Value)], Stop);
        Assert.That(states.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Stream_WithABadLine_NamesItAndGoesOn()
    {
        var good = JsonSerializer.Serialize(new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop)), LedgerJson.Options);
        var answers = await PostLines($"{Head()}\nno json\n{{\"idempotencyKey\":\"k\"}}\n\n{good}\r\n");
        Assert.That(answers.Select(a => (string?)a["problem"]?["code"]), Is.EqualTo(new[] { "json_malformed", "member_missing", null }));
        Assert.That((string?)answers[0]["problem"]!["field"], Does.StartWith("[1]"));
        Assert.That((string?)answers[2]["operationId"], Is.Not.Null);
    }

    [TestCase(null, "member_missing")]
    [TestCase("stealReceivable", "value_invalid")]
    [CancelAfter(60_000)]
    public async Task Stream_WithALineOfNoKind_RefusesThatLineByFieldAndRule_AndTakesItsNeighbours(string? kind, string code)
    {
        var lines = (await Items(3)).ConvertAll(item => JsonSerializer.SerializeToNode(item, LedgerJson.Options)!);
        var untyped = lines[1]["agreement"]!.AsObject();
        untyped.Remove("kind");
        if (kind is not null)
        {
            untyped.Insert(0, "kind", kind);
        }

        var answers = await PostLines($"{Head()}\n{string.Join('\n', lines.Select(line => line.ToJsonString()))}\n");
        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(a => (string?)a["problem"]?["code"]), Is.EqualTo(new[] { null, code, null }));
            Assert.That((string?)answers[1]["problem"]!["field"], Is.EqualTo("[2].agreement.kind"));
            Assert.That((string?)answers[1]["status"], Is.EqualTo("refused"));
            Assert.That(new[] { answers[0], answers[2] }.Select(a => (string?)a["status"]), Is.All.EqualTo("queued"));
            Assert.That(new[] { answers[0], answers[2] }.Select(a => (string?)a["idempotencyKey"]), Is.EqualTo(new[] { lines[0], lines[2] }.Select(l => (string?)l["idempotencyKey"])));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Stream_ForAnotherChain_IsRefusedAsAWhole()
    {
        using var request = Lines($"{{\"chainId\":1,\"ledger\":\"{Town.LedgerAddress}\"}}\n");
        using var response = await Gateway.Http.SendAsync(request, Stop);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
        Assert.That(((int)response.StatusCode, (string?)problem["code"], (string?)problem["field"]), Is.EqualTo((422, "foreign_chain", "[0].chainId")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Ends_FollowedFromAPlace_MissNothing()
    {
        var results = await _trade.Supplier.Api!.Submit([.. await Items(3)], Stop);
        await _trade.Supplier.Api.Wait([.. results.Select(r => r.OperationId!.Value)], Stop);
        var all = await Ends(0, 3);
        var rest = await Ends(all[0].Place, 2);
        Assert.That(all.Select(e => e.State.OperationId), Is.EquivalentTo(results.Select(r => r.OperationId!.Value)));
        Assert.That(rest.Select(e => e.Place), Is.EqualTo(all.Skip(1).Select(e => e.Place)));

        async Task<List<EndedOperation>> Ends(long after, int count)
        {
            var ends = new List<EndedOperation>();
            await foreach (var end in _trade.Supplier.Api!.Follow(after, Stop))
            {
                ends.Add(end);
                if (ends.Count == count)
                {
                    break;
                }
            }

            return ends;
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Ends_Followed_ComeAsTheyHappen()
    {
        var follow = Task.Run(async () =>
        {
            await foreach (var end in _trade.Second.Api!.Follow(null, Stop))
            {
                return end;
            }

            return null;
        });
        await Task.Delay(1500, Stop);
        var accepted = await _trade.Second.Api!.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop);
        Assert.That((await follow)!.State.OperationId, Is.EqualTo(accepted.OperationId));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Status_ThatIsKnown_IsNotSentAgain()
    {
        var accepted = await _trade.Core.Api!.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop);
        await _trade.Core.Api.Wait([accepted.OperationId], Stop);
        using var first = await Status(accepted.OperationId, null);
        using var second = await Status(accepted.OperationId, first.Headers.ETag);
        using var other = await Status(accepted.OperationId, new EntityTagHeaderValue("\"1-0-0\""));
        Assert.That(((int)first.StatusCode, (int)second.StatusCode, (int)other.StatusCode), Is.EqualTo((200, 304, 200)));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _trade = await Trade.Open(Town, Gateway, cancellationToken);
        _token = await Gateway.Token(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret);
    }

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<List<BulkItem>> Items(int count)
    {
        var items = new List<BulkItem>();
        for (var i = 0; i < count; i++)
        {
            items.Add(new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop)));
        }

        return items;
    }

    private string Head() => $"{{\"chainId\":{Town.Ledger.Domain.ChainId},\"ledger\":\"{Town.LedgerAddress}\"}}";

    private HttpRequestMessage Lines(string body) => new(HttpMethod.Post, new Uri("api/v1/operations", UriKind.Relative))
    {
        Content = new StringContent(body, Encoding.UTF8, "application/x-ndjson"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", _token) },
    };

    private async Task<List<JsonNode>> PostLines(string body)
    {
        using var request = Lines(body);
        using var response = await Gateway.Http.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.That((int)response.StatusCode, Is.EqualTo(200), text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private async Task<HttpResponseMessage> Status(Guid id, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/v1/operations/{id}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await Gateway.Http.SendAsync(request, Stop);
    }
}
