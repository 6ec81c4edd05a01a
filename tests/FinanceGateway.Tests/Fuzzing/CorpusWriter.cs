using System.Numerics;
using System.Text.Json;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Fuzzing;

/// <summary>Writes the corpus anew, where the ledger's operations changed: run by its name with <c>FINANCECHAIN_FUZZ_CORPUS</c> naming the folder.</summary>
[TestFixture, Explicit("Writes files into the repository.")]
internal sealed class CorpusWriter
{
    private static readonly Hash256 Digest = Keccak256.Hash("a digest"u8);
    private static readonly Uri Site = new("https://gateway.financechain.example/");

    [Test]
    public void Write()
    {
        var folder = Environment.GetEnvironmentVariable("FINANCECHAIN_FUZZ_CORPUS");
        Assert.That(folder, Is.Not.Null.And.Not.Empty);
        var (account, p256, passkey) = (Key(), P256Key.Create(Address.Zero), PasskeySigner.Create(Address.Zero, Site));
        var ledger = new LedgerDomain(31337, Address.Zero);
        var issue = ledger.SignAll(new AddSigner(new PartyId(3), new ByteString(p256.SignerBytes.Span), Rights.Trade, 1_900_000_000), account, p256);
        var loan = ledger.SignAll(
            new OpenLoan(
                new LoanApplication(
                    new ReceivableId(7), 1, [new PartyId(9)], new Fen(1), new Fen(500_000), new Bps(600), new DateOnly(2027, 3, 1), true, 1_900_000_000),
                new PartyId(9), new Fen(400_000), new Bps(450), default, default, 1_900_000_000),
            account, passkey);
        foreach (var (name, operation) in new (string, SignedOperation)[] { ("add-signer", issue), ("open-loan", loan) })
        {
            Save(folder!, "operation-json", $"{name}.json", JsonSerializer.SerializeToUtf8Bytes(operation, LedgerJson.Options));
            SaveHex(folder!, "operation-abi", name, operation.Encode());
        }

        var transaction = new Eip1559Transaction(31337, 4, 0, 0, 21_000, Address.Zero, BigInteger.One, [1, 2, 3]).Sign(account);
        SaveHex(folder!, "rlp", "transaction", transaction.Raw[1..]);
        SaveHex(folder!, "rlp", "nested", Rlp.Encode(RlpItem.Of(RlpItem.Of(7UL), RlpItem.Of(RlpItem.Of(new byte[60])), RlpItem.Of(BigInteger.Pow(2, 200)))));
        SaveHex(folder!, "tagged-signature", "secp256k1", account.Sign(Digest));
        SaveHex(folder!, "tagged-signature", "p256", p256.Sign(Digest));
        SaveHex(folder!, "tagged-signature", "passkey", passkey.Sign(Digest));
        var assertion = passkey.Assert(Digest);
        SaveHex(folder!, "webauthn", "assertion", assertion.Encode());
        SaveHex(folder!, "webauthn-browser", "answer", Browser(assertion));
        Save(folder!, "keystore", "light.json", System.Text.Encoding.UTF8.GetBytes(KeystoreV3.Encrypt(account, "fuzz", new KeystoreParameters(2, 1, 1))));
        using var client = new ClientKeyPair();
        Save(folder!, "client-key", "public.json", System.Text.Encoding.UTF8.GetBytes(client.Jwk.ToJsonString()));
        Save(folder!, "idempotency-key", "uuid.txt", "0197b0c0-0000-7000-8000-000000000000"u8.ToArray());
        Save(folder!, "idempotency-key", "longest.txt", [.. Enumerable.Repeat((byte)'~', 128)]);
        SaveHex(folder!, "revert-data", "error", [0x08, 0xc3, 0x79, 0xa0, .. new byte[31], 0x20, .. new byte[31], 2, (byte)'n', (byte)'o', .. new byte[30]]);
        SaveHex(folder!, "revert-data", "panic", [0x4e, 0x48, 0x7b, 0x71, .. new byte[31], 0x11]);
    }

    // A key that the world knows.
    private static Secp256k1Key Key() =>
        Secp256k1Key.FromPrivateKey(Convert.FromHexString("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"));

    private static byte[] Browser(WebAuthnAssertion assertion)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(assertion.R.ToArray(), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(assertion.S.ToArray(), isUnsigned: true, isBigEndian: true));
        }

        var (data, client) = (assertion.AuthenticatorData, assertion.ClientDataJson);
        return [checked((byte)data.Length), checked((byte)client.Length), .. data.Span, .. client.Span, .. writer.Encode()];
    }

    private static void SaveHex(string folder, string target, string name, byte[] bytes) =>
        Save(folder, target, $"{name}.hex", System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes) + "\n"));

    private static void Save(string folder, string target, string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.Combine(folder, target));
        File.WriteAllBytes(Path.Combine(folder, target, name), bytes);
    }
}
