using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Tests.Support;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>A random story on a real ledger, projected and compared with the contract's own views.</summary>
internal sealed class ProjectionTests
{
    private string _database = null!;
    private TestLedger _ledger = null!;
    private Story _story = null!;

    [OneTimeSetUp]
    public async Task PlayAndIndex()
    {
        _database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        _story = new Story(_ledger, seed: 20250630);
        await _story.Open(enterprises: 12, banks: 3);
        for (var batch = 0; batch < 16; batch++)
        {
            await _story.Play(operations: 40);
        }

        await RunningIndexer.CatchUp(_ledger, _database);
    }

    [OneTimeTearDown]
    public void Close() => _ledger?.Dispose();

    [Test]
    public async Task Story_PlaysEveryOperation()
    {
        var played = await LedgerTables.Column<short>(_database, "select distinct kind from ledger.event order by kind");
        Assert.That(played.Select(kind => (EventKind)kind), Is.EqualTo(Enum.GetValues<EventKind>()));
        var refusals = new List<RefusalCode?>();
        foreach (var data in await LedgerTables.Column<byte[]>(_database, $"select data from ledger.event where kind = {(int)EventKind.OperationRefused}"))
        {
            // data: offset and length of the reason, then the reason itself.
            refusals.Add(LedgerErrors.Decode(data.AsSpan(64))?.Code);
        }

        Assert.That(refusals, Has.All.EqualTo(RefusalCode.DeadlineExpired), "the story knows what the ledger accepts");
    }

