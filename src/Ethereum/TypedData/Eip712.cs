using System.Text;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>EIP-712: what is signed of a structure, so that a wallet can show it and no other chain or contract can use it.</summary>
public static class Eip712
{
    /// <summary>keccak256(0x19 0x01 ‖ domain separator ‖ hash of the structure).</summary>
    public static Hash256 Digest(Hash256 domainSeparator, Hash256 structHash)
    {
        Span<byte> message = stackalloc byte[2 + (2 * Hash256.Length)];
        message[0] = 0x19;
        message[1] = 0x01;
        domainSeparator.CopyTo(message[2..]);
        structHash.CopyTo(message[(2 + Hash256.Length)..]);
        return Keccak256.Hash(message);
    }

    /// <param name="typedData">The document of <c>eth_signTypedData_v4</c>: types, primaryType, domain, message.</param>
    /// <exception cref="TypedDataException">Malformed; a type is unknown; a value is missing, undeclared or does not fit its type.</exception>
    public static Hash256 Digest(JsonElement typedData) => TypedDataDocument.Digest(typedData);

    /// <param name="encodeType">For example <c>Mail(Person from,Person to,string contents)Person(string name,address wallet)</c>.</param>
    public static Hash256 TypeHash(string encodeType) => HashText(encodeType);

    /// <summary>How a <c>string</c> enters a structure: by the hash of its UTF-8.</summary>
    internal static Hash256 HashText(string text) => Keccak256.Hash(Encoding.UTF8.GetBytes(text));
}
