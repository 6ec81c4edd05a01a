namespace FinanceChain.Cli.Platform;

/// <summary>What <c>up</c> was asked for.</summary>
/// <param name="Port">Of the gateway, on 127.0.0.1.</param>
/// <param name="Detach">Leave everything running and end.</param>
internal sealed record UpRequest(DataFolder Data, IScenario? Scenario, int Port, bool Detach);
