using System.CommandLine;

namespace FinanceChain.Cli.Commands.Credit;

/// <summary>The credit models: train, validate, score, replay, monitor.</summary>
internal static class CreditCommand
{
    public static Command Create() => new("credit", "Train, validate, use and watch credit models.")
    {
        TrainCommand.Create(), ValidateCommand.Create(), ScoreCommand.Create(), ReplayCommand.Create(), MonitorCommand.Create(),
    };
}
