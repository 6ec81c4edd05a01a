namespace FinanceChain.Ethereum;

/// <summary>The domain of EIP-712 in the form that OpenZeppelin's <c>EIP712</c> uses: all fields but the salt.</summary>
public sealed record Eip712Domain(string Name, string Version, ulong ChainId, Address VerifyingContract)
{
    private static readonly Hash256 TypeHash =
        Eip712.TypeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    public Hash256 Separator => Keccak256.Hash(new AbiWriter()
        .Bytes32(TypeHash)
        .Bytes32(Eip712.HashText(Name))
        .Bytes32(Eip712.HashText(Version))
        .UInt(ChainId)
        .Address(VerifyingContract)
        .ToArray());
}
