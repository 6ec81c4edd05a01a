using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>The EIP-712 domain of one ledger: a signature for one chain or contract is worth nothing on another.</summary>
public sealed class LedgerDomain
{
    private const string Name = "FinanceLedger";
    private const string Version = "1";

    public LedgerDomain(ulong chainId, Address ledger)
    {
        Domain = new Eip712Domain(Name, Version, chainId, ledger);
        Separator = Domain.Separator;
    }

    public Eip712Domain Domain { get; }

    public Hash256 Separator { get; }

    /// <summary>What a secp256k1 signer signs; a P-256 signer signs SHA-256 of it; a passkey takes it as its challenge.</summary>
    public Hash256 Digest(ILedgerStruct terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return Eip712.Digest(Separator, terms.StructHash());
    }

    /// <returns>A tagged signature, as the ledger takes it.</returns>
    public ByteString Sign(ILedgerStruct terms, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return ByteString.Wrap(signer.Sign(Digest(terms)));
    }

    /// <summary>Completes an operation where all signers are at hand.</summary>
    /// <param name="signers">In the order of <see cref="ILedgerOperation.RequiredSignatures"/>, without the optional one where it is not wanted.</param>
    /// <exception cref="ArgumentException">Their number is wrong.</exception>
    public SignedOperation SignAll(ILedgerOperation operation, params IReadOnlyList<ISigner> signers)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(signers);
        var signatures = operation.RequiredSignatures().Zip(signers, (requirement, signer) => Sign(requirement.Terms, signer)).ToList();
        return operation.WithSignatures(signers.Count == signatures.Count ? signatures : [.. signatures, ByteString.Empty]);
    }

    /// <summary>The JSON that a browser wallet takes in <c>eth_signTypedData_v4</c>.</summary>
    public JsonElement TypedData(ILedgerStruct terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            TypedDataTypes.Write(writer, terms.TypeString);
            writer.WriteString("primaryType", terms.PrimaryType);
            writer.WriteStartObject("domain");
            writer.WriteString("name", Name);
            writer.WriteString("version", Version);
            writer.WriteNumber("chainId", Domain.ChainId);
            writer.WriteString("verifyingContract", Domain.VerifyingContract.ToString());
            writer.WriteEndObject();
            writer.WritePropertyName("message");
            terms.WriteMessage(writer);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
