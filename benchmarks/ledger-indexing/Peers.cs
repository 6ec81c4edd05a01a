using System.Diagnostics;
using FinanceChain.EmbeddedEngines;
using Npgsql;

namespace FinanceChain.IndexingBenchmark;

/// <summary>The general indexers, installed from npm into their own folders.</summary>
internal static class Peers
{
    private static string Folder => Path.Combine(Checkout.Root, "benchmarks", "ledger-indexing", "peers");

    /// <summary>Installs what is not there yet.</summary>
    public static async Task Install(string peer, CancellationToken cancellation)
    {
        var folder = Path.Combine(Folder, peer);
        if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            Console.WriteLine($"Installing {peer} (about a minute) ...");
            await Call(new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund"]) { WorkingDirectory = folder }, cancellation);
        }
    }

    public static async Task<ProcessStartInfo> Ponder(Field field, string database)
    {
        var folder = Path.Combine(Folder, "ponder");
        await Install("ponder", CancellationToken.None);
        var abi = Path.Combine(folder, "ledger.abi.json");
        await File.WriteAllTextAsync(abi, BusyLedger.Abi());
        return new ProcessStartInfo(Path.Combine(folder, "node_modules", ".bin", "ponder"), ["start", "--schema", "peer", "--port", "0", "--log-level", "warn"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["DATABASE_URL"] = Url(database),
                ["CHAIN_URL"] = field.Chain.ToString(),
                ["CHAIN_ID"] = Field.Number((long)field.ChainId),
                ["LEDGER_ADDRESS"] = field.Ledger.Address.ToString(),
                ["LEDGER_ABI"] = abi,
                ["START_BLOCK"] = Field.Number(field.Ledger.DeployBlock),
                ["PONDER_TELEMETRY_DISABLED"] = "1",
            },
        };
    }

    public static async Task<ProcessStartInfo> Envio(Field field, string database)
    {
        var folder = Path.Combine(Folder, "envio");
        await Install("envio", CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(folder, "ledger.abi.json"), BusyLedger.Abi());
        var config = (await File.ReadAllTextAsync(Path.Combine(folder, "config.template.yaml")))
            .Replace("${CHAIN_ID}", Field.Number((long)field.ChainId), StringComparison.Ordinal)
            .Replace("${START_BLOCK}", Field.Number(field.Ledger.DeployBlock), StringComparison.Ordinal)
            .Replace("${CHAIN_URL}", field.Chain.ToString(), StringComparison.Ordinal)
            .Replace("${LEDGER_ADDRESS}", field.Ledger.Address.ToString(), StringComparison.Ordinal);
        var file = Path.Combine(folder, "config.yaml");
        if (!File.Exists(file) || await File.ReadAllTextAsync(file) != config)
        {
            // It generates and compiles code for its configuration, once for a ledger.
            await File.WriteAllTextAsync(file, config);
            await Call(EnvioCommand(folder, database, "codegen"), CancellationToken.None);
        }

        await Call(EnvioCommand(folder, database, "local", "db-migrate", "setup"), CancellationToken.None);
        return EnvioCommand(folder, database, "start");
    }

    private static ProcessStartInfo EnvioCommand(string folder, string database, params string[] arguments)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        return new ProcessStartInfo(Path.Combine(folder, "node_modules", ".bin", "envio"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["ENVIO_PG_HOST"] = settings.Host,
                ["ENVIO_PG_PORT"] = $"{settings.Port}",
                ["ENVIO_PG_USER"] = settings.Username,
                ["ENVIO_PG_PASSWORD"] = settings.Password,
                ["ENVIO_POSTGRES_PASSWORD"] = settings.Password,
                ["ENVIO_PG_DATABASE"] = settings.Database,
                ["ENVIO_PG_PUBLIC_SCHEMA"] = "public",
                ["ENVIO_HASURA"] = "false",
                ["ENVIO_TUI"] = "false",
                ["TUI_OFF"] = "true",
                // Its generated code is compiled by a package whose installation runs a script, and finds its parts only in a flat folder.
                ["pnpm_config_dangerously_allow_all_builds"] = "true",
                ["pnpm_config_node_linker"] = "hoisted",
                ["LOG_LEVEL"] = "warn",
            },
        };
    }

    private static string Url(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        return $"postgresql://{settings.Username}:{settings.Password}@{settings.Host}:{settings.Port}/{settings.Database}";
    }

    private static async Task Call(ProcessStartInfo start, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {await output}{errors}");
        }
    }
}
