using System.CommandLine;

namespace FinanceChain.Cli.Commands;

internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var about = new Argument<string?>("COMMAND") { Description = "The command to explain.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("help", "Explain the commands.") { about };
        command.SetAction((parsed, cancellation) =>
        {
            string? name = parsed.GetValue(about);
            string[] arguments = name is null ? ["--help"] : [name, "--help"];
            return root.Parse(arguments).InvokeAsync(parsed.InvocationConfiguration, cancellation);
        });
        return command;
    }
}
