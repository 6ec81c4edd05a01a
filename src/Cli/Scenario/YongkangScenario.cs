using System.Diagnostics;
using System.Globalization;
using FinanceChain.Cli.Progress;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>The Yongkang case: 429 enterprises and 605,000,000.00 yuan lent over the 24 months that end on 30 June 2025.</summary>
internal sealed class YongkangScenario : IScenario
{
    private const string FinishedFile = "yongkang.finished";
    private const string CredentialsFile = "yongkang.credentials.json";

    /// <summary>Log of the banks' credit decisions, with their salts: what <c>credit replay</c> reads.</summary>
    public const string DecisionsFile = "yongkang.decisions.jsonl";

    public string Name => "yongkang";

    public DateTimeOffset GenesisTime => StoryCalendar.Genesis;

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> Play(Stage stage, IProgressSink progress, CancellationToken cancellation)
    {
        string finished = Path.Combine(stage.DataDirectory, FinishedFile);
        if (File.Exists(finished))
        {
            return ["The Yongkang story has been played on this data before."];
        }

        if (stage.Clock is null)
        {
            throw new StoryException("The Yongkang story needs the embedded chain, whose clock it moves. On a chain of your own use --scenario none.");
        }

        StoryCredentials credentials = await StoryCredentials.Open(Path.Combine(stage.DataDirectory, CredentialsFile), cancellation);
        StoryKeys keys = await Keys(stage, credentials, cancellation);
        var plan = YongkangPlan.Write(credentials.Seed);
        await PrivateFile.Write(
            Path.Combine(stage.DataDirectory, DecisionsFile),
            string.Concat(plan.Decisions.Select(item => item.Value.ToLogLine(string.Create(CultureInfo.InvariantCulture, $"claim {item.Key}")) + "\n")),
            cancellation);
        using var player = new StoryPlayer(stage.Clock, stage, credentials, keys, plan, progress);
        var watch = Stopwatch.StartNew();
        await player.Play(cancellation);
        watch.Stop();
        await stage.Clock.ReturnToWallClock(cancellation);
        await stage.Clock.SaveCheckpoint(cancellation);
        await File.WriteAllTextAsync(finished, string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:u}\n"), cancellation);
        return
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{player.Operations:N0} signed operations in {watch.Elapsed.TotalSeconds:N1} s: {player.Operations / watch.Elapsed.TotalSeconds:N0} a second from the API to the indexed row."),
        ];
    }

    private static async Task<StoryKeys> Keys(Stage stage, StoryCredentials credentials, CancellationToken cancellation)
    {
        using var node = new EthereumClient(stage.ChainUrl);
        var ledger = new LedgerReader(node, stage.Ledger);
        return new StoryKeys(
            credentials.Seed,
            await ledger.P256Verifier(BlockTag.Latest, cancellation),
            await ledger.PasskeyVerifier(BlockTag.Latest, cancellation),
            stage.Offices);
    }
}
