using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>What stands around every endpoint: request ids, headers, rates.</summary>
[TestFixture]
internal sealed class GuardTests : TownFixture
{
    private static readonly string[] Pages = ["api/v1/operations", "api/v1/nothing", "health/ready", "openapi/v1.json", "docs", "oauth/token", "api/v1/reports/summary"];

    private string _token = "";

    [TestCase("abcDEF-12_34")]
    [TestCase("0197b0c0-0000-7000-8000-000000000000")]
    public async Task RequestId_WellFormed_IsKept_InAnswerAndProblem(string id)
    {
        using var response = await Send(HttpMethod.Get, "api/v1/operations?limit=0", id);
        Assert.That(response.Headers.GetValues("X-Request-Id"), Is.EqualTo(new[] { id }));
        Assert.That(await response.Content.ReadAsStringAsync(Stop), Does.Contain($"\"requestId\":\"{id}\""));
    }

    [TestCase("short")]
    [TestCase("with space in it")]
    [TestCase("<script>alert(1)</script>")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123456789")]
    [TestCase("")]
    public async Task RequestId_IllFormed_IsReplaced(string id)
    {
        using var response = await Send(HttpMethod.Get, "api/v1/operations?limit=0", id);
        var made = response.Headers.GetValues("X-Request-Id").Single();
        Assert.That(made, Does.Match("^[0-9a-f]{32}$"));
        Assert.That(await response.Content.ReadAsStringAsync(Stop), Does.Contain($"\"requestId\":\"{made}\""));
    }

    [TestCaseSource(nameof(Pages))]
    public async Task EveryAnswer_HasTheHeadersThatGuardIt(string page)
    {
        using var response = await Send(HttpMethod.Get, page, null);
        Assert.Multiple(() =>
        {
            Assert.That(Header(response, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
            Assert.That(Header(response, "X-Frame-Options"), Is.EqualTo("DENY"));
            Assert.That(Header(response, "Referrer-Policy"), Is.EqualTo("no-referrer"));
            Assert.That(Header(response, "Content-Security-Policy"), Does.Contain("frame-ancestors 'none'"));
            Assert.That(Header(response, "X-Request-Id"), Is.Not.Null);
            Assert.That(Header(response, "Server"), Is.Null);
        });
    }

    [Test]
    public async Task AnswerToAToken_IsNotKept()
    {
        using var response = await Send(HttpMethod.Get, "api/v1/operations", null);
        Assert.That(response.Headers.CacheControl?.NoStore, Is.True);
    }

    [Test]
    public async Task StrictTransport_IsAskedForBehindTls()
    {
        using var plain = await Send(HttpMethod.Get, "health/live", null);
        Assert.That(Header(plain, "Strict-Transport-Security"), Is.Null);
        await using var behind = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:BehindTlsProxy=true");
        using var secured = await behind.Http.GetAsync(new Uri("health/live", UriKind.Relative), Stop);
        Assert.That(Header(secured, "Strict-Transport-Security"), Does.StartWith("max-age="));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Client_AboveItsRate_IsToldToWait_AndOthersAreNot()
    {
        await using var slow = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:ClientRequestsPerSecond=2");
        using var other = await Actor.Regulator(Town, Gateway, Stop);
        var others = await Gateway.Token(other.Credentials.ClientId, other.Credentials.ClientSecret);
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add(await slow.Http.SendAsync(Request(HttpMethod.Get, "api/v1/operations", null), Stop));
        }

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.That(refused, Is.Not.Empty);
        Assert.That(refused.Select(answer => answer.Headers.RetryAfter?.Delta), Is.All.GreaterThan(TimeSpan.Zero));
        Assert.That(await refused[0].Content.ReadAsStringAsync(Stop), Does.Contain("rate_limited"));
        Assert.That((await slow.Get("api/v1/operations", others)).Status, Is.EqualTo(200));
        Assert.That((await slow.Get("health/ready", null)).Status, Is.Not.EqualTo(429));
        answers.ForEach(answer => answer.Dispose());
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Client_ThatWaitsAsItIsTold_GoesOn()
    {
        await using var slow = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:ClientRequestsPerSecond=2");
        TimeSpan? wait = null;
        while (wait is null)
        {
            using var answer = await slow.Http.SendAsync(Request(HttpMethod.Get, "api/v1/operations", null), Stop);
            wait = answer.Headers.RetryAfter?.Delta;
        }

        await Task.Delay(wait.Value, Stop);
        Assert.That((await slow.Get("api/v1/operations", _token)).Status, Is.EqualTo(200));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SigningIn_FromAnotherAddress_IsNotSlowedByTheFirst()
    {
        await using var slow = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:TokenRequestsPerMinute=2");
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "operator", ["client_secret"] = "guess" };
        while ((await slow.PostForm("oauth/token", form)).Status != 429)
        {
        }

        form["client_secret"] = Town.OperatorSecret;
        using var elsewhere = new HttpClient(From(IPAddress.Parse("127.0.0.2"))) { BaseAddress = slow.Address };
        using var content = new FormUrlEncodedContent(form);
        using var answer = await elsewhere.PostAsync(new Uri("oauth/token", UriKind.Relative), content, Stop);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SigningIn_AboveTheRate_IsToldToWait_RightSecretOrNot()
    {
        await using var slow = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:TokenRequestsPerMinute=5");
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "operator", ["client_secret"] = "guess" };
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await slow.PostForm("oauth/token", form)).Status, Is.EqualTo(401));
        }

        form["client_secret"] = Town.OperatorSecret;
        (await slow.PostForm("oauth/token", form)).AssertRefused(429, "rate_limited", null);
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _token = await Gateway.Token("operator", Town.OperatorSecret);

    private static SocketsHttpHandler From(IPAddress address) => new()
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, string? requestId) =>
        Gateway.Http.SendAsync(Request(method, path, requestId), Stop);

    private HttpRequestMessage Request(HttpMethod method, string path, string? requestId)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (requestId is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Request-Id", requestId);
        }

        return request;
    }
}
