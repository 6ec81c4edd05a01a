namespace FinanceChain.Ethereum;

/// <summary>The node refused a request. For an execution that reverted <see cref="RevertData"/> holds what the contract said.</summary>
public sealed class JsonRpcException : EthereumException
{
    public JsonRpcException(int code, string message, byte[]? revertData = null)
        : base(message)
    {
        Code = code;
        RevertData = revertData;
    }

    /// <summary>The code of JSON-RPC: 3 for a revert on most nodes, -32000 and below for others.</summary>
    public int Code { get; }

    /// <summary>The error's <c>data</c> where it was hex: the ABI-encoded error of the contract. Null when the node gave none.</summary>
    public byte[]? RevertData { get; }
}
