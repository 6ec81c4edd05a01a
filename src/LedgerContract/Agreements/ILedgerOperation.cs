using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>A struct that parties sign under EIP-712.</summary>
public interface ILedgerStruct
{
    /// <summary>EIP-712 name of the struct.</summary>
    string PrimaryType { get; }

    /// <summary>EIP-712 encodeType: the struct, then those that it refers to.</summary>
    string TypeString { get; }

    /// <summary>EIP-712 hashStruct.</summary>
    Hash256 StructHash();

    /// <summary>Writes the <c>message</c> of <c>eth_signTypedData_v4</c>.</summary>
    void WriteMessage(Utf8JsonWriter writer);
}

/// <summary>What an operation of the ledger says, before anybody signed it.</summary>
public interface ILedgerOperation : ILedgerStruct
{
    OperationKind OperationKind { get; }

    /// <summary>Unix seconds; the ledger refuses the operation in a block after it.</summary>
    ulong Deadline { get; }

    /// <summary>The signatures that make it complete, in the order of the contract's parameters.</summary>
    ValueList<SignatureRequirement> RequiredSignatures();

    /// <param name="signatures">Tagged signatures, in the order of <see cref="RequiredSignatures"/>; an optional one may be missing or empty.</param>
    /// <exception cref="ArgumentException">Their number is wrong.</exception>
    SignedOperation WithSignatures(IReadOnlyList<ByteString> signatures);
}
