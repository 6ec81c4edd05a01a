using System.Numerics;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>One transaction of a deployment.</summary>
/// <param name="Contract">The contract's name.</param>
/// <param name="Nonce">The deployer's nonce that gives the contract this address.</param>
/// <param name="Address">Where the contract will stand.</param>
/// <param name="Data">Creation bytecode and constructor arguments.</param>
public sealed record ContractCreation(string Contract, ulong Nonce, Address Address, ByteString Data)
{
    private const ulong GasPerByte = 300;
    private const ulong GasBeside = 500_000;

    /// <summary>
    /// Enough for the creation. Storing a byte of code costs 200 gas, carrying and checking it about 20, and each signer takes as many bytes as
    /// its storage needs gas. Always below the limit of one transaction, 2^24 (EIP-7825): code is at most 49,152 bytes long when it is created.
    /// </summary>
    public ulong GasLimit => GasBeside + (GasPerByte * (ulong)Data.Length);

    public Eip1559Transaction ToTransaction(ulong chainId, BigInteger maxPriorityFeePerGas, BigInteger maxFeePerGas) =>
        new(chainId, Nonce, maxPriorityFeePerGas, maxFeePerGas, GasLimit, To: null, BigInteger.Zero, Data.ToArray());
}
