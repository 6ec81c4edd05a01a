using System.Text;

namespace FinanceChain.Ethereum;

/// <summary>
/// What an authenticator answers when its user agrees to a challenge (W3C Web Authentication, section 6.3.3), with the places at which a contract
/// finds type and challenge in the client data.
/// </summary>
/// <param name="R">32 bytes.</param>
/// <param name="S">32 bytes, low.</param>
/// <param name="ChallengeIndex">Where <c>"challenge":"</c> begins in <paramref name="ClientDataJson"/>, in bytes.</param>
/// <param name="TypeIndex">Where <c>"type":"webauthn.get"</c> begins in it, in bytes.</param>
/// <param name="AuthenticatorData">Hash of the relying party's id (32 bytes), flags (1), counter (4).</param>
/// <param name="ClientDataJson">As the browser wrote it.</param>
public sealed record WebAuthnAssertion(
    Hash256 R, Hash256 S, int ChallengeIndex, int TypeIndex, ReadOnlyMemory<byte> AuthenticatorData, string ClientDataJson)
{
    private const byte Scheme = 3;

    /// <summary>The signature as a ledger takes it: the scheme, the key x(32) y(32), then the ABI encoding that OpenZeppelin's <c>WebAuthn</c> reads.</summary>
    public byte[] ToTaggedSignature(Hash256 x, Hash256 y) =>
    [
        Scheme,
        .. x.ToArray(),
        .. y.ToArray(),
        .. new AbiWriter()
            .Bytes32(R)
            .Bytes32(S)
            .UInt((ulong)ChallengeIndex)
            .UInt((ulong)TypeIndex)
            .Bytes(AuthenticatorData.Span)
            .Bytes(Encoding.UTF8.GetBytes(ClientDataJson))
            .ToArray(),
    ];
}
