namespace FinanceChain.Ethereum;

/// <summary>How hard a keystore makes guessing its password: scrypt (RFC 7914).</summary>
/// <param name="ScryptN">Cost: a power of two from 2 to 2^20. Memory is 128 · N · R bytes, at most 512 MiB.</param>
/// <param name="ScryptR">Block size.</param>
/// <param name="ScryptP">Parallelism.</param>
public sealed record KeystoreParameters(int ScryptN, int ScryptR, int ScryptP)
{
    /// <summary>The cost that wallets use: about a second and 256 MiB.</summary>
    public static KeystoreParameters Standard { get; } = new(262_144, 8, 1);

    /// <summary>A sixty-fourth of the memory, for tests and demonstrations.</summary>
    public static KeystoreParameters Light { get; } = new(4_096, 8, 6);
}
