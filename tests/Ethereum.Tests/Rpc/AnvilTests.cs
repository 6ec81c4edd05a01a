using System.Numerics;

namespace FinanceChain.Ethereum.Tests.Rpc;

/// <summary>The client against a real chain.</summary>
internal sealed class AnvilTests
{
    // Without calldata: stores the value sent, logs it under topic 0x77 and returns 42. With calldata: reverts with the calldata.
    private const string Runtime = "36601d57" + "80600055" + "600052" + "607760206000a1" + "602a60005260206000f3" + "5b36600060003736" + "6000fd";
    private static readonly byte[] Creation = Hex.Decode("0x602880600b6000396000f3" + Runtime.Insert(8, "34"));
    private static readonly Hash256 Topic = Hash256.Parse("0x0000000000000000000000000000000000000000000000000000000000000077");

    private AnvilNode _node = null!;
    private ulong _nonce;

    private EthereumClient Client => _node.Client;

    [OneTimeSetUp]
    public async Task StartNode() => _node = await AnvilNode.Start();

    [OneTimeTearDown]
    public async Task StopNode()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    [Test]
    public async Task Transaction_Sent_HasReceiptLogsAndStorage()
    {
        var contract = await Deploy();
        var receipt = await Mine(contract, 7, []);
        Assert.That(receipt.Succeeded, Is.True);
        var logs = await Client.Logs(contract, receipt.BlockNumber - 1, receipt.BlockNumber, [Topic], default);
        Assert.That(logs, Has.Count.EqualTo(1));
        Assert.That(logs[0].Topics, Is.EqualTo(new[] { Topic }));
        Assert.That(new BigInteger(logs[0].Data, isUnsigned: true, isBigEndian: true), Is.EqualTo(new BigInteger(7)));
        Assert.That((logs[0].TransactionHash, logs[0].BlockHash), Is.EqualTo((receipt.Hash, receipt.BlockHash)));
        Assert.That(receipt.Logs.Single().LogIndex, Is.EqualTo(logs[0].LogIndex));
        Assert.That(await Client.Logs(contract, 0, receipt.BlockNumber, [Hash256.Zero], default), Is.Empty);
        Assert.That(await Client.Logs(contract, 0, receipt.BlockNumber, null, default), Has.Count.EqualTo(1));
        Assert.That((await Client.StorageAt(contract, Hash256.Zero, BlockTag.Latest, default)).ToArray()[31], Is.EqualTo(7));
        Assert.That((await Client.StorageAt(contract, Hash256.Zero, BlockTag.At(receipt.BlockNumber - 1), default)).IsZero, Is.True);
        Assert.That(await Client.Balance(contract, BlockTag.Latest, default), Is.EqualTo(new BigInteger(7)));
    }

