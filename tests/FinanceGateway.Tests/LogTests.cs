using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>The log of a whole run of the gateway's own process, at the finest level: structured, with request ids, and without a single secret.</summary>
[TestFixture]
internal sealed class LogTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Log_OfAWholeRun_HoldsNoSecret_AndNamesItsRequests()
    {
        var stop = TestContext.CurrentContext.CancellationToken;
        await using var town = await Town.Build(stop);
        await using var receiver = await WebhookReceiver.Start();
        using var key = new ClientKeyPair();
        var secrets = new Dictionary<string, string>
        {
            ["operator's client secret"] = town.OperatorSecret,
            ["sender key"] = Convert.ToHexStringLower(town.Sender.ExportPrivateKey()),
            ["registrar key"] = Convert.ToHexStringLower(town.Registrar.ExportPrivateKey()),
            ["keystore password"] = "a password of the tests",
        };
        string requestId;
        using var process = Start(town, out var log);
        try
        {
            using var http = new HttpClient { BaseAddress = await log.Address(stop), Timeout = TimeSpan.FromSeconds(60) };
            requestId = await Use(http, town, receiver, key, secrets, stop);

            // It ends by itself: a kill may cut its last line short.
            using var terminate = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync(stop);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        foreach (var file in Directory.GetFiles(town.KeysDirectory, "*-key*"))
        {
            secrets[Path.GetFileName(file)] = (await File.ReadAllTextAsync(file, stop)).Replace("\n", "", StringComparison.Ordinal)[30..60];
        }

        var text = log.Text;
        Assert.Multiple(() =>
        {
            Assert.That(text.Length, Is.GreaterThan(20_000), "the finest level says much");
            Assert.That(secrets, Has.Count.GreaterThan(9));
            foreach (var (name, secret) in secrets)
            {
                Assert.That(text.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"the log holds the {name}");
            }

            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(lines, Is.All.StartsWith("{").And.All.EndsWith("}"));
            Assert.That(lines.Where(line => line.Contains("ExceptionMapping", StringComparison.Ordinal)), Has.All.Contain("\"RequestId\":\""));
            Assert.That(lines.Count(line => line.Contains($"\"RequestId\":\"{requestId}\"", StringComparison.Ordinal)), Is.GreaterThan(0));
        });
    }

    /// <summary>Everything that has to do with a secret, rightly and wrongly.</summary>
    private static async Task<string> Use(
        HttpClient http, Town town, WebhookReceiver receiver, ClientKeyPair key, Dictionary<string, string> secrets, CancellationToken stop)
    {
        var desk = secrets["operator's access token"] = await Token(http, new()
        {
            ["client_id"] = "operator", ["client_secret"] = town.OperatorSecret,
        }, stop);
        await Token(http, new() { ["client_id"] = "operator", ["client_secret"] = secrets["wrong secret"] = "wrong-0123456789abcdef" }, stop);

        var withKey = await Post(http, "api/v1/clients", Client(key.Jwk), desk, stop);
        var clientId = (string)withKey["clientId"]!;
        foreach (var name in new[] { "assertion", "assertion used again" })
        {
            var assertion = secrets.TryGetValue("assertion", out var used) ? used : key.Assertion(clientId);
            secrets[name] = assertion;
            var token = await Token(http, new()
            {
                ["client_id"] = clientId, ["client_assertion"] = assertion,
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            }, stop);
            secrets[$"access token by {name}"] = token.Length == 0 ? "no token at all" : token;
        }

        var plain = await Post(http, "api/v1/clients", Client(null), desk, stop);
        secrets["client secret"] = (string)plain["clientSecret"]!;
        var trader = secrets["trader's access token"] = await Token(http, new()
        {
            ["client_id"] = (string)plain["clientId"]!, ["client_secret"] = secrets["client secret"],
        }, stop);
        var hook = await Post(http, "api/v1/webhooks", new JsonObject { ["url"] = receiver.Url.ToString() }, trader, stop);
        secrets["webhook secret"] = (string)hook["secret"]!;
        var rotated = await Post(http, $"api/v1/webhooks/{hook["webhookId"]}/secrets", [], trader, stop);
        secrets["webhook secret after its change"] = (string)rotated["secret"]!;

        var newcomer = Secp256k1Key.Create();
        var terms = new AddSigner(PartyId.Operator, new ByteString(newcomer.SignerBytes.Span), Rights.Manage, await town.Deadline(stop));
        await Post(http, "api/v1/parties/1/signers", Http.Envelope(town, town.Ledger.SignAll(terms, town.Manager, newcomer)), trader, stop);
        await receiver.Wait(1, stop);

        // The chain away: the one kind of failure that is logged with its cause.
        var id = "log-test-0123456789";
        await town.Chain.DisposeAsync();
        using var request = Request("api/v1/parties/1/signers", Http.Envelope(town, town.Ledger.SignAll(terms, town.Manager, newcomer)), trader);
        request.Headers.Add("X-Request-Id", id);
        using var failed = await http.SendAsync(request, stop);
        Assert.That((int)failed.StatusCode, Is.EqualTo(503));
        return id;
    }

    private static JsonObject Client(JsonObject? jwk) => new()
    {
        ["name"] = "ERP", ["party"] = 1, ["scopes"] = new JsonArray("operations:submit", "operations:read", "webhooks:manage"), ["key"] = jwk,
    };

    private static async Task<string> Token(HttpClient http, Dictionary<string, string> form, CancellationToken stop)
    {
        form["grant_type"] = "client_credentials";
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri("oauth/token", UriKind.Relative), content, stop);
        return (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(stop))!["access_token"] ?? "";
    }

    private static async Task<JsonNode> Post(HttpClient http, string path, JsonObject body, string token, CancellationToken stop)
    {
        using var request = Request(path, body, token);
        using var response = await http.SendAsync(request, stop);
        var text = await response.Content.ReadAsStringAsync(stop);
        Assert.That(response.IsSuccessStatusCode, Is.True, text);
        return JsonNode.Parse(text)!;
    }

    private static HttpRequestMessage Request(string path, JsonObject body, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Idempotency-Key", Trade.Key());
        return request;
    }

    private static Process Start(Town town, out ProcessLog log)
    {
        string[] levels = ["Default", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Authentication", "OpenIddict.Server", "OpenIddict.Validation"];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in town.GatewayArguments(
            [
                "--FinanceGateway:WebhooksToLoopback=true", .. levels.Select(level => $"--Logging:LogLevel:{level}=Trace"),
                "--Logging:LogLevel:Microsoft.AspNetCore.Server=Information",
            ]))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        log = new ProcessLog(process);
        return process;
    }

    /// <summary>All that a process says, as it says it.</summary>
    private sealed class ProcessLog
    {
        private const string Listening = "Now listening on: ";

        private readonly StringBuilder _text = new();

        public ProcessLog(Process process)
        {
            process.OutputDataReceived += (_, line) => Add(line.Data);
            process.ErrorDataReceived += (_, line) => Add(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public async Task<Uri> Address(CancellationToken stop)
        {
            while (true)
            {
                if (Text is var text && text.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
                {
                    return new Uri(text[(at + Listening.Length)..].Split('"')[0]);
                }

                await Task.Delay(50, stop);
            }
        }

        private void Add(string? line)
        {
            lock (_text)
            {
                _text.Append(line).Append('\n');
            }
        }
    }
}
