using System.Diagnostics;
using System.Globalization;
using FinanceChain.EmbeddedEngines;
using Npgsql;

namespace FinanceChain.IndexerBenchmark;

/// <summary>The general indexers, installed from npm into <c>peers/WORKLOAD/NAME</c>.</summary>
/// <param name="workload">The folder's name.</param>
/// <param name="abi">The contract's ABI as JSON, for those that read it from a file.</param>
internal sealed class Peers(string workload, Func<string> abi)
{
    public async Task<ProcessStartInfo> Ponder(Field field, Turn turn)
    {
        var folder = await Install("ponder");
        var file = await WriteAbi(folder);
        return new ProcessStartInfo(Path.Combine(folder, "node_modules", ".bin", "ponder"), ["start", "--schema", "peer", "--port", "0", "--log-level", "warn"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["DATABASE_URL"] = Url(turn.Postgres),
                ["BENCH_CHAIN_ID"] = field.ChainId.ToString(CultureInfo.InvariantCulture),
                ["BENCH_ABI"] = file,
                ["PONDER_TELEMETRY_DISABLED"] = "1",
            },
        };
    }

    public async Task<ProcessStartInfo> Envio(Field field, Turn turn)
    {
        var folder = await Install("envio");
        await WriteAbi(folder);
        var config = (await File.ReadAllTextAsync(Path.Combine(folder, "config.template.yaml")))
            .Replace("${CHAIN_ID}", field.ChainId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("${FIRST}", field.First.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("${CHAIN}", field.Chain.ToString(), StringComparison.Ordinal)
            .Replace("${CONTRACT}", field.Contract.ToString(), StringComparison.Ordinal);
        var file = Path.Combine(folder, "config.yaml");
        if (!File.Exists(file) || await File.ReadAllTextAsync(file) != config)
        {
            // It generates and compiles code for its configuration, once for a ledger.
            await File.WriteAllTextAsync(file, config);
            await Call(EnvioCommand(folder, turn.Postgres, "codegen"));
        }

        await Call(EnvioCommand(folder, turn.Postgres, "local", "db-migrate", "setup"));
        return EnvioCommand(folder, turn.Postgres, "start");
    }

    private async Task<string> Install(string peer)
    {
        var folder = Path.Combine(Checkout.Root, "benchmarks", "indexer", "peers", workload, peer);
        if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            Console.WriteLine($"Installing {peer} (about a minute) ...");
            await Call(new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund"]) { WorkingDirectory = folder });
        }

        return folder;
    }

    private async Task<string> WriteAbi(string folder)
    {
        var file = Path.Combine(folder, "contract.abi.json");
        await File.WriteAllTextAsync(file, abi());
        return file;
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

    private static async Task Call(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {await output}{errors}");
        }
    }
}
