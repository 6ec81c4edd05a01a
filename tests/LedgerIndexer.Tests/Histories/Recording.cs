using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>One transaction that a real chain mined: its logs, and what the real contract answered after it.</summary>
/// <param name="Answers">From calldata to what <c>eth_call</c> gave, as 0x text.</param>
internal sealed record RecordedStep(IReadOnlyList<Log> Logs, IReadOnlyDictionary<string, string> Answers);

/// <summary>
/// A story of one ledger, recorded transaction by transaction. Cut into blocks at will it is always a chain that a ledger could have had, and the
/// contract's own answers are known at every cut.
/// </summary>
internal sealed class Recording
{
    private Recording(Address ledger, LogsBloom bloom, IReadOnlyList<RecordedStep> steps)
    {
        Ledger = ledger;
        Bloom = bloom;
        Steps = steps;
    }

    public Address Ledger { get; }

    /// <summary>The filter of a block with events of the ledger.</summary>
    public LogsBloom Bloom { get; }

    /// <summary>The first is the deployment.</summary>
    public IReadOnlyList<RecordedStep> Steps { get; }

    public static async Task<Recording> Make(int transactions, int seed)
    {
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StatesKept = 2_000 }, CancellationToken.None);
        using var ledger = await TestLedger.Deploy(chain);
        var story = new Story(ledger, seed);
        await story.Open(enterprises: 4, banks: 2);
        for (var i = 0; i < transactions; i++)
        {
            await story.Play(operations: 1 + (i % 3));
        }

        var head = await ledger.Head();
        var logs = await ledger.Client.Logs(ledger.Address, (ulong)ledger.DeployBlock, (ulong)head, topics0: null, CancellationToken.None);
        var steps = new List<RecordedStep>();
        foreach (var block in logs.GroupBy(log => log.BlockNumber).OrderBy(group => group.Key))
        {
            steps.Add(new RecordedStep([.. block], await Answers(ledger, block.Key)));
        }

        var bloom = (await ledger.Client.Block(logs[0].BlockNumber, CancellationToken.None))!.LogsBloom!;
        return new Recording(ledger.Address, bloom, steps);
    }

    // Every party is asked for: the contract answers zeros for one that is no bank.
    private static async Task<IReadOnlyDictionary<string, string>> Answers(TestLedger ledger, ulong block)
    {
        var answers = new Dictionary<string, string>();
        var calls = Enumerable.Range(1, 12).Select(party => Call("bankTotals(uint32)", party)).Prepend(Call("totals()"));
        foreach (var call in calls)
        {
            answers[Hex.Encode(call)] = Hex.Encode(await ledger.Client.Call(ledger.Address, call, BlockTag.At(block), CancellationToken.None));
        }

        return answers;
    }

    private static byte[] Call(string signature, int? argument = null)
    {
        var selector = Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(signature)).ToArray()[..4];
        var word = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(28), argument ?? 0);
        return argument is null ? selector : [.. selector, .. word];
    }
}
