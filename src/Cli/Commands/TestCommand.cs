using System.CommandLine;
using FinanceChain.Cli.Testing;

namespace FinanceChain.Cli.Commands;

internal static class TestCommand
{
    public static Command Create()
    {
        var filter = new Argument<string?>("FILTER")
        {
            Description = "Part of the names of the tests to run; all when absent.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("test", "Run every test: Solidity, .NET, and that generated code fits the contract.") { filter };
        command.SetAction((parsed, cancellation) => TestRun.Run(TestSteps.All, parsed.GetValue(filter), Console.Out, cancellation));
        return command;
    }
}
