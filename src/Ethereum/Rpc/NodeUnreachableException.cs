namespace FinanceChain.Ethereum;

/// <summary>
/// No answer came: no connection, a broken one, a timeout, or a gateway that says it is overloaded. The request may or may not have been
/// carried out.
/// </summary>
public sealed class NodeUnreachableException : EthereumException
{
    public NodeUnreachableException(string message)
        : base(message)
    {
    }

    public NodeUnreachableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
