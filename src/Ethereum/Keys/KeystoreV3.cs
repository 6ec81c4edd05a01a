using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FinanceChain.Ethereum;

/// <summary>
/// The Web3 Secret Storage Definition, version 3: a private key under AES-128-CTR with a key derived from a password (scrypt or PBKDF2) and a
/// Keccak-256 MAC. Costs are bounded, so that a crafted file cannot take all memory or hours.
/// </summary>
public static class KeystoreV3
{
    private const int DerivedLength = 32;
    private const int MaxPbkdf2Iterations = 10_000_000;
    private const long MaxScryptMemoryBytes = 512L * 1024 * 1024;
    private const int MaxScryptP = 16;
    private const int MaxSaltBytes = 1024;

    /// <returns>JSON of one object, with the address in plain text as other wallets write it.</returns>
    public static string Encrypt(Secp256k1Key key, string password, KeystoreParameters? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(password);
        var cost = parameters ?? KeystoreParameters.Standard;
        var salt = RandomNumberGenerator.GetBytes(DerivedLength);
        var counter = RandomNumberGenerator.GetBytes(16);
        var derived = Scrypt(password, salt, cost.ScryptN, cost.ScryptR, cost.ScryptP);
        var secret = key.ExportPrivateKey();
        var cipherText = AesCtr(derived.AsSpan(0, 16), counter, secret);
        CryptographicOperations.ZeroMemory(secret);
        var keystore = new JsonObject
        {
            ["version"] = 3,
            ["id"] = Guid.NewGuid().ToString(),
            ["address"] = Convert.ToHexStringLower(key.Address.ToArray()),
            ["crypto"] = new JsonObject
            {
                ["cipher"] = "aes-128-ctr",
                ["ciphertext"] = Convert.ToHexStringLower(cipherText),
                ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(counter) },
                ["kdf"] = "scrypt",
                ["kdfparams"] = new JsonObject
                {
                    ["dklen"] = DerivedLength,
                    ["n"] = cost.ScryptN,
                    ["r"] = cost.ScryptR,
                    ["p"] = cost.ScryptP,
                    ["salt"] = Convert.ToHexStringLower(salt),
                },
                ["mac"] = Convert.ToHexStringLower(Mac(derived, cipherText).ToArray()),
            },
        };
        CryptographicOperations.ZeroMemory(derived);
        return keystore.ToJsonString();
    }

    /// <exception cref="KeystoreException">Wrong password, malformed, an unknown cipher or derivation, or costs above the bounds.</exception>
    public static Secp256k1Key Decrypt(string json, string password)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(password);
        using var document = Parse(json);
        var keystore = document.RootElement;
        if (Member(keystore, "version", JsonValueKind.Number) is var version && (!version.TryGetInt32(out var number) || number != 3))
        {
            throw new KeystoreException("The keystore is not of version 3.");
        }

        var crypto = TryMember(keystore, "Crypto", out var capital) ? capital : Member(keystore, "crypto", JsonValueKind.Object);
        if (Text(crypto, "cipher") != "aes-128-ctr")
        {
            throw new KeystoreException("The keystore's cipher is not aes-128-ctr.");
        }

        var cipherText = Bytes(crypto, "ciphertext", CurveScalar.Length);
        var counter = Bytes(Member(crypto, "cipherparams", JsonValueKind.Object), "iv", 16);
        var derived = Derive(crypto, password);
        if (!CryptographicOperations.FixedTimeEquals(Mac(derived, cipherText).ToArray(), Bytes(crypto, "mac", Hash256.Length)))
        {
            throw new KeystoreException("The password is wrong, or the keystore was altered.");
        }

        return Open(keystore, AesCtr(derived.AsSpan(0, 16), counter, cipherText));
    }

    private static Secp256k1Key Open(JsonElement keystore, byte[] secret)
    {
        Secp256k1Key key;
        try
        {
            key = Secp256k1Key.FromPrivateKey(secret);
        }
        catch (ArgumentException)
        {
            throw new KeystoreException("The keystore holds no private key of secp256k1.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        // The plain address is not under the MAC: without this check someone could pass one account off as another.
        if (TryMember(keystore, "address", out var address)
            && (address.ValueKind != JsonValueKind.String || !IsAddress(Text(keystore, "address"), key.Address)))
        {
            throw new KeystoreException("The keystore's address is not that of its key.");
        }

        return key;
    }

    private static bool IsAddress(string text, Address address) =>
        string.Equals(text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text, address.ToString(), StringComparison.OrdinalIgnoreCase);

    private static byte[] Derive(JsonElement crypto, string password)
    {
        var parameters = Member(crypto, "kdfparams", JsonValueKind.Object);
        if (Number(parameters, "dklen", DerivedLength) != DerivedLength)
        {
            throw new KeystoreException($"The keystore's dklen is not {DerivedLength}.");
        }

        var salt = Bytes(parameters, "salt", null);
        switch (Text(crypto, "kdf"))
        {
            case "scrypt":
                return Scrypt(
                    password, salt, Number(parameters, "n", int.MaxValue), Number(parameters, "r", int.MaxValue), Number(parameters, "p", MaxScryptP));
            case "pbkdf2" when Text(parameters, "prf") == "hmac-sha256":
                var iterations = Number(parameters, "c", MaxPbkdf2Iterations);
                return Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, DerivedLength);
            default:
                throw new KeystoreException("The keystore's key derivation is neither scrypt nor pbkdf2 with hmac-sha256.");
        }
    }

    private static byte[] Scrypt(string password, byte[] salt, int n, int r, int p)
    {
        if (n < 2 || !int.IsPow2(n) || r < 1 || p is < 1 or > MaxScryptP || 128L * n * r > MaxScryptMemoryBytes)
        {
            throw new KeystoreException($"The scrypt cost n={n}, r={r}, p={p} is not a valid one within {MaxScryptMemoryBytes} bytes of memory.");
        }

        return Ethereum.Scrypt.Derive(Encoding.UTF8.GetBytes(password), salt, n, r, p, DerivedLength);
    }

    private static Hash256 Mac(byte[] derived, byte[] cipherText) => Keccak256.Hash([.. derived.AsSpan(16, 16), .. cipherText]);

    // .NET has no counter mode: the key stream is the encryption of the counter, which counts up as one big-endian number.
    private static byte[] AesCtr(ReadOnlySpan<byte> key, byte[] counter, ReadOnlySpan<byte> input)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var block = (byte[])counter.Clone();
        Span<byte> stream = stackalloc byte[16];
        var output = input.ToArray();
        for (var at = 0; at < output.Length; at += block.Length)
        {
            aes.EncryptEcb(block, stream, PaddingMode.None);
            for (var i = 0; i < block.Length && at + i < output.Length; i++)
            {
                output[at + i] ^= stream[i];
            }

            for (var i = block.Length - 1; i >= 0 && ++block[i] == 0; i--)
            {
            }
        }

        return output;
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Falls to the refusal below: the parser's message could quote the file.
        }

        throw new KeystoreException("The keystore is not a JSON object.");
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind) =>
        TryMember(parent, name, out var member) && member.ValueKind == kind
            ? member
            : throw new KeystoreException($"The keystore's member {name} is missing or of the wrong kind.");

    private static bool TryMember(JsonElement parent, string name, out JsonElement member)
    {
        member = default;
        try
        {
            return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out member);
        }
        catch (InvalidOperationException)
        {
            throw new KeystoreException("A name in the keystore is no valid text.");
        }
    }

    private static string Text(JsonElement parent, string name)
    {
        try
        {
            return Member(parent, name, JsonValueKind.String).GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new KeystoreException($"The keystore's member {name} is no valid text.");
        }
    }

    private static int Number(JsonElement parent, string name, int greatest) =>
        Member(parent, name, JsonValueKind.Number).TryGetInt32(out var value) && value > 0 && value <= greatest
            ? value
            : throw new KeystoreException($"The keystore's member {name} is not from 1 to {greatest}.");

    private static byte[] Bytes(JsonElement parent, string name, int? length)
    {
        var text = Text(parent, name);
        return Hex.TryDecode(text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text, out var bytes)
            && (length is { } exact ? bytes.Length == exact : bytes.Length <= MaxSaltBytes)
            ? bytes
            : throw new KeystoreException($"The keystore's member {name} is not the hex text that is wanted.");
    }
}
