using System.Text;
using System.Text.Json;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Clients;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Fuzzing;

/// <summary>A parser of what strangers send.</summary>
/// <param name="Name">Of its folder in the corpus.</param>
/// <param name="Refusals">What it may throw: its own, typed refusals and nothing else.</param>
/// <param name="Parse">Returns what the accepted value encodes to and what it should be; equal, or the parser took two texts for one value.</param>
/// <param name="Weight">Inputs are tried this many times less: for parsers that are slow on purpose.</param>
internal sealed record FuzzTarget(string Name, Type[] Refusals, Func<byte[], (string Encoded, string Expected)?> Parse, int Weight = 1)
{
    private static readonly Hash256 Digest = Keccak256.Hash("a digest"u8);

    public static readonly IReadOnlyList<FuzzTarget> All =
    [
        // No kind at all is NotSupportedException, which the gateway answers as member_missing: see RefusalTests.
        new("operation-json", [typeof(JsonException), typeof(NotSupportedException)], OperationJson),
        new("operation-abi", [typeof(AbiFormatException)], bytes => Same(SignedOperation.Decode(bytes).Encode(), bytes)),
        new("rlp", [typeof(RlpFormatException)], bytes => Same(Rlp.Encode(Rlp.Decode(bytes)), bytes)),
        new("tagged-signature", [typeof(SignatureException)], TaggedSignatures),
        new("webauthn", [typeof(AbiFormatException)], bytes => Same(WebAuthnAssertion.Decode(bytes).Encode(), bytes)),
        new("webauthn-browser", [typeof(SignatureException)], Browser),
        new("keystore", [typeof(KeystoreException)], Keystore, Weight: 10),
        new("client-key", [typeof(JsonException)], ClientKey),
        new("idempotency-key", [], IdempotencyKey),
        new("revert-data", [], bytes => LedgerErrors.Decode(bytes) is { } ? null : throw new InvalidOperationException("Nothing was decoded.")),
    ];

    public override string ToString() => Name;

    private static (string, string)? Same(byte[] encoded, byte[] given) => (Convert.ToHexString(encoded), Convert.ToHexString(given));

    private static (string, string)? OperationJson(byte[] bytes)
    {
        if (JsonSerializer.Deserialize<SignedOperation>(bytes, LedgerJson.Options) is not { } operation)
        {
            return null;
        }

        byte[] calldata;
        try
        {
            calldata = operation.Encode();
        }
        catch (ArgumentException)
        {
            return null;
        }

        var again = JsonSerializer.Deserialize<SignedOperation>(JsonSerializer.Serialize(operation, LedgerJson.Options), LedgerJson.Options)!;
        Assert.That(again.Encode(), Is.EqualTo(calldata), "written and read again");
        return Same(SignedOperation.Decode(calldata).Encode(), calldata);
    }

    private static (string, string)? TaggedSignatures(byte[] bytes)
    {
        var signer = TaggedSignature.SignerOf(bytes, Digest, Address.Zero, Address.Zero);
        return (signer.Length is 20 or 84 ? "a signer" : $"{signer.Length} bytes", "a signer");
    }

    // The three parts of an answer, one after the other, each behind its length.
    private static (string, string)? Browser(byte[] bytes)
    {
        if (bytes.Length < 2 || bytes.Length < 2 + bytes[0] + bytes[1])
        {
            return null;
        }

        var assertion = WebAuthnAssertion.FromBrowser(
            bytes.AsMemory(2, bytes[0]), bytes.AsMemory(2 + bytes[0], bytes[1]), bytes.AsMemory(2 + bytes[0] + bytes[1]));
        var encoded = assertion.Encode();
        return Same(WebAuthnAssertion.Decode(encoded).Encode(), encoded);
    }

    private static (string, string)? Keystore(byte[] bytes)
    {
        // A keystore is text; what is no UTF-8 does not get this far.
        var text = Encoding.UTF8.GetString(bytes);
        var address = KeystoreV3.Decrypt(text, "fuzz").Address.ToString();

        return (address, MayHoldAnother(text) ? address : "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
    }

    // The format's MAC does not cover the counter: where that was changed, only the plain address says whose key it has to be.
    private static bool MayHoldAnother(string keystore)
    {
        using var json = JsonDocument.Parse(keystore);
        var root = json.RootElement;
        var crypto = root.TryGetProperty("Crypto", out var capital) ? capital : root.GetProperty("crypto");
        return !root.TryGetProperty("address", out _)
            && crypto.GetProperty("cipherparams").GetProperty("iv").GetString() != "8d82ea9c8d81ef1323dee435078900aa";
    }

    private static (string, string)? ClientKey(byte[] bytes)
    {
        var jwk = JsonSerializer.Deserialize<PublicJwk>(bytes, LedgerJson.Options);
        return jwk?.Read("key", out _) is { } key
            ? ($"{System.Buffers.Text.Base64Url.EncodeToString(key.X)} {System.Buffers.Text.Base64Url.EncodeToString(key.Y)}", $"{jwk.X} {jwk.Y}")
            : null;
    }

    private static (string, string)? IdempotencyKey(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return RequestChecks.IdempotencyKey(text) is null
            ? (text.Length is >= 1 and <= 128 ? string.Concat(text.Where(c => c is > ' ' and <= '~')) : "a wrong length", text)
            : null;
    }
}
