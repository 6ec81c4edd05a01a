namespace FinanceChain.Cli;

/// <summary>A command cannot do what it was asked for. The message is one sentence for the person at the terminal.</summary>
public sealed class CommandException : Exception
{
    public CommandException(string message) : base(message)
    {
    }

    public CommandException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
