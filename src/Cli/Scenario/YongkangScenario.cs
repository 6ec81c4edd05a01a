using System.Diagnostics;
using System.Globalization;
using FinanceChain.Cli.Progress;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>The Yongkang case: 429 enterprises and 605,000,000.00 yuan lent over the 24 months that end on 30 June 2025.</summary>
internal sealed class YongkangScenario : IScenario
{
    private const string FinishedFile = "yongkang.finished";
    private const string CredentialsFile = "yongkang.credentials.json";

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

        using var node = new EthereumClient(stage.ChainUrl);
        Address verifier = await new LedgerReader(node, stage.Ledger).P256Verifier(BlockTag.Latest, cancellation);
        StoryCredentials credentials = await StoryCredentials.Open(Path.Combine(stage.DataDirectory, CredentialsFile), cancellation);
        YongkangPlan plan = YongkangPlan.Write();
        int done = 0;
        void Played(int operations) => progress.Report("Signed operations", Interlocked.Add(ref done, operations), plan.Operations);
        progress.Report("Signed operations", 0, plan.Operations);

        var domain = new LedgerDomain(stage.ChainId, stage.Ledger);
        var watch = Stopwatch.StartNew();
        using (var player = new StoryPlayer(
            stage.Clock, stage.Gateway, domain, verifier, new ClientCredentials(stage.OperatorClientId, stage.OperatorClientSecret), credentials, plan, Played))
        {
            await player.Play(cancellation);
        }

        watch.Stop();
        await stage.Clock.ReturnToWallClock(cancellation);
        await stage.Clock.SaveCheckpoint(cancellation);
        await File.WriteAllTextAsync(finished, string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:u}\n"), cancellation);
        return
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Operations:N0} signed operations in {watch.Elapsed.TotalSeconds:N1} s: {plan.Operations / watch.Elapsed.TotalSeconds:N0} a second from the API to the indexed row."),
        ];
    }
}
