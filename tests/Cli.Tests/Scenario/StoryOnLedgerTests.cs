using System.Numerics;
using System.Text.Json;
using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Scenario;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;
using FinanceChain.Tests;

namespace FinanceChain.Cli.Tests.Scenario;

/// <summary>The story against the contract itself, without gateway and indexer: what the ledger refuses is named with its reason.</summary>
public sealed class StoryOnLedgerTests
{
    private const int BatchOperations = 100;
    private const ulong TransactionGas = 16_777_216;

    private static readonly YongkangPlan Plan = YongkangPlan.Write(new byte[32]);

    private readonly StoryState _state = new(YongkangCast.Members.Count, Plan.Claims.Count);
    private OperatorKeys _operator = null!;
    private StoryKeys _keys = null!;
    private LedgerDomain _domain = null!;
    private EthereumClient _node = null!;
    private ulong _nonce;

    [Test, CancelAfter(300_000)]
    public async Task Story_PlayedStraightOnTheLedger_IsAcceptedWhole(CancellationToken cancellation)
    {
        EmbeddedEngineGate.Require();
        string folder = Directory.CreateTempSubdirectory("financechain-test-").FullName;
        await using EmbeddedChain chain = await EmbeddedChain.StartTemporary(new ChainOptions { GenesisTime = StoryCalendar.Genesis }, cancellation);
        using var node = new EthereumClient(chain.Endpoint);
        LedgerReader ledger = await Deploy(chain, node, folder, cancellation);
        var script = new StoryScript(Plan, new StoryPen(_state, _keys, _domain));

        var played = 0;
        for (int step = 0; step < StoryCalendar.Steps.Count; step++)
        {
            await chain.SetNextBlockTimestamp(StoryCalendar.Morning(step), cancellation);
            await chain.Mine(1, cancellation);
            played += await Play([.. Registrations(step)], cancellation);
            played += await Play([.. script.FirstWave(step)], cancellation);
            played += await Play([.. script.SecondWave(step)], cancellation);
        }

        Totals totals = await ledger.Totals(BlockTag.Latest, cancellation);
        Directory.Delete(folder, recursive: true);
        Assert.That(played, Is.EqualTo(script.Operations));
        Assert.That(totals, Is.EqualTo(PlannedTotals.Of(Plan, totals.InterestFen)));
        Assert.That($"{totals.LentFen}", Is.EqualTo("60500000000"));
        Assert.That(
            new[] { totals.CancelledFen, totals.WrittenOffFen, totals.OverdueFen, totals.RecoveredFen, totals.InterestFen, totals.FeeFen },
            Has.All.GreaterThan(FenSum.Zero));
        await RequireDocumentedSlots(totals, cancellation);
    }

    /// <summary>As docs/architecture.md describes them to whoever wants to prove them.</summary>
    private async Task RequireDocumentedSlots(Totals totals, CancellationToken cancellation)
    {
        BigInteger[] words = new BigInteger[3];
        for (int slot = 0; slot < words.Length; slot++)
        {
            byte[] place = new byte[Hash256.Length];
            place[^1] = (byte)slot;
            Hash256 word = await _node.StorageAt(_domain.Domain.VerifyingContract, Hash256.FromBytes(place), BlockTag.Latest, cancellation);
            words[slot] = new BigInteger(word.ToArray(), isUnsigned: true, isBigEndian: true);
        }

        FenSum Bits(int slot, int from, int until) => new((UInt128)((words[slot] >> from) & ((BigInteger.One << (until - from + 1)) - 1)));
        Assert.Multiple(() =>
        {
            Assert.That((Bits(0, 0, 23).Value, Bits(0, 24, 39).Value), Is.EqualTo(((UInt128)totals.Enterprises, (UInt128)totals.Banks)));
            Assert.That((Bits(0, 40, 79).Value, Bits(0, 80, 119).Value), Is.EqualTo(((UInt128)totals.Receivables, (UInt128)totals.Loans)));
            Assert.That((Bits(0, 120, 183), Bits(0, 184, 247)), Is.EqualTo((totals.LentFen, totals.RepaidFen)));
            Assert.That((Bits(1, 0, 63), Bits(1, 64, 127)), Is.EqualTo((totals.IssuedFen, totals.RedeemedFen)));
            Assert.That((Bits(1, 128, 191), Bits(1, 192, 255)), Is.EqualTo((totals.CancelledFen, totals.WrittenOffFen)));
            Assert.That((Bits(2, 0, 63), Bits(2, 64, 127)), Is.EqualTo((totals.OverdueFen, totals.RecoveredFen)));
            Assert.That((Bits(2, 128, 191), Bits(2, 192, 255)), Is.EqualTo((totals.InterestFen, totals.FeeFen)));
        });
    }

