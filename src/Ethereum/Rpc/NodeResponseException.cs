namespace FinanceChain.Ethereum;

/// <summary>The node answered, but not what the protocol prescribes for the question: malformed, too large, or about something else. Not repeated.</summary>
public sealed class NodeResponseException : EthereumException
{
    public NodeResponseException(string message)
        : base(message)
    {
    }

    public NodeResponseException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
