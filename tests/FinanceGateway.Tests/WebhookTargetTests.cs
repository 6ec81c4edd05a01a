using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.FinanceGateway.Webhooks;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>A webhook is no way into the network that the gateway stands in (SSRF).</summary>
[TestFixture]
internal sealed class WebhookTargetTests
{
    private static readonly string[] Inside =
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254", "169.254.0.1",
        "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.19.255.254", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fdff::1",
        "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "5f00::1", "4000::1",
    ];

    private static readonly string[] Outside = ["8.8.8.8", "1.1.1.1", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.169.0.1", "223.255.255.1", "2606:4700::1111", "2400:3200::1"];

    [TestCaseSource(nameof(Inside))]
    public void Address_Inside_IsNotPublic(string address) => Assert.That(PublicAddress.IsPublic(IPAddress.Parse(address)), Is.False);

    [TestCaseSource(nameof(Outside))]
    public void Address_Outside_IsPublic(string address) => Assert.That(PublicAddress.IsPublic(IPAddress.Parse(address)), Is.True);

    [TestCaseSource(nameof(Inside))]
    public void Target_NamedByAnAddressInside_IsRefused(string address) =>
        AssertRefused($"https://{(address.Contains(':') ? $"[{address}]" : address)}/hook");

    [TestCase("https://2130706433/")]
    [TestCase("https://0x7f000001/")]
    [TestCase("https://0177.0.0.1/")]
    [TestCase("https://127.1/")]
    [TestCase("https://localhost/")]
    [TestCase("https://localhost./")]
    [TestCase("https://nowhere.invalid/")]
    [TestCase("http://8.8.8.8/")]
    [TestCase("ftp://8.8.8.8/")]
    [TestCase("file:///etc/passwd")]
    [TestCase("gopher://8.8.8.8/")]
    [TestCase("https://user:secret@8.8.8.8/")]
    [TestCase("https://8.8.8.8/#part")]
    [TestCase("https://8.8.8.8:22/")]
    [TestCase("https://8.8.8.8:25/")]
    [TestCase("//8.8.8.8/")]
    [TestCase("/hook")]
    [TestCase("")]
    public void Target_ThatIsNone_IsRefused(string text) => AssertRefused(text);

    [TestCase("https://8.8.8.8/hook")]
    [TestCase("https://8.8.8.8:8443/hook?of=me")]
    [TestCase("https://[2606:4700::1111]/hook")]
    public async Task Target_Outside_IsTaken(string text) =>
        Assert.That((await Target(new SystemNames()).Read(text, CancellationToken.None)).AbsoluteUri, Is.EqualTo(text));

    [Test]
    public void Name_WithOneAddressInside_IsRefused() => Assert.That(
        async () => await Target(new Names([[IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1")]])).Read("https://bank.example/", CancellationToken.None),
        Throws.InstanceOf<WebhookTargetException>());

    /// <summary>The name leads outside when it is registered, and to our own loopback when it is called.</summary>
    [Test]
    [CancelAfter(20_000)]
    public async Task Name_ThatTurnsInsideAfterRegistration_IsNotConnectedTo()
    {
        using var inner = new TcpListener(IPAddress.Loopback, 0);
        inner.Start();
        var port = ((IPEndPoint)inner.LocalEndpoint).Port;
        var target = Target(new Names([[IPAddress.Parse("8.8.8.8")], [IPAddress.Loopback]]));
        var url = await target.Read($"https://bank.example:{port}/hook", CancellationToken.None);

        using var post = new WebhookPost(target);
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        var outcome = await post.Send(request, CancellationToken.None);
        Assert.That((outcome.IsDelivered, outcome.Answer), Is.EqualTo((false, "The webhook's target breaks the rule: an address of the public internet.")));
        Assert.That(inner.Pending(), Is.False);
    }

    /// <summary>The addresses that were checked are the ones that are called: the name is asked for once.</summary>
    [Test]
    [CancelAfter(20_000)]
    public async Task Connection_GoesToTheAddressThatWasChecked()
    {
        await using var receiver = await WebhookReceiver.Start();
        var names = new Names([[IPAddress.Loopback]]);
        using var post = new WebhookPost(Target(names, loopback: true));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://bank.example:{receiver.Url.Port}/nothing"));
        Assert.That((await post.Send(request, CancellationToken.None)).Answer, Is.EqualTo("status 404"));
        Assert.That(names.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task Registration_AtTheGateway_RefusesATargetInside_WithTheRule()
    {
        await using var town = await Town.Build(CancellationToken.None);
        await using var gateway = await RunningGateway.Start(town, CancellationToken.None);
        var token = await gateway.Token("operator", town.OperatorSecret);
        foreach (var url in new[] { "https://169.254.169.254/latest/meta-data", "http://127.0.0.1:8080/", "https://[::ffff:10.0.0.1]/", "https://localhost/" })
        {
            var answer = await gateway.Post("api/v1/webhooks", new JsonObject { ["url"] = url }.ToJsonString(), token);
            answer.AssertRefused(422, "webhook_target_refused", "url");
            Assert.That((string?)answer.Body!["values"]!["rule"], Is.Not.Empty);
        }
    }

    private static void AssertRefused(string text) => Assert.That(
        async () => await Target(new SystemNames()).Read(text, CancellationToken.None), Throws.InstanceOf<WebhookTargetException>());

    private static WebhookTarget Target(INameResolver names, bool loopback = false) =>
        new(names, Options.Create(new GatewayOptions { WebhooksToLoopback = loopback }));

    /// <summary>Somebody else's name server: it answers each question as it likes.</summary>
    private sealed class Names(IPAddress[][] answers) : INameResolver
    {
        public int Asked { get; private set; }

        public Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) =>
            Task.FromResult(answers[Math.Min(Asked++, answers.Length - 1)]);
    }
}
