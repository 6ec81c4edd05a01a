using System.Runtime.InteropServices;
using System.Text.Json;

namespace FinanceChain.EmbeddedEngines;

/// <summary>The native programs that npm has put into <c>node_modules</c> (versions: package.json). Linux on x86-64 only.</summary>
public static class NativePackages
{
    private static string Modules => Path.Combine(Checkout.Root, "node_modules");

    /// <summary>The anvil binary, an EVM chain of one node.</summary>
    public static string Anvil => Path.Combine(Modules, "@foundry-rs", "anvil-linux-amd64", "bin", "anvil");

    /// <summary>The folder that holds <c>bin</c>, <c>lib</c> and <c>share</c> of PostgreSQL.</summary>
    public static string PostgresHome => Path.Combine(Modules, "@embedded-postgres", "linux-x64", "native");

    /// <summary>One sentence that says what is missing and what to do, or null when both engines can be started.</summary>
    public static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return "The embedded engines run on Linux on x86-64 only: name your own chain and database with "
                + "FINANCECHAIN_CHAIN_URL and FINANCECHAIN_POSTGRES.";
        }

        string? absent = new[] { Anvil, Path.Combine(PostgresHome, "bin", "postgres") }.FirstOrDefault(file => !File.Exists(file));
        return absent is null ? null : $"{absent} is missing: run './financechain help', which fetches it, in {Checkout.Root}.";
    }

    internal static void Require()
    {
        if (WhatIsMissing() is { } sentence)
        {
            throw new EngineException(sentence);
        }
    }

    /// <summary>
    /// Makes the symbolic links that PostgreSQL's libraries need. An npm package cannot carry links, so this one lists them in
    /// pg-symlinks.json for an install script, which npm does not run unasked.
    /// </summary>
    internal static void LinkPostgresLibraries(string postgresHome)
    {
        using FileStream list = File.OpenRead(Path.Combine(postgresHome, "pg-symlinks.json"));
        using JsonDocument links = JsonDocument.Parse(list);
        string package = Path.GetDirectoryName(postgresHome)!;
        foreach (JsonElement link in links.RootElement.EnumerateArray())
        {
            string source = Path.Combine(package, link.GetProperty("source").GetString()!);
            string target = Path.Combine(package, link.GetProperty("target").GetString()!);
            if (File.Exists(target))
            {
                continue;
            }

            try
            {
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
            }
            catch (IOException) when (File.Exists(target))
            {
                // Another process made it at the same moment.
            }
        }
    }
}
