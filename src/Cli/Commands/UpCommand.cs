using System.CommandLine;
using System.Globalization;
using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Progress;

namespace FinanceChain.Cli.Commands;

internal static class UpCommand
{
    public static Command Create()
    {
        Option<string?> data = SharedOptions.Data();
        var scenario = new Option<string>("--scenario")
        {
            Description = "The story to play.",
            DefaultValueFactory = _ => Scenarios.Default,
        };
        scenario.AcceptOnlyFromAmong([.. Scenarios.Names]);
        var port = new Option<int>("--port") { Description = "Port of portal and API on 127.0.0.1.", DefaultValueFactory = _ => 8080 };
        port.Validators.Add(result =>
        {
            // Asking for the value of what is no number would throw; the parser reports that itself.
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number) && number is < 1 or > 65_535)
            {
                result.AddError("--port is a number from 1 to 65535.");
            }
        });
        var detach = new Option<bool>("--detach") { Description = "Leave everything running and return." };
        var command = new Command("up", "Start chain, database, gateway and indexer, and play a scenario. Goes on with the data that is there.")
        {
            scenario, data, port, detach,
        };
        command.SetAction((parsed, cancellation) => new UpRun(
            new UpRequest(
                new DataFolder(parsed.GetValue(data)),
                Scenarios.Find(parsed.GetRequiredValue(scenario)),
                parsed.GetValue(port),
                parsed.GetValue(detach)),
            Display.ForConsole()).Run(cancellation));
        return command;
    }
}
