using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

[CancelAfter(120_000)]
public sealed class DeploymentTests
{
    // EIP-7825.
    private const ulong TransactionGasLimit = 1 << 24;

    private TestLedger? _deployed;

    private TestLedger Ledger => _deployed!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _deployed = await TestLedger.Deploy(patience.Token);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (_deployed is not null)
        {
            await _deployed.DisposeAsync();
        }
    }

    [Test]
    public void Plan_Creations_StandWhereItSays()
    {
        Assert.That(
            Ledger.Plan.Creations.Select(creation => creation.Contract),
            Is.EqualTo(new[] { "P256Sha256Verifier", "PasskeyVerifier", "Registry", "Servicing", "FinanceLedger" }));
        Assert.That(Ledger.Creations.Select(receipt => receipt.ContractAddress), Is.EqualTo(Ledger.Plan.Creations.Select(creation => (Address?)creation.Address)));
        Assert.That(Ledger.Plan.Creations[^1].Address, Is.EqualTo(Ledger.Plan.Ledger));
    }

    [Test]
    public void Plan_GasLimits_FitATransactionAndLeaveRoom()
    {
        foreach (var (creation, receipt) in Ledger.Plan.Creations.Zip(Ledger.Creations))
        {
            TestContext.Out.WriteLine($"{creation.Contract}: {receipt.GasUsed:N0} of {creation.GasLimit:N0} gas");
            Assert.That(creation.GasLimit, Is.LessThan(TransactionGasLimit), creation.Contract);
            Assert.That(receipt.GasUsed * 5 / 4, Is.LessThan(creation.GasLimit), creation.Contract);
        }
    }

    [Test]
    public void Ledger_Created_NamesItsParametersAndRegistersOperatorAndRegulator()
    {
        var events = Ledger.Creations[^1].Logs.Select(log => LedgerEvent.Decode(log)!).ToList();
        var registered = events.OfType<PartyRegistered>().ToList();

        Assert.That(events, Has.Count.EqualTo(3));
        Assert.That(events[0], Is.EqualTo(new ParametersAdopted(TestLedger.Limits)));
        Assert.That(registered.Select(item => item.Party), Is.EqualTo(new[] { PartyId.Operator, PartyId.Regulator }));
        Assert.That(registered.Select(item => item.Kind), Is.EqualTo(new[] { PartyKind.Operator, PartyKind.Regulator }));
        Assert.That(registered.Select(item => item.Industry.IsNone), Is.All.True);
        Assert.That(registered[1].Signers, Is.EqualTo(new[] { SignerId.Grant(Ledger.Regulator, Rights.Regulator) }));
    }

    [Test]
    public async Task Ledger_Created_ReadsWhatItWasMadeWith(CancellationToken cancellationToken)
    {
        var at = BlockTag.Latest;
        var registered = (PartyRegistered)LedgerEvent.Decode(Ledger.Creations[^1].Logs[1])!;
        var party = await Ledger.Reader.Party(PartyId.Operator, at, cancellationToken);

        Assert.That(party, Is.EqualTo(new Party(
            PartyKind.Operator, Standing.Active, TestLedger.Yongkang, default, 1, 1, 1, 0, 0, registered.ProfileHash)));
        Assert.That(
            await Ledger.Reader.Signer(SignerId.Of(Ledger.Operator), at, cancellationToken),
            Is.EqualTo(new SignerRecord(PartyId.Operator, Rights.Operator, 1)));
        Assert.That(await Ledger.Reader.Parameters(at, cancellationToken), Is.EqualTo(TestLedger.Limits));
        Assert.That(await Ledger.Reader.P256Verifier(at, cancellationToken), Is.EqualTo(Ledger.Plan.P256Verifier));
        Assert.That(await Ledger.Reader.PasskeyVerifier(at, cancellationToken), Is.EqualTo(Ledger.Plan.PasskeyVerifier));
        Assert.That(await Ledger.Reader.OperationGas(at, cancellationToken), Is.EqualTo(800_000));
        Assert.That(Ledger.Today, Is.EqualTo(new DateOnly(2025, 6, 2)));
    }

    [Test]
    public async Task Ledger_Created_HasNothingElse(CancellationToken cancellationToken)
    {
        var (reader, at, nobody) = (Ledger.Reader, BlockTag.Latest, new PartyId(999));

        Assert.That(await reader.Party(nobody, at, cancellationToken), Is.Null);
        Assert.That(await reader.Signer(Keccak256.Hash([]), at, cancellationToken), Is.Null);
        Assert.That(await reader.Recovery(nobody, at, cancellationToken), Is.Null);
        Assert.That(await reader.NextParameters(at, cancellationToken), Is.Null);
        Assert.That(await reader.ProposedParameters(at, cancellationToken), Is.Null);
        Assert.That(await reader.LendingPolicy(nobody, at, cancellationToken), Is.Null);
        Assert.That(await reader.CreditModel(nobody, at, cancellationToken), Is.Null);
        Assert.That(await reader.Receivable(new ReceivableId(999), at, cancellationToken), Is.Null);
        Assert.That(await reader.Loan(new LoanId(999), at, cancellationToken), Is.Null);
        Assert.That(await reader.ReceivableOfFingerprint(Keccak256.Hash([]), at, cancellationToken), Is.Null);
        Assert.That(await reader.BankTotals(nobody, at, cancellationToken), Is.EqualTo(new BankTotals(default, default, default, default)));
        Assert.That(
            await reader.CreditLine(nobody, nobody, ExposureSide.Obligor, at, cancellationToken),
            Is.EqualTo(new CreditLine(Fen.Zero, Fen.Zero, 0, IsOwn: false)));
    }
}