    private async Task<LedgerReader> Deploy(EmbeddedChain chain, EthereumClient node, string folder, CancellationToken cancellation)
    {
        _node = node;
        _operator = OperatorKeys.Ensure(folder);
        await chain.SetBalance(_operator.Sender.Address.ToString(), BigInteger.Pow(10, 30), cancellation);
        LedgerDeployment deployed = await LedgerDeployment.Ensure(Path.Combine(folder, "ledger.json"), node, _operator, cancellation);
        var ledger = new LedgerReader(node, deployed.Address);
        _domain = new LedgerDomain(deployed.ChainId, deployed.Address);
        _keys = new StoryKeys(
            new byte[32],
            await ledger.P256Verifier(BlockTag.Latest, cancellation),
            await ledger.PasskeyVerifier(BlockTag.Latest, cancellation),
            new Offices("", "", _operator.Manager, _operator.Regulator));
        _nonce = await node.TransactionCount(_operator.Sender.Address, BlockTag.Latest, cancellation);
        return ledger;
    }

    private IEnumerable<StoryMove> Registrations(int step) => YongkangCast.Members.Where(member => member.JoinStep == step).Select(member =>
    {
        IReadOnlyList<(ISigner Key, Rights Rights)> signers = _keys.SignersOf(member);
        var operation = new RegisterParty(
            member.Kind,
            member.Region,
            member.Industry,
            ProfileHash.Of(StoryPen.Reference("salt", member.Index, step), member.Name, member.Uscc),
            ValueList.From(signers.Select(signer => SignerId.Grant(signer.Key, signer.Rights))),
            StoryPen.Deadline(step));
        return new StoryMove(
            member.Index,
            $"register-{member.Index}",
            () => _domain.SignAll(operation, [_operator.Registrar, .. signers.Select(signer => signer.Key)]),
            ended => _state.Parties[member.Index] = new PartyId((uint)ended.Number("party")));
    });

    private async Task<int> Play(IReadOnlyList<StoryMove> moves, CancellationToken cancellation)
    {
        foreach (StoryMove[] batch in moves.Chunk(BatchOperations))
        {
            ByteString[] calldata = [.. batch.AsParallel().AsOrdered().Select(move => ByteString.Wrap(move.Write().Encode()))];
            SignedTransaction transaction = new Eip1559Transaction(
                _domain.Domain.ChainId, _nonce++, 0, 0, TransactionGas, _domain.Domain.VerifyingContract, 0, FinanceLedgerContract.EncodeSubmit(calldata))
                .Sign(_operator.Sender);
            await _node.SendRawTransaction(transaction.Raw, cancellation);
            TransactionReceipt receipt = await Receipt(transaction.Hash, cancellation);
            Assert.That(receipt.Succeeded, Is.True, $"the batch that begins with {batch[0].Key} ran out of gas");
            foreach ((StoryMove move, Log log) in batch.Zip(receipt.Logs))
            {
                LedgerEvent happened = LedgerEvent.Decode(log)!;
                if (happened is OperationRefused refused)
                {
                    Assert.Fail($"{move.Key}: {LedgerErrors.Decode(refused.Reason.Span)}");
                }

                move.Note(EndOf(happened));
            }
        }

        return moves.Count;
    }

    private async Task<TransactionReceipt> Receipt(Hash256 transaction, CancellationToken cancellation)
    {
        while (true)
        {
            if (await _node.Receipt(transaction, cancellation) is { } receipt)
            {
                return receipt;
            }

            await Task.Delay(5, cancellation);
        }
    }

    private static OperationState EndOf(LedgerEvent happened) => new(
        Guid.Empty,
        default,
        OperationStatus.Final,
        JsonSerializer.SerializeToElement(happened, happened.GetType(), LedgerJson.Options),
        null,
        null,
        null,
        default,
        default);
}
