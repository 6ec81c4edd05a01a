namespace FinanceChain.Ethereum.Tests.Transactions;

internal sealed class ContractAddressTests
{
    // Published in ethers' own tests of getCreateAddress.
    [TestCase(0UL, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d")]
    [TestCase(1UL, "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8")]
    [TestCase(2UL, "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91")]
    [TestCase(3UL, "0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c")]
    public void Creation_OfANonce_HasThePublishedAddress(ulong nonce, string address) => Assert.That(
        ContractAddress.OfCreation(Address.Parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), nonce), Is.EqualTo(Address.Parse(address)));
}
