using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>Parties, rules and policies: what the annex <c>Registry</c> does, seen through the ledger.</summary>
[CancelAfter(120_000)]
public sealed class RegistryStoryTests
{
    private TestTown? _founded;

    private TestTown Town => _founded!;

    private TestLedger Ledger => Town.Ledger;

    [OneTimeSetUp]
    public async Task Found() => _founded = await TestTown.Found(KeyKind.Passkey);

    [OneTimeTearDown]
    public async Task End()
    {
        if (_founded is not null)
        {
            await _founded.DisposeAsync();
        }
    }

    [Test]
    public async Task Obligor_StopListed_IssuesNothingMore(CancellationToken cancellationToken)
    {
        var core = await TestParty.Enterprise(Ledger, KeyKind.Secp256k1, cancellationToken);
        var set = new SetStanding(core.Id, Standing.StopListed, TestTown.Reason, 0, Ledger.Deadline);
        var stopped = await Ledger.Run<StandingSet>(set, [Ledger.Operator], cancellationToken);

        Assert.That(stopped, Is.EqualTo(new StandingSet(core.Id, Standing.StopListed, TestTown.Reason)));
        await Ledger.Refuses(
            Town.Issue() with { Obligor = core.Id }, [core.Key, Town.Supplier.Key], RefusalCode.PartyStopListed, "obligor", cancellationToken);
        await Ledger.Refuses(set, [Ledger.Operator], RefusalCode.PartyRevisionStale, "revision", cancellationToken, ("current", (ushort)1));
        await Ledger.Refuses(
            set with { Revision = 1 }, [Ledger.Operator], RefusalCode.StandingInvalid, "standing", cancellationToken, ("standing", Standing.StopListed));
        await Ledger.Refuses(
            set with { Revision = 1, Standing = Standing.Suspended, ReasonHash = Hash256.Zero },
            [Ledger.Operator],
            RefusalCode.ReasonMissing,
            "reasonHash",
            cancellationToken);
    }

    [Test]
    public async Task Party_Suspended_EntersNoAgreement(CancellationToken cancellationToken)
    {
        var supplier = await TestParty.Enterprise(Ledger, KeyKind.Secp256k1, cancellationToken);
        await Ledger.Run<StandingSet>(
            new SetStanding(supplier.Id, Standing.Suspended, TestTown.Reason, 0, Ledger.Deadline), [Ledger.Operator], cancellationToken);

        await Ledger.Refuses(
            Town.Issue() with { Holder = supplier.Id },
            [Town.Core.Key, supplier.Key],
            RefusalCode.PartySuspended,
            "holder",
            cancellationToken,
            ("party", supplier.Id));
    }

