using FinanceChain.Ethereum.Tests.Vectors;

namespace FinanceChain.Ethereum.Tests.Transactions;

internal sealed class TransactionTests
{
    // EIP-155, "Example".
    [Test]
    public void LegacyTransaction_OfEip155_IsTheExample()
    {
        var transaction = new LegacyTransaction(
            1, 9, 20_000_000_000, 21_000, Address.Parse("0x3535353535353535353535353535353535353535"), 1_000_000_000_000_000_000, []);
        var signed = transaction.Sign(Secp256k1Key.FromPrivateKey(Hex.Decode("0x4646464646464646464646464646464646464646464646464646464646464646")));
        Assert.That(transaction.SigningHash.ToString(), Is.EqualTo("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"));
        Assert.That(
            Hex.Encode(signed.Raw),
            Is.EqualTo("0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
                + "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
                + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"));
        Assert.That(signed.Hash, Is.EqualTo(Keccak256.Hash(signed.Raw)));
    }

    // EIP-1559 defines the payload: 0x02 ‖ rlp([chain_id, nonce, max_priority_fee_per_gas, max_fee_per_gas, gas_limit, destination, amount,
    // data, access_list, signature_y_parity, signature_r, signature_s]).
    [Test]
    public void Eip1559Transaction_Signed_HasTheFieldsOfTheStandardInOrder()
    {
        var key = Secp256k1Key.Create();
        var to = Address.Parse("0x3535353535353535353535353535353535353535");
        var transaction = new Eip1559Transaction(31_337, 7, 1, 2_000_000_000, 21_000, to, 5, [0xab, 0xcd]);
        var raw = transaction.Sign(key).Raw;
        Assert.That(raw[0], Is.EqualTo(2));
        var fields = Rlp.Decode(raw.AsSpan(1)).Items;
        Assert.That(fields, Has.Count.EqualTo(12));
        Assert.That(fields.Take(5).Select(field => (ulong)field.ToInteger()), Is.EqualTo(new ulong[] { 31_337, 7, 1, 2_000_000_000, 21_000 }));
        Assert.That(Address.FromBytes(fields[5].Bytes.Span), Is.EqualTo(to));
        Assert.That((ulong)fields[6].ToInteger(), Is.EqualTo(5));
        Assert.That(fields[7].Bytes.ToArray(), Is.EqualTo(new byte[] { 0xab, 0xcd }));
        Assert.That(fields[8].Items, Is.Empty);
        var signature = new RecoverableSignature(Word(fields[10]), Word(fields[11]), (byte)(27 + (int)fields[9].ToInteger()));
        Assert.That(Secp256k1Key.Recover(transaction.SigningHash, signature), Is.EqualTo(key.Address));
    }

    [Test]
    public void Transaction_CreatingAContract_HasAnEmptyReceiver()
    {
        var raw = new Eip1559Transaction(1, 0, 0, 0, 0, null, 0, [1]).Sign(Secp256k1Key.Create()).Raw;
        Assert.That(Rlp.Decode(raw.AsSpan(1)).Items[5].Bytes.Length, Is.Zero);
    }

    [Test]
    public void Transaction_VectorsOfEthers_Agree()
    {
        foreach (var vector in EthersVectors.Of("transaction"))
        {
            var key = Secp256k1Key.FromPrivateKey(vector.Bytes("key"));
            var to = vector.GetProperty("to").GetString() is { } receiver ? Address.Parse(receiver) : (Address?)null;
            var (chainId, nonce, gasLimit) = ((ulong)vector.Number("chainId"), (ulong)vector.Number("nonce"), (ulong)vector.Number("gasLimit"));
            var (value, data) = (vector.Number("value"), vector.Bytes("data"));
            var signed = vector.Number("type") == 2
                ? new Eip1559Transaction(chainId, nonce, vector.Number("maxPriorityFeePerGas"), vector.Number("maxFeePerGas"), gasLimit, to, value, data).Sign(key)
                : new LegacyTransaction(chainId, nonce, vector.Number("gasPrice"), gasLimit, to, value, data).Sign(key);
            Assert.That(Hex.Encode(signed.Raw), Is.EqualTo(vector.Text("raw")));
            Assert.That(signed.Hash, Is.EqualTo(vector.Hash("hash")));
        }
    }

    private static Hash256 Word(RlpItem number)
    {
        var word = new byte[32];
        number.Bytes.Span.CopyTo(word.AsSpan(32 - number.Bytes.Length));
        return Hash256.FromBytes(word);
    }
}
