namespace FinanceChain.EmbeddedEngines;

/// <summary>An engine could not be found, started, reached or stopped. The message is one sentence for the person at the terminal.</summary>
public sealed class EngineException : Exception
{
    public EngineException(string message) : base(message)
    {
    }

    public EngineException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
