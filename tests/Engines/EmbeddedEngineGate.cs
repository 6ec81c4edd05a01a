using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Tests;

/// <summary>
/// For tests that need a real chain or a real database. A laptop without node_modules skips them and says so; CI must not.
/// Take it into a test project with <c>&lt;Compile Include="../Engines/EmbeddedEngineGate.cs" /&gt;</c>.
/// </summary>
internal static class EmbeddedEngineGate
{
    internal static void Require()
    {
        if (NativePackages.WhatIsMissing() is not { } sentence)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(sentence);
        }

        Assert.Ignore(sentence);
    }
}
