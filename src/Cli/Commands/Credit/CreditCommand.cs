using System.CommandLine;

namespace FinanceChain.Cli.Commands.Credit;

/// <summary>The credit models: train, validate, score, replay, monitor, and the making of data.</summary>
internal static class CreditCommand
{
    public static Command Create() => new("credit", "Train, validate, use and watch credit models.")
    {
        TrainCommand.Create(), ValidateCommand.Create(), ScoreCommand.Create(), ReplayCommand.Create(), MonitorCommand.Create(), FeaturesCommand.Create(), SyntheticCommand.Create(), BenchmarkCommand.Create(),
    };
}
