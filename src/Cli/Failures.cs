using FinanceChain.Cli.Scenario;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using Npgsql;

namespace FinanceChain.Cli;

/// <summary>Which failures are the world's and get one sentence; any other is a bug and shows its stack.</summary>
internal static class Failures
{
    public static bool IsExpected(Exception fault) =>
        fault is CommandException or StoryException or EngineException or EthereumException or GatewayProblemException or NpgsqlException
            or HttpRequestException or IOException or UnauthorizedAccessException;
}
