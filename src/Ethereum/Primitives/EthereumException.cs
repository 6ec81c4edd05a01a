namespace FinanceChain.Ethereum;

/// <summary>Base of every refusal that input from outside can cause in this room. Anything else that is thrown is a bug or a wrong argument.</summary>
public abstract class EthereumException : Exception
{
    protected EthereumException(string message)
        : base(message)
    {
    }

    protected EthereumException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
