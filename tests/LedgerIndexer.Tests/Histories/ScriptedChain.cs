using System.Globalization;
using System.Text;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <param name="Steps">Which recorded transactions the block holds.</param>
internal sealed record ScriptedBlock(long Number, Hash256 Hash, Hash256 ParentHash, long Time, Range Steps)
{
    public string Logs { get; init; } = "";

    public int LogCount { get; init; }
}

/// <summary>
/// A chain that is made up block by block: the recorded transactions in their order, cut into blocks by chance, and taken back by chance, but never
/// past finality. Every state of it stays known, for nodes that answer late.
/// </summary>
internal sealed class ScriptedChain
{
    public const int FinalityDepth = 4;
    public const int DeployBlock = 2;

    private readonly Recording _recording;
    private readonly int _lastStep;
    private readonly Random _random;
    private IReadOnlyList<ScriptedBlock> _blocks;
    private IReadOnlyList<ScriptedBlock> _earlier;
    private long _highest;

    public ScriptedChain(Recording recording, int steps, Random random)
    {
        (_recording, _lastStep, _random) = (recording, steps, random);
        var blocks = new List<ScriptedBlock>();
        for (var number = 0; number <= DeployBlock; number++)
        {
            blocks.Add(Block(blocks.LastOrDefault(), number == DeployBlock ? 0..1 : 0..0));
        }

        _blocks = _earlier = blocks;
        _highest = DeployBlock;
    }

    public Recording Recording => _recording;

    public IReadOnlyList<ScriptedBlock> Blocks => Volatile.Read(ref _blocks);

    /// <summary>What a node shows that is behind by one change.</summary>
    public IReadOnlyList<ScriptedBlock> Earlier => Volatile.Read(ref _earlier);

    public bool IsTold => Blocks[^1].Steps.End.Value >= _lastStep;

    public int Reorganisations { get; private set; }

    /// <summary>Some blocks more, now and then after taking some back.</summary>
    public void Change()
    {
        var blocks = Blocks.ToList();
        var deepest = (int)(blocks[^1].Number - Math.Max(DeployBlock, _highest - FinalityDepth));
        if (deepest > 0 && _random.Next(3) == 0)
        {
            var taken = _random.Next(1, deepest + 1);
            blocks.RemoveRange(blocks.Count - taken, taken);
            Reorganisations++;
        }

        Become(blocks);
    }

    /// <summary>What must not happen: everything after the deployment is another.</summary>
    public void ReplacePastFinality()
    {
        var height = Blocks[^1].Number;
        var blocks = Blocks.Take(DeployBlock + 1).ToList();
        while (blocks[^1].Number <= height)
        {
            blocks.Add(Block(blocks[^1], blocks[^1].Steps.End.Value..blocks[^1].Steps.End.Value));
        }

        Show(blocks);
    }

    /// <summary>Empty blocks until all that was told is final, and some more.</summary>
    public void Settle(int more = 0)
    {
        var blocks = Blocks.ToList();
        for (; more > 0; more--)
        {
            blocks.Add(Block(blocks[^1], _lastStep.._lastStep));
        }

        while (blocks[^1].Number < _highest || blocks.Count(block => block.Number > 0 && block.Steps.Start.Value == _lastStep) < FinalityDepth + 1)
        {
            blocks.Add(Block(blocks[^1], _lastStep.._lastStep));
        }

        Show(blocks);
    }

    private void Become(List<ScriptedBlock> blocks)
    {
        for (var more = _random.Next(1, 5); more > 0; more--)
        {
            var next = blocks[^1].Steps.End.Value;
            var end = Math.Min(_lastStep, next + _random.Next(0, 4));
            blocks.Add(Block(blocks[^1], next..end));
        }

        Show(blocks);
    }

    private void Show(IReadOnlyList<ScriptedBlock> blocks)
    {
        Volatile.Write(ref _earlier, Blocks);
        Volatile.Write(ref _blocks, blocks);
        _highest = Math.Max(_highest, blocks[^1].Number);
    }

    private ScriptedBlock Block(ScriptedBlock? parent, Range steps)
    {
        var bytes = new byte[Hash256.Length];
        _random.NextBytes(bytes);
        var number = (parent?.Number ?? -1) + 1;
        var time = parent is null ? 1_700_000_000 : parent.Time + _random.Next(0, 90_000);
        var block = new ScriptedBlock(number, Hash256.FromBytes(bytes), parent?.Hash ?? default, time, steps);
        var text = new StringBuilder();
        var count = 0;
        for (var step = steps.Start.Value; step < steps.End.Value; step++)
        {
            foreach (var log in _recording.Steps[step].Logs)
            {
                Write(text, block, log, step - steps.Start.Value, count++, _random.Next(2) == 0);
            }
        }

        return block with { Logs = text.ToString(), LogCount = count };
    }

    private static void Write(StringBuilder text, ScriptedBlock block, Log log, int transaction, int index, bool withTime)
    {
        text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
            {"address":"{{log.Address}}","topics":[{{string.Join(',', log.Topics.Select(topic => $"\"{topic}\""))}}],"data":"{{Hex.Encode(log.Data)}}","blockNumber":"0x{{block.Number:x}}","blockHash":"{{block.Hash}}",{{(withTime ? $"\"blockTimestamp\":\"0x{block.Time:x}\"," : "")}}"transactionHash":"{{log.TransactionHash}}","transactionIndex":"0x{{transaction:x}}","logIndex":"0x{{index:x}}","removed":false}
            """);
    }
}
