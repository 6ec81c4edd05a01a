using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark.OwnLedger.Repeated;

/// <summary>A block as the real chain had it.</summary>
/// <param name="Answers">What the real contract answered after it, by calldata: its control totals, and those of each bank.</param>
internal sealed record RecordedBlock(BlockHeader Header, IReadOnlyList<Log> Logs, IReadOnlyDictionary<string, byte[]> Answers);

/// <summary>
/// The real ledger, from its deployment through three turns. In a turn receivables of all enterprises and loans of all banks live from issue to redemption,
/// so that each turn is like the one before but for the numbers, totals and hashes.
/// </summary>
/// <param name="Opening">Deployment, registrations and lending policies.</param>
/// <param name="Turns">Three of <see cref="BlocksOfATurn"/> blocks.</param>
internal sealed record RecordedTurns(
    Address Ledger, ulong ChainId, BlockHeader Genesis, IReadOnlyList<RecordedBlock> Opening, IReadOnlyList<IReadOnlyList<RecordedBlock>> Turns,
    Field OfOneTurn, Field OfTwoTurns)
{
    public const int BlocksOfATurn = BusyLedger.BlocksOfALife;

    /// <summary>300 receivables: the smallest number after which enterprises and banks are in step with transactions again.</summary>
    private const int TransactionsOfABlock = 3;

    public static async Task<RecordedTurns> Make(CancellationToken cancellation)
    {
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StateInterval = TimeSpan.FromDays(1) }, cancellation);
        using var ledger = await BusyLedger.Found(chain, cancellation);
        using var client = new EthereumClient(chain.Endpoint);
        var (contract, first, opened) = (ledger.Field.Contract, ledger.Field.First, ledger.Field.Last);
        var fields = new List<Field>();
        var turns = new List<IReadOnlyList<RecordedBlock>>();
        var opening = await Blocks(client, contract, first, opened, cancellation);
        for (var turn = 0; turn < 3; turn++)
        {
            var before = ledger.Field.Last;
            await ledger.PlayLives(TransactionsOfABlock, BlocksOfATurn, _ => Task.CompletedTask, cancellation);
            fields.Add(ledger.Field);
            turns.Add(await Blocks(client, contract, before + 1, ledger.Field.Last, cancellation));
        }

        var genesis = await client.Block(0, cancellation) ?? throw new InvalidOperationException("The chain has no block 0.");
        return new RecordedTurns(contract, ledger.Field.ChainId, genesis, opening, turns, fields[0], fields[1]);
    }

    private static async Task<IReadOnlyList<RecordedBlock>> Blocks(EthereumClient client, Address ledger, long first, long last, CancellationToken cancellation)
    {
        var blocks = new List<RecordedBlock>();
        for (var number = (ulong)first; number <= (ulong)last; number++)
        {
            var header = await client.Block(number, cancellation) ?? throw new InvalidOperationException($"The chain has no block {number}.");
            var logs = await client.Logs(ledger, number, number, topics0: null, cancellation);
            var answers = new Dictionary<string, byte[]>();
            foreach (var call in BusyLedger.TotalsCalls)
            {
                answers[Hex.Encode(call)] = (await client.Call(ledger, call, BlockTag.At(number), cancellation)).ToArray();
            }

            blocks.Add(new RecordedBlock(header, logs, answers));
        }

        return blocks;
    }
}