    [Test]
    public async Task Recovery_AfterItsDelay_PutsTheNewSignerInForce(CancellationToken cancellationToken)
    {
        var party = await TestParty.Enterprise(Ledger, KeyKind.Passkey, cancellationToken);
        var key = TestParty.NewKey(Ledger, KeyKind.Passkey);
        var grant = SignerId.Grant(key, Rights.Enterprise);
        var propose = new ProposeRecovery(party.Id, grant.Signer, grant.Rights, 0, Ledger.Deadline);
        var complete = new CompleteRecovery(party.Id, SignerId.Of(key), Ledger.Deadline);
        await Ledger.Refuses(complete, [key], RefusalCode.RecoveryUnknown, "signerId", cancellationToken);
        await Ledger.Refuses(propose, [Ledger.Operator, party.Key], RefusalCode.SignerMismatch, "signer", cancellationToken);

        var proposed = await Ledger.Run<RecoveryProposed>(propose, [Ledger.Operator, key], cancellationToken);
        var pending = await Ledger.Reader.Recovery(party.Id, BlockTag.Latest, cancellationToken);
        await Ledger.Refuses(
            propose with { Revision = 1 }, [Ledger.Operator, key], RefusalCode.RecoveryPending, "party", cancellationToken);
        await Ledger.Refuses(
            complete, [key], RefusalCode.RecoveryEarly, "signerId", cancellationToken, ("readyDate", proposed.ReadyDate), ("today", Ledger.Today));
        var ready = Ledger.Today.AddDays(TestLedger.Limits.RecoveryDelayDays);
        await Ledger.AdvanceDays(TestLedger.Limits.RecoveryDelayDays, cancellationToken);
        var completed = await Ledger.Run<RecoveryCompleted>(complete, [key], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(proposed, Is.EqualTo(new RecoveryProposed(party.Id, SignerId.Of(key), grant.Signer, grant.Rights, ready)));
            Assert.That(pending, Is.EqualTo(new Recovery(SignerId.Of(key), grant.Rights, ready, pending!.SiblingId)));
            Assert.That(completed, Is.EqualTo(new RecoveryCompleted(party.Id, SignerId.Of(key), grant.Rights)));
        });
    }

    [Test]
    public async Task Recovery_Vetoed_IsGone(CancellationToken cancellationToken)
    {
        var key = TestParty.NewKey(Ledger, KeyKind.Passkey);
        await Ledger.Run<RecoveryProposed>(
            new ProposeRecovery(Town.Bank.Id, new ByteString(key.SignerBytes.Span), Rights.Manage, 0, Ledger.Deadline),
            [Ledger.Operator, key],
            cancellationToken);
        // Any signer of the party may: this one can only disburse.
        var vetoed = await Ledger.Run<RecoveryVetoed>(
            new VetoRecovery(Town.Bank.Id, SignerId.Of(key), Ledger.Deadline), [Town.Bank.Checker], cancellationToken);

        Assert.That(vetoed, Is.EqualTo(new RecoveryVetoed(Town.Bank.Id, SignerId.Of(key))));
        Assert.That(await Ledger.Reader.Recovery(Town.Bank.Id, BlockTag.Latest, cancellationToken), Is.Null);
    }

    [Test]
    public async Task Parameters_ProposedAndAdopted_HoldFromTheirStartDate(CancellationToken cancellationToken)
    {
        var rules = TestLedger.Limits with { StartDate = Ledger.Today.AddDays(TestLedger.Limits.NoticeDays), MaxInvoices = 9 };
        var propose = new ProposeParameters(rules, 0, Ledger.Deadline);
        var adopt = new AdoptParameters(rules, Ledger.Deadline);
        await Ledger.Refuses(
            propose with { Parameters = rules with { MaxTenorDays = 0 } }, [Ledger.Operator], RefusalCode.ParametersInvalid, "parameters", cancellationToken);
        await Ledger.Refuses(
            propose with { Parameters = rules with { StartDate = rules.StartDate.AddDays(-1) } },
            [Ledger.Operator],
            RefusalCode.StartDateEarly,
            "parameters.startDate",
            cancellationToken,
            ("earliest", rules.StartDate));
        await Ledger.Refuses(adopt, [Ledger.Regulator], RefusalCode.ParametersNotProposed, "parameters", cancellationToken);

        var proposed = await Ledger.Run<ParametersProposed>(propose, [Ledger.Operator], cancellationToken);
        Assert.That(await Ledger.Reader.ProposedParameters(BlockTag.Latest, cancellationToken), Is.EqualTo(rules));
        var adopted = await Ledger.Run<ParametersAdopted>(adopt, [Ledger.Regulator], cancellationToken);
        Assert.That(await Ledger.Reader.ProposedParameters(BlockTag.Latest, cancellationToken), Is.Null);
        Assert.That(await Ledger.Reader.NextParameters(BlockTag.Latest, cancellationToken), Is.EqualTo(rules));
        Assert.That(await Ledger.Reader.Parameters(BlockTag.Latest, cancellationToken), Is.EqualTo(TestLedger.Limits));
        await Ledger.AdvanceDays(TestLedger.Limits.NoticeDays, cancellationToken);

        Assert.That(await Ledger.Reader.Parameters(BlockTag.Latest, cancellationToken), Is.EqualTo(rules));
        Assert.That(proposed, Is.EqualTo(new ParametersProposed(rules)));
        Assert.That(adopted, Is.EqualTo(new ParametersAdopted(rules)));
    }

    [Test]
    public async Task CreditLimit_Set_BoundsWhatABankLends(CancellationToken cancellationToken)
    {
        var bank = await TestParty.Bank(Ledger, KeyKind.P256, cancellationToken);
        var limit = new SetCreditLimit(bank.Id, Town.Core.Id, ExposureSide.Obligor, TestTown.Face, 0, Ledger.Deadline);
        var set = await Ledger.Run<CreditLimitSet>(limit, [bank.Maker], cancellationToken);
        var first = Town.Open(await Town.Issued(cancellationToken)) with { Bank = bank.Id };
        await Ledger.Run<LoanOpened>(first, [Town.Supplier.Key, bank.Maker], cancellationToken);
        var second = Town.Open(await Town.Issued(cancellationToken)) with { Bank = bank.Id };

        await Ledger.Refuses(
            second,
            [Town.Supplier.Key, bank.Maker],
            RefusalCode.CreditLimitExceeded,
            "principalFen",
            cancellationToken,
            ("side", ExposureSide.Obligor),
            ("usedFen", TestTown.Face.Value),
            ("limitFen", TestTown.Face.Value));
        await Ledger.Refuses(limit, [bank.Maker], RefusalCode.LimitRevisionStale, "revision", cancellationToken);
        await Ledger.Refuses(
            limit with { Party = bank.Id }, [bank.Maker], RefusalCode.PartyKindWrong, "party", cancellationToken, ("expected", PartyKind.Enterprise));
        await Ledger.Refuses(limit with { Side = ExposureSide.None }, [bank.Maker], RefusalCode.SideInvalid, "side", cancellationToken);
        await Ledger.Refuses(
            limit with { Revision = 1, LimitFen = new Fen(1UL << 48) }, [bank.Maker], RefusalCode.LimitOutOfRange, "limitFen", cancellationToken, ("limitFen", 1UL << 48));
        var line = await Ledger.Reader.CreditLine(bank.Id, Town.Core.Id, ExposureSide.Obligor, BlockTag.Latest, cancellationToken);
        Assert.That(set, Is.EqualTo(new CreditLimitSet(bank.Id, Town.Core.Id, ExposureSide.Obligor, TestTown.Face)));
        Assert.That(line, Is.EqualTo(new CreditLine(TestTown.Face, TestTown.Face, 1, IsOwn: true)));
    }

    [TestCase(1_000_000_000_001UL, 1UL, 1UL, "dualApprovalFen")]
    [TestCase(1UL, 1UL << 48, 1UL << 48, "obligorLimitFen")]
    [TestCase(1UL, 1UL, 1UL << 48, "borrowerLimitFen")]
    public Task LendingPolicy_BeyondItsRange_NamesTheField(
        ulong dual, ulong obligor, ulong borrower, string field, CancellationToken cancellationToken) => Ledger.Refuses(
            new SetLendingPolicy(Town.Bank.Id, new Fen(dual), new Fen(obligor), new Fen(borrower), 1, Ledger.Deadline),
            [Town.Bank.Maker],
            RefusalCode.LimitOutOfRange,
            field,
            cancellationToken);

    [Test]
    public async Task Bank_WithoutAPolicy_LendsNothing(CancellationToken cancellationToken)
    {
        ISigner maker = TestParty.NewKey(Ledger, KeyKind.P256);
        var registration = new RegisterParty(
            PartyKind.Bank, TestLedger.Yongkang, IndustryCode.Parse("J6621"), TestTown.Reason, [SignerId.Grant(maker, Rights.Bank)], Ledger.Deadline);
        var bank = (await Ledger.Run<PartyRegistered>(registration, [Ledger.Operator, maker], cancellationToken)).Party;
        var open = Town.Open(await Town.Issued(cancellationToken)) with { Bank = bank };

        await Ledger.Refuses(open, [Town.Supplier.Key, maker], RefusalCode.LendingPolicyMissing, "bank", cancellationToken, ("bank", bank));
    }

    [Test]
    public async Task Model_ActivatedByTwoApprovers_IsRecorded(CancellationToken cancellationToken)
    {
        var bank = await TestParty.Bank(Ledger, KeyKind.P256, cancellationToken);
        var (from, until) = (Ledger.Today, Ledger.Today.AddDays(365));
        var activate = new ActivateModel(bank.Id, TestTown.Reason, from, until, 1, Ledger.Deadline);
        await Ledger.Refuses(activate, [bank.Maker, bank.Maker], RefusalCode.SignersNotDistinct, null, cancellationToken);
        await Ledger.Refuses(
            activate with { UntilDate = from.AddDays(-1) }, [bank.Maker, bank.SecondMaker], RefusalCode.ModelDatesInvalid, "fromDate", cancellationToken, ("untilDate", from.AddDays(-1)));

        var activated = await Ledger.Run<ModelActivated>(activate, [bank.Maker, bank.SecondMaker], cancellationToken);

        Assert.That(activated, Is.EqualTo(new ModelActivated(bank.Id, TestTown.Reason, from, until)));
        Assert.That(
            await Ledger.Reader.CreditModel(bank.Id, BlockTag.Latest, cancellationToken), Is.EqualTo(new CreditModel(TestTown.Reason, from, until)));
    }
}