    [Test]
    public async Task Call_ReturnsOrRevertsWithData()
    {
        var contract = await Deploy();
        var returned = await Client.Call(contract, [], BlockTag.Latest, default, AnvilNode.Rich.Address, 100_000);
        Assert.That(new AbiReader(returned).UInt(8), Is.EqualTo(42));
        var refusal = await Assert.ThrowsAsync<JsonRpcException>(async () => await Client.Call(contract, [1, 2, 3, 4], BlockTag.Latest, default));
        Assert.That(refusal!.RevertData, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        var estimate = await Assert.ThrowsAsync<JsonRpcException>(
            async () => await Client.EstimateGas(AnvilNode.Rich.Address, contract, [5, 6], BlockTag.Latest, default));
        Assert.That(estimate!.RevertData, Is.EqualTo(new byte[] { 5, 6 }));
        Assert.That(await Client.EstimateGas(AnvilNode.Rich.Address, contract, [], BlockTag.Latest, default, 5), Is.InRange(21_000, 100_000));
    }

    [Test]
    public async Task Transaction_ThatReverts_HasAFailedReceipt()
    {
        var contract = await Deploy();
        Assert.That((await Mine(contract, 0, [1])).Succeeded, Is.False);
    }

    [Test]
    public async Task Transaction_SentTwice_IsMinedOnce()
    {
        var transaction = await Sign(AnvilNode.Rich.Address, 1, []);
        await Client.Send("evm_setAutomine", [false], default);
        await Client.SendRawTransaction(transaction.Raw, default);
        Assert.That(await Client.SendRawTransaction(transaction.Raw, default), Is.EqualTo(transaction.Hash), "known to the pool");
        Assert.That(await Client.Receipt(transaction.Hash, default), Is.Null);
        await Client.Send("evm_setAutomine", [true], default);
        await Client.Send("evm_mine", [], default);
        Assert.That(await Client.SendRawTransaction(transaction.Raw, default), Is.EqualTo(transaction.Hash), "mined");
        var other = await Sign(AnvilNode.Rich.Address, 2, [], _nonce - 1);
        await Assert.ThatAsync(async () => await Client.SendRawTransaction(other.Raw, default), Throws.TypeOf<JsonRpcException>().With.Message.Contains("nonce too low"));
    }

    [Test]
    public async Task LegacyTransaction_Sent_IsMined()
    {
        _nonce = await Client.TransactionCount(AnvilNode.Rich.Address, BlockTag.Latest, default);
        var fees = await Client.Fees(default);
        var transaction = new LegacyTransaction(AnvilNode.ChainId, _nonce, fees.MaxFeePerGas, 21_000, Address.Zero, 1, []).Sign(AnvilNode.Rich);
        await Client.SendRawTransaction(transaction.Raw, default);
        Assert.That((await Mined(transaction.Hash)).GasUsed, Is.EqualTo(21_000));
    }

    [Test]
    public async Task Transaction_OfAnotherChain_IsRefused()
    {
        var transaction = new Eip1559Transaction(1, 0, 1, 1_000_000_000_000, 21_000, Address.Zero, 0, []).Sign(AnvilNode.Rich);
        await Assert.ThatAsync(async () => await Client.SendRawTransaction(transaction.Raw, default), Throws.TypeOf<JsonRpcException>());
    }

    [Test]
    public async Task Blocks_InABatch_AreThoseAsked()
    {
        await Client.Send("anvil_mine", ["0x5"], default);
        var head = await Client.BlockNumber(default);
        var blocks = await Client.Blocks([0, head, 1, head + 1000, head - 1], default);
        Assert.That(blocks.Select(block => block?.Number), Is.EqualTo(new ulong?[] { 0, head, 1, null, head - 1 }));
        Assert.That(blocks[1]!.ParentHash, Is.EqualTo(blocks[4]!.Hash));
        Assert.That(await Client.Block(BlockTag.Latest, default), Is.EqualTo(blocks[1]));
        Assert.That((await Client.Block(BlockTag.Finalized, default))!.Number, Is.LessThanOrEqualTo(head));
        Assert.That(await Client.Block(head + 1000, default), Is.Null);
    }

    [Test]
    public async Task Receipts_InABatch_AreThoseAsked()
    {
        var contract = await Deploy();
        var (first, second) = (await Mine(contract, 1, []), await Mine(contract, 2, []));
        var receipts = await Client.Receipts([second.Hash, Hash256.Zero, first.Hash], default);
        Assert.That(receipts.Select(receipt => receipt?.Hash), Is.EqualTo(new Hash256?[] { second.Hash, null, first.Hash }));
        Assert.That(receipts[0]!.Logs, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task P256Signature_IsAcceptedByThePrecompile()
    {
        // EIP-7951: P256VERIFY at 0x100 takes hash, r, s, x, y and returns one word of 1, or nothing.
        var key = P256Key.Create(Address.Zero);
        var digest = Keccak256.Hash([1]);
        var signature = key.Sign(digest);
        byte[] input = [.. System.Security.Cryptography.SHA256.HashData(digest.ToArray()), .. signature[65..], .. signature[1..65]];
        var precompile = Address.Parse("0x0000000000000000000000000000000000000100");
        Assert.That(new AbiReader(await Client.Call(precompile, input, BlockTag.Latest, default)).Bool(), Is.True);
        input[0] ^= 1;
        Assert.That(await Client.Call(precompile, input, BlockTag.Latest, default), Is.Empty);
    }

    [Test]
    public async Task Recovery_AgreesWithThePrecompile()
    {
        var key = Secp256k1Key.Create();
        var digest = Keccak256.Hash([2]);
        var signature = key.SignDigest(digest);
        var input = new AbiWriter().Bytes32(digest).UInt(signature.V).Bytes32(signature.R).Bytes32(signature.S).ToArray();
        var answer = await Client.Call(Address.Parse("0x0000000000000000000000000000000000000001"), input, BlockTag.Latest, default);
        Assert.That(new AbiReader(answer).Address(), Is.EqualTo(key.Address));
    }

    private async Task<Address> Deploy()
    {
        var receipt = await Mine(null, 0, Creation);
        var contract = receipt.ContractAddress!.Value;
        Assert.That(await Client.Code(contract, BlockTag.Latest, default), Has.Length.EqualTo(40));
        return contract;
    }

    private async Task<TransactionReceipt> Mine(Address? to, BigInteger value, byte[] data)
    {
        var transaction = await Sign(to, value, data);
        Assert.That(await Client.SendRawTransaction(transaction.Raw, default), Is.EqualTo(transaction.Hash));
        return await Mined(transaction.Hash);
    }

    /// <summary>Anvil mines at once, but answers the sending a moment before the block is there.</summary>
    private async Task<TransactionReceipt> Mined(Hash256 transaction)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            if (await Client.Receipt(transaction, patience.Token) is { } receipt)
            {
                return receipt;
            }

            await Task.Delay(10, patience.Token);
        }
    }

    private async Task<SignedTransaction> Sign(Address? to, BigInteger value, byte[] data, ulong? nonce = null)
    {
        _nonce = nonce ?? await Client.TransactionCount(AnvilNode.Rich.Address, BlockTag.Latest, default);
        var fees = await Client.Fees(default);
        var transaction = new Eip1559Transaction(
            AnvilNode.ChainId, _nonce, fees.MaxPriorityFeePerGas, fees.MaxFeePerGas, 500_000, to, value, data).Sign(AnvilNode.Rich);
        _nonce++;
        return transaction;
    }
}