    [Test]
    public async Task Receivables_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select receivable_id, obligor, holder, amount_fen, disputed_fen, maturity_date, status, depth, splits, revision, coalesce(parent_id, 0),
                   frozen, review_needed
              from ledger.receivable order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var view = await _ledger.Contract.Receivable(new ReceivableId((ulong)reader.GetInt64(0)), BlockTag.Latest, CancellationToken.None);
            var projected = new Receivable(
                new PartyId((uint)reader.GetInt32(1)),
                new PartyId((uint)reader.GetInt32(2)),
                Fen(reader, 3),
                Fen(reader, 4),
                reader.GetFieldValue<DateOnly>(5),
                (ReceivableStatus)reader.GetInt16(6),
                (byte)reader.GetInt16(7),
                (byte)reader.GetInt16(8),
                (ushort)reader.GetInt32(9),
                new ReceivableId((ulong)reader.GetInt64(10)),
                reader.GetBoolean(11),
                reader.GetBoolean(12));
            Assert.That(projected, Is.EqualTo(view), $"receivable {reader.GetInt64(0)}");
        }

        Assert.That(rows, Is.EqualTo(_story.Receivables).And.GreaterThan(100));
        Assert.That(
            await LedgerTables.Column<short>(_database, "select distinct status from ledger.receivable order by 1"), Is.EqualTo(new short[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task Invoices_AfterStory_BackTheirReceivables()
    {
        var fingerprints = await LedgerTables.Column<byte[]>(_database, "select fingerprint from ledger.invoice");
        var receivables = await LedgerTables.Column<long>(_database, "select receivable_id from ledger.invoice");
        foreach (var (fingerprint, receivable) in fingerprints.Zip(receivables))
        {
            var view = await _ledger.Contract.ReceivableOfFingerprint(Hash256.FromBytes(fingerprint), BlockTag.Latest, CancellationToken.None);
            Assert.That(view, Is.EqualTo(new ReceivableId((ulong)receivable)));
        }

        Assert.That(
            await LedgerTables.Column<long>(
                _database,
                """
                select r.receivable_id from ledger.receivable r left join ledger.invoice i using (ledger_id, receivable_id)
                 where depth = 0 group by 1, issued_amount_fen having coalesce(sum(i.amount_fen), 0) < issued_amount_fen
                """),
            Is.Empty, "invoices cover what was issued");
    }

    [Test]
    public async Task Loans_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select loan_id, principal_fen, bank, borrower, receivable_id, annual_rate_bps, due_date, with_recourse, extended,
                   recourse_claimed_fen is not null, disbursed_fen, repaid_fen, written_off_fen, recovered_fen, interest_fen, fee_fen, revision, status,
                   approver, second_approver, lapse_date
              from ledger.loan order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var view = await _ledger.Contract.Loan(new LoanId((ulong)reader.GetInt64(0)), BlockTag.Latest, CancellationToken.None);
            var terms = new LoanTerms(
                Fen(reader, 1),
                new PartyId((uint)reader.GetInt32(2)),
                new PartyId((uint)reader.GetInt32(3)),
                new ReceivableId((ulong)reader.GetInt64(4)),
                new Bps((ushort)reader.GetInt32(5)),
                reader.GetFieldValue<DateOnly>(6),
                reader.GetBoolean(7),
                (ushort)reader.GetInt32(18),
                reader.IsDBNull(19) ? (ushort)0 : (ushort)reader.GetInt32(19),
                reader.GetBoolean(8),
                reader.GetBoolean(9),
                reader.GetFieldValue<DateOnly>(20));
            var progress = new LoanProgress(
                Fen(reader, 10),
                Fen(reader, 11),
                Fen(reader, 12),
                Fen(reader, 13),
                Fen(reader, 14),
                Fen(reader, 15),
                (ushort)reader.GetInt32(16),
                (LoanStatus)reader.GetInt16(17));
            Assert.That(new Loan(terms, progress), Is.EqualTo(view), $"loan {reader.GetInt64(0)}");
        }

        Assert.That(rows, Is.EqualTo(_story.Loans).And.GreaterThan(20));
        Assert.That(
            // In default is a state that most loans leave again.
            await LedgerTables.Column<short>(
                _database, "select status from ledger.loan union select 5::smallint from ledger.loan_default order by 1"),
            Is.EqualTo(new short[] { 1, 2, 3, 4, 5, 6, 7 }), "the story reaches every state");
    }

    [Test]
    public async Task PartiesAndSigners_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select p.party_id, p.kind, p.standing, p.region_code, p.industry, p.revision, p.standing_revision, p.profile_hash,
                   (select count(*) from ledger.signer s where s.party_id = p.party_id and s.removed_block is null),
                   (select count(*) from ledger.signer s where s.party_id = p.party_id)
              from ledger.party p order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var view = await _ledger.Contract.Party(new PartyId((uint)reader.GetInt32(0)), BlockTag.Latest, CancellationToken.None);
            var projected = new Party(
                (PartyKind)reader.GetInt16(1),
                (Standing)reader.GetInt16(2),
                RegionCode.Parse($"{reader.GetInt32(3)}"),
                reader.GetString(4) is { Length: > 0 } industry ? IndustryCode.Parse(industry) : default,
                (ushort)reader.GetInt64(8),
                view!.Managers,
                (ushort)reader.GetInt64(9),
                (ushort)reader.GetInt32(5),
                (ushort)reader.GetInt32(6),
                Hash256.FromBytes(reader.GetFieldValue<byte[]>(7)));
            Assert.That(projected, Is.EqualTo(view), $"party {reader.GetInt32(0)}");
        }

        Assert.That(rows, Is.EqualTo(_story.Parties + 2), "with the operator and the regulator");
        Assert.That(await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.signer where removed_block is not null"), Is.GreaterThan(0));
        foreach (var signerId in await LedgerTables.Column<byte[]>(_database, "select signer_id from ledger.signer where removed_block is null"))
        {
            var view = await _ledger.Contract.Signer(Hash256.FromBytes(signerId), BlockTag.Latest, CancellationToken.None);
            var rights = await LedgerTables.Scalar<short>(
                _database, $"select rights from ledger.signer where signer_id = '\\x{Convert.ToHexString(signerId)}'");
            Assert.That(rights, Is.EqualTo((short)view!.Rights));
        }
    }

    [Test]
    public async Task Recoveries_AfterStory_EqualViews()
    {
        Assert.That(
            await LedgerTables.Column<short>(_database, "select distinct status from ledger.signer_recovery order by 1"),
            Is.SupersetOf(new short[] { 2, 3 }), "some were vetoed and some completed");
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select p.party_id, r.signer_id, r.rights, r.ready_date
              from ledger.party p left join ledger.signer_recovery r on r.ledger_id = p.ledger_id and r.party_id = p.party_id and r.status = 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var view = await _ledger.Contract.Recovery(new PartyId((uint)reader.GetInt32(0)), BlockTag.Latest, CancellationToken.None);
            var projected = reader.IsDBNull(1)
                ? null
                : new Recovery(Hash256.FromBytes(reader.GetFieldValue<byte[]>(1)), (Rights)reader.GetInt16(2), reader.GetFieldValue<DateOnly>(3), view!.SiblingId);
            Assert.That(projected, Is.EqualTo(view), $"party {reader.GetInt32(0)}");
        }
    }

    [Test]
    public async Task PoliciesAndModels_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select p.bank, p.dual_approval_fen, p.obligor_limit_fen, p.borrower_limit_fen, m.model_hash, m.from_date, m.until_date
              from ledger.lending_policy p left join lateral (
                   select * from ledger.credit_model m where m.ledger_id = p.ledger_id and m.bank = p.bank
                    order by block_number desc, log_index desc limit 1) m on true
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var bank = new PartyId((uint)reader.GetInt32(0));
            var policy = new LendingPolicy(Fen(reader, 1), Fen(reader, 2), Fen(reader, 3), IsSet: true);
            Assert.That(policy, Is.EqualTo(await _ledger.Contract.LendingPolicy(bank, BlockTag.Latest, CancellationToken.None)));
            var model = reader.IsDBNull(4)
                ? null
                : new CreditModel(
                    Hash256.FromBytes(reader.GetFieldValue<byte[]>(4)), reader.GetFieldValue<DateOnly>(5), reader.GetFieldValue<DateOnly>(6));
            Assert.That(model, Is.EqualTo(await _ledger.Contract.CreditModel(bank, BlockTag.Latest, CancellationToken.None)));
        }

        Assert.That(rows, Is.EqualTo(3));
        Assert.That(await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.credit_model"), Is.GreaterThan(1));
    }

    [Test]
    public async Task CreditLines_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand("select bank, party_id, side, used_fen, coalesce(limit_fen, 0), revision from ledger.credit_line");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var view = await _ledger.Contract.CreditLine(
                new PartyId((uint)reader.GetInt32(0)),
                new PartyId((uint)reader.GetInt32(1)),
                (ExposureSide)reader.GetInt16(2),
                BlockTag.Latest,
                CancellationToken.None);
            var projected = new CreditLine(Fen(reader, 3), Fen(reader, 4), (ushort)reader.GetInt32(5), IsOwn: reader.GetInt32(5) > 0);
            Assert.That(projected, Is.EqualTo(view), $"line of bank {reader.GetInt32(0)} for party {reader.GetInt32(1)}");
        }

        Assert.That(await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.credit_line where used_fen > 0"), Is.GreaterThan(10));
        Assert.That(await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.credit_line where limit_fen is not null"), Is.GreaterThan(0));
    }

    [Test]
    public async Task Parameters_AfterStory_EqualViews()
    {
        foreach (var (adopted, view) in new[]
        {
            (true, await _ledger.Contract.NextParameters(BlockTag.Latest, CancellationToken.None)),
            (false, await _ledger.Contract.ProposedParameters(BlockTag.Latest, CancellationToken.None)),
        })
        {
            var last = await LedgerTables.Column<string>(
                _database,
                $"""
                select concat_ws(' ', start_date, max_tenor_days, max_reviewed_tenor_days, max_split_depth, max_splits, max_invoices,
                                 recovery_delay_days, notice_days, max_extension_days, approval_days)
                  from ledger.parameters where adopted = {adopted} order by block_number desc, log_index desc limit 1
                """);
            Assert.That(last, Has.Count.EqualTo(1));
            if (view is { } rules)
            {
                Assert.That(last[0], Is.EqualTo(
                    $"{rules.StartDate:yyyy-MM-dd} {rules.MaxTenorDays} {rules.MaxReviewedTenorDays} {rules.MaxSplitDepth} {rules.MaxSplits} {rules.MaxInvoices} {rules.RecoveryDelayDays} {rules.NoticeDays} {rules.MaxExtensionDays} {rules.ApprovalDays}"));
            }
        }
    }

    [Test]
    public async Task RunningTotals_AfterStory_EqualSumsAndContract()
    {
        var totals = await _ledger.Contract.Totals(BlockTag.Latest, CancellationToken.None);
        Assert.That(
            await LedgerTables.Column<string>(_database, "select * from ledger.unsound_totals(1::smallint)"), Is.Empty, "the triggers count what stands in the rows");
        Assert.That(
            await LedgerTables.Scalar<string>(
                _database,
                """
                select concat_ws(' ', enterprises, banks, receivables, loans, lent_fen, repaid_fen, issued_fen, redeemed_fen, cancelled_fen, written_off_fen,
                                 overdue_fen, recovered_fen, interest_fen, fee_fen, owed_fen)
                  from ledger.running_totals
                """),
            Is.EqualTo(
                $"{totals.Enterprises} {totals.Banks} {totals.Receivables} {totals.Loans} {totals.LentFen} {totals.RepaidFen} {totals.IssuedFen} {totals.RedeemedFen} {totals.CancelledFen} {totals.WrittenOffFen} "
                + $"{totals.OverdueFen} {totals.RecoveredFen} {totals.InterestFen} {totals.FeeFen} {totals.IssuedFen - totals.RedeemedFen - totals.CancelledFen}"));
        Assert.That(await LedgerTables.Scalar<bool>(_database, "select ledger_totals_match from report.summary(1::smallint)"));
        Assert.That(totals.RecoveredFen, Is.GreaterThan(FenSum.Zero).And.LessThan(totals.WrittenOffFen));
    }

    [Test]
    public async Task BankTotals_AfterStory_EqualContract()
    {
        var banks = await LedgerTables.Column<int>(_database, "select bank from ledger.bank_totals order by bank");
        Assert.That(banks, Has.Count.EqualTo(3));
        foreach (var bank in banks)
        {
            var view = await _ledger.Contract.BankTotals(new PartyId((uint)bank), BlockTag.Latest, CancellationToken.None);
            Assert.That(
                await LedgerTables.Scalar<string>(
                    _database,
                    $"""
                    select concat_ws(' ', lent_fen, repaid_fen, written_off_fen, overdue_fen, disbursements_fen, repayments_fen, write_offs_fen, defaults_fen)
                      from ledger.bank_totals where bank = {bank}
                    """),
                Is.EqualTo(
                    $"{view.LentFen} {view.RepaidFen} {view.WrittenOffFen} {view.OverdueFen} {view.LentFen} {view.RepaidFen} {view.WrittenOffFen} {view.OverdueFen}"));
        }
    }

    [Test]
    public async Task RawEvents_AfterStory_AreTheLogsOfTheChain()
    {
        var logs = await _ledger.Client.Logs(_ledger.Address, (ulong)_ledger.DeployBlock, (ulong)await _ledger.Head(), null, CancellationToken.None);
        var stored = await LedgerTables.Column<string>(
            _database,
            "select concat_ws(' ', block_number, log_index, encode(transaction_hash, 'hex'), kind, encode(topics, 'hex'), encode(data, 'hex'), extract(epoch from block_time)::bigint) from ledger.event order by block_number, log_index");
        var expected = new List<string>();
        foreach (var log in logs)
        {
            var time = (await _ledger.Client.Blocks([log.BlockNumber], CancellationToken.None))[0]!.Timestamp;
            var topics = string.Concat(log.Topics.Select(topic => Convert.ToHexStringLower(topic.ToArray())));
            expected.Add($"{log.BlockNumber} {log.LogIndex} {Convert.ToHexStringLower(log.TransactionHash.ToArray())} {(int)LedgerEvent.Decode(log)!.EventKind} {topics} {Convert.ToHexStringLower(log.Data)} {time}");
        }

        Assert.That(stored, Is.EqualTo(expected));
        Assert.That(
            await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.event_kind"), Is.EqualTo(Enum.GetValues<EventKind>().Length));
        Assert.That(
            await LedgerTables.Column<string>(_database, "select name from ledger.event_kind order by kind"),
            Is.EqualTo(Enum.GetValues<EventKind>().Select(kind => System.Text.Json.JsonSerializer.Serialize(kind).Trim('"'))));
    }

    private static Fen Fen(NpgsqlDataReader reader, int column) => new((ulong)reader.GetInt64(column));
}
