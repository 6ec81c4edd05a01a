using System.CommandLine;
using System.Text.Json;
using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Commands;

internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Option<string?> data = SharedOptions.Data();
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("status", "Say what runs. Exit code 0 when everything does, else 1.") { json, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            PlatformStatus status = await PlatformStatus.Of(new DataFolder(parsed.GetValue(data)), cancellation);
            Console.Out.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(status, Web) : Text(status));
            return status.Running ? 0 : 1;
        });
        return command;
    }

    private static string Text(PlatformStatus status)
    {
        IEnumerable<string> parts = status.Parts.Select(part => part switch
        {
            { External: true } => $"  {part.Name,-9} someone else's",
            { Running: true } => $"  {part.Name,-9} running   process {part.Process,-8} port {part.Port,-6} since {part.Since:u}",
            _ => $"  {part.Name,-9} stopped",
        });
        string ledger = status.Ledger is { } known ? $"  ledger    {known.Address} on chain {known.ChainId}, block {known.Block}" : "  ledger    not deployed";
        string gateway = status.Gateway is null ? "" : $"  gateway   {status.Gateway} {(status.Ready ? "is ready" : "is not ready")}";
        return string.Join('\n', [$"{status.Data}", .. parts, ledger, gateway]).TrimEnd();
    }

    /// <param name="Process">Process number, when it runs.</param>
    internal sealed record PartStatus(string Name, bool Running, bool External, int? Process, int? Port, DateTimeOffset? Since);

    /// <param name="Contracts">The address of each contract that makes the ledger, by its name.</param>
    internal sealed record LedgerStatus(string Address, ulong ChainId, ulong? Block, IReadOnlyDictionary<string, string> Contracts);

    /// <param name="Running">Every part runs or is someone else's.</param>
    /// <param name="Ready">The gateway says that it can serve.</param>
    internal sealed record PlatformStatus(
        string Data, bool Running, bool Ready, Uri? Gateway, LedgerStatus? Ledger, IReadOnlyList<PartStatus> Parts)
    {
        public static async Task<PlatformStatus> Of(DataFolder data, CancellationToken cancellation)
        {
            IReadOnlyList<Part> running = LocalPlatform.Running(data);
            PartStatus[] parts = [.. LocalPlatform.Names.Select(name => Describe(name, running.FirstOrDefault(part => part.Name == name)))];
            int? port = parts.Single(part => part.Name == LocalPlatform.Gateway).Port;
            Uri? gateway = port is null ? null : new Uri($"http://127.0.0.1:{port}");
            bool ready = gateway is not null && await Service.Answers(new Uri(gateway, "health/ready"), cancellation);
            LedgerDeployment? ledger = LedgerDeployment.Read(data.Ledger);
            return new PlatformStatus(
                data.Root,
                parts.All(part => part.Running || part.External),
                ready,
                gateway,
                ledger is null ? null : Describe(ledger),
                parts);
        }

        private static LedgerStatus Describe(LedgerDeployment ledger) => new(
            ledger.Address.ToString(),
            ledger.ChainId,
            ledger.Block,
            ledger.Contracts.ToDictionary(contract => contract.Name, contract => contract.Address.ToString()));

        private static PartStatus Describe(string name, Part? part)
        {
            bool external = part is null
                && ((name == LocalPlatform.Chain && Engines.ForeignChain is not null)
                    || (name == LocalPlatform.Database && Engines.ForeignPostgres is not null));
            return part is { Run: RunFile run }
                ? new PartStatus(name, true, false, run.Process.Pid, run.Port, run.StartedAt)
                : new PartStatus(name, false, external, null, null, null);
        }
    }
}
