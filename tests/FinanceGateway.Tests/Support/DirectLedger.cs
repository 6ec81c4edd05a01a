using System.Security.Cryptography;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>The ledger without a gateway before it: anyone who holds a complete operation may submit it.</summary>
internal sealed class DirectLedger(Town town)
{
    private const ulong GasLimit = 4_000_000;

    private readonly Secp256k1Key _sender = Secp256k1Key.Create();
    private ulong _nonce;

    public Town Town => town;

    /// <summary>Executes one operation. Fails the test when the ledger refuses it.</summary>
    public async Task<LedgerEvent> Execute(ILedgerOperation terms, params ISigner[] signers) =>
        (await Execute(town.Ledger.SignAll(terms, signers))).Event;

    public async Task<(LedgerEvent Event, long GasUsed)> Execute(SignedOperation agreement)
    {
        var data = FinanceLedgerContract.EncodeSubmit([ByteString.Wrap(agreement.Encode())]);
        var transaction = new Eip1559Transaction(town.Ledger.Domain.ChainId, _nonce++, 0, 0, GasLimit, town.LedgerAddress, 0, data).Sign(_sender);
        await town.Node.SendRawTransaction(transaction.Raw, CancellationToken.None);
        TransactionReceipt? receipt;
        while ((receipt = await town.Node.Receipt(transaction.Hash, CancellationToken.None)) is null)
        {
            await Task.Delay(5);
        }

        var log = receipt.Logs.Single();
        var content = LedgerEvent.Decode(log.Topics, log.Data);
        Assert.That(content, Is.Not.Null.And.Not.InstanceOf<OperationRefused>(), $"{agreement.Kind}: {Reason(content)}");
        return (content!, (long)receipt.GasUsed);
    }

    /// <summary>What the ledger would say now; null: it would accept.</summary>
    public async Task<LedgerRefusal?> Ask(SignedOperation agreement) =>
        (await new LedgerReader(town.Node, town.LedgerAddress).Simulate([ByteString.Wrap(agreement.Encode())], BlockTag.Latest, CancellationToken.None))[0];

    public async Task<PartyId> Register(PartyKind kind, params (ISigner Signer, Rights Rights)[] signers)
    {
        var terms = await RegistrationTerms(kind, signers);
        var registered = await Execute(terms, [town.Registrar, .. signers.Select(s => s.Signer)]);
        return ((PartyRegistered)registered).Party;
    }

    public async Task<RegisterParty> RegistrationTerms(PartyKind kind, params (ISigner Signer, Rights Rights)[] signers) => new(
        kind,
        new RegionCode(330784),
        IndustryCode.Parse("C33"),
        Hash256.FromBytes(RandomNumberGenerator.GetBytes(32)),
        ValueList.From(signers.Select(s => SignerId.Grant(s.Signer, s.Rights))),
        await town.Deadline(CancellationToken.None));

    private static object? Reason(LedgerEvent? content) => content is OperationRefused refused ? LedgerErrors.Decode(refused.Reason.Span) : content;
}
