using System.Text.Json;
using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Scenario;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.Tests;

namespace FinanceChain.EndToEnd.Tests;

/// <summary>The main job: one command tells the Yongkang story, and crashes in the middle change nothing of its end.</summary>
public sealed class YongkangStoryTests
{
    private static readonly YongkangPlan Plan = YongkangPlan.Write(new byte[32]);

    [Test]
    [CancelAfter(900_000)]
    public async Task Up_GatewayAndIndexerKilledInTheMiddle_TellsTheWholeStoryOnce(CancellationToken cancellationToken)
    {
        await using Platform platform = Platform.OnFreshData();

        CommandRun first = platform.Up();
        await platform.WaitForLoans(150, first, cancellationToken);
        platform.Kill("gateway");
        Assert.That(await first.Ended(cancellationToken), Is.Not.Zero, first.Output);
        Assert.That(first.Output, Does.Contain("gateway"));

        CommandRun second = platform.Up();
        await platform.WaitForLoans(500, second, cancellationToken);
        platform.Kill("indexer");
        platform.Kill("gateway");
        Assert.That(await second.Ended(cancellationToken), Is.Not.Zero, second.Output);

        CommandRun third = platform.Up();
        Assert.That(await third.Ended(cancellationToken), Is.Zero, third.Output);
        Assert.That(third.Output, Does.Match(@"\d+ a second from the API to the indexed row"));
        JsonElement summary = await RequireSummary(platform, cancellationToken);
        await RequireWholeStory(summary, platform, cancellationToken);
        await RequireDecisionsOnTheLedger(platform, cancellationToken);

        Assert.That(await Platform.Start("down", "--data", platform.Data).Ended(cancellationToken), Is.Zero);
        byte[] checkpoint = await File.ReadAllBytesAsync(platform.ChainState, cancellationToken);
        CommandRun again = platform.Up();
        Assert.That(await again.Ended(cancellationToken), Is.Zero, again.Output);
        JsonElement after = await RequireSummary(platform, cancellationToken);
        Assert.That(after.GetProperty("cumulativeLendingFen").GetString(), Is.EqualTo(summary.GetProperty("cumulativeLendingFen").GetString()));

        // Further blocks are indexed when the chain is killed in the middle of its writing; it goes back to its checkpoint, and with it the index.
        await platform.MineAndIndex(blocks: 3, cancellationToken);
        platform.Kill("chain/run");
        Assert.That(await Platform.Start("down", "--data", platform.Data).Ended(cancellationToken), Is.Zero);
        await File.WriteAllBytesAsync(platform.ChainState, checkpoint[..(checkpoint.Length / 2)], cancellationToken);
        await File.WriteAllBytesAsync(platform.ChainCheckpoint, checkpoint, cancellationToken);
        CommandRun back = platform.Up();
        Assert.That(await back.Ended(cancellationToken), Is.Zero, back.Output);
        Assert.That(back.Output, Does.Contain("goes on from block").And.Contain("because the chain went back"));
        await RequireWholeStory(await RequireSummary(platform, cancellationToken), platform, cancellationToken);

        await RequireDown(platform, cancellationToken);
    }

    private static async Task RequireWholeStory(JsonElement summary, Platform platform, CancellationToken cancellationToken)
    {
        LedgerDeployment deployed = LedgerDeployment.Read(new DataFolder(platform.Data).Ledger)!;
        await using EmbeddedChain chain = EmbeddedChain.Attach(new DataFolder(platform.Data).Chain)!;
        using var node = new EthereumClient(chain.Endpoint);
        Totals ledger = await new LedgerReader(node, deployed.Address).Totals(BlockTag.Latest, cancellationToken);

        // However often the story was cut off, it ends as it was planned.
        Assert.That(ledger, Is.EqualTo(PlannedTotals.Of(Plan, ledger.InterestFen)));
        Assert.Multiple(() =>
        {
            Assert.That(summary.GetProperty("enterprises").GetInt64(), Is.EqualTo(429));
            Assert.That(summary.GetProperty("banks").GetInt64(), Is.EqualTo(6));
            Assert.That(summary.GetProperty("cumulativeLendingFen").GetString(), Is.EqualTo("60500000000"));
            Assert.That(summary.GetProperty("receivables").GetInt64(), Is.EqualTo(Plan.Claims.Count));
            Assert.That(summary.GetProperty("loans").GetInt64(), Is.EqualTo(Plan.Claims.Count(claim => claim.Loan is not null)));
            Assert.That(summary.GetProperty("ledgerTotalsMatch").GetBoolean(), Is.True);

            // The contract's own word, past the indexer and the database.
            Assert.That(ledger.Enterprises, Is.EqualTo(429));
            Assert.That($"{ledger.LentFen}", Is.EqualTo("60500000000"));
            RequireSame(summary, "repaidFen", ledger.RepaidFen);
            RequireSame(summary, "outstandingFen", ledger.LentFen - ledger.RepaidFen - ledger.WrittenOffFen);
            RequireSame(summary, "redeemedFen", ledger.RedeemedFen);
            RequireSame(summary, "cancelledFen", ledger.CancelledFen);
            RequireSame(summary, "writtenOffFen", ledger.WrittenOffFen);
            RequireSame(summary, "overdueFen", ledger.OverdueFen);
            RequireSame(summary, "recoveredFen", ledger.RecoveredFen);
            RequireSame(summary, "interestFen", ledger.InterestFen);
            RequireSame(summary, "feeFen", ledger.FeeFen);
        });
    }

    /// <summary>Every loan carries the digest of a decision that can be made again, by a model that two signers of its bank made active.</summary>
    private static async Task RequireDecisionsOnTheLedger(Platform platform, CancellationToken cancellationToken)
    {
        CommandRun replay = Platform.Start("credit", "replay", "--ledger", "--data", platform.Data);
        Assert.That(await replay.Ended(cancellationToken), Is.Zero, replay.Output);
        Assert.That(replay.Output, Does.Contain($"{Plan.Decisions.Count} decisions reproduced bit for bit, 0 not"));
        Assert.That(replay.Output, Does.Contain($"{Plan.Decisions.Count} of {Plan.Decisions.Count} loans on the ledger carry a digest of the log"));
    }

    private static void RequireSame(JsonElement summary, string name, FenSum expected) =>
        Assert.That(summary.GetProperty(name).GetString(), Is.EqualTo($"{expected}").And.Not.EqualTo("0"), name);

    private static async Task RequireDown(Platform platform, CancellationToken cancellationToken)
    {
        Assert.That(await Platform.Start("status", "--json", "--data", platform.Data).Ended(cancellationToken), Is.Zero);
        Assert.That(await Platform.Start("down", "--data", platform.Data).Ended(cancellationToken), Is.Zero);
        Assert.That(await Platform.Start("status", "--data", platform.Data).Ended(cancellationToken), Is.Not.Zero);
        Assert.That(await platform.Summary(cancellationToken), Is.Null);
    }

    private static async Task<JsonElement> RequireSummary(Platform platform, CancellationToken cancellationToken) =>
        await platform.Summary(cancellationToken) ?? throw new AssertionException("The gateway does not answer.");
}
