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
        for (var batch = 0; batch < 12; batch++)
        {
            await _story.Play(operations: 40);
        }

        await RunningIndexer.CatchUp(_ledger, _database);
    }

    [OneTimeTearDown]
    public void Close() => _ledger?.Dispose();

    [Test]
    public async Task Receivables_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            "select receivable_id, obligor, holder, amount_fen, maturity_date, status, depth, revision, coalesce(parent_id, 0) from ledger.receivable order by 1");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var view = await _ledger.Contract.Receivable(new ReceivableId((ulong)reader.GetInt64(0)), BlockTag.Latest, CancellationToken.None);
            var projected = (reader.GetInt32(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetFieldValue<DateOnly>(4), reader.GetInt16(5),
                reader.GetInt16(6), reader.GetInt32(7), reader.GetInt64(8));
            Assert.That(projected, Is.EqualTo(((int)view!.Obligor.Value, (int)view.Holder.Value, (long)view.AmountFen.Value, view.MaturityDate,
                (short)view.Status, (short)view.Depth, (int)view.Revision, (long)view.Parent.Value)), $"receivable {reader.GetInt64(0)}");
        }

        Assert.That(rows, Is.EqualTo(_story.Receivables).And.GreaterThan(100));
    }

    [Test]
    public async Task Loans_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select loan_id, receivable_id, bank, borrower, principal_fen, repaid_fen, interest_fen, annual_rate_bps, due_date, with_recourse, status, revision
              from ledger.loan order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var view = await _ledger.Contract.Loan(new LoanId((ulong)reader.GetInt64(0)), BlockTag.Latest, CancellationToken.None);
            var projected = (reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
                reader.GetInt32(7), reader.GetFieldValue<DateOnly>(8), reader.GetBoolean(9), reader.GetInt16(10), reader.GetInt32(11));
            Assert.That(projected, Is.EqualTo(((long)view!.Receivable.Value, (int)view.Bank.Value, (int)view.Borrower.Value,
                (long)view.PrincipalFen.Value, (long)view.RepaidFen.Value, (long)view.InterestPaidFen.Value, (int)view.AnnualRateBps.Value, view.DueDate,
                view.WithRecourse, (short)view.Status, (int)view.Revision)), $"loan {reader.GetInt64(0)}");
        }

        Assert.That(rows, Is.EqualTo(_story.Loans).And.GreaterThan(20));
    }

    [Test]
    public async Task PartiesAndSigners_AfterStory_EqualViews()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(
            """
            select p.party_id, p.kind, p.region_code, p.industry, p.profile_hash,
                   (select count(*) from ledger.signer s where s.party_id = p.party_id and s.removed_block is null)
              from ledger.party p order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            var view = await _ledger.Contract.Party(new PartyId((uint)reader.GetInt32(0)), BlockTag.Latest, CancellationToken.None);
            var projected = (reader.GetInt16(1), reader.GetInt32(2), reader.GetString(3), Hash256.FromBytes(reader.GetFieldValue<byte[]>(4)), reader.GetInt64(5));
            Assert.That(projected, Is.EqualTo(((short)view!.Kind, (int)view.RegionCode.Value, view.Industry.ToString(), view.ProfileHash, (long)view.Signers)));
        }

        Assert.That(rows, Is.EqualTo(_story.Parties + 1), "with the operator");
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
    public async Task RunningTotals_AfterStory_EqualSumsAndContract()
    {
        var totals = await _ledger.Contract.Totals(BlockTag.Latest, CancellationToken.None);
        const string Compared = """
            select (select row(t.*)::text from ledger.running_totals t) = (select row(r.*)::text from ledger.recompute_totals(1::smallint) r)
            """;
        Assert.That(await LedgerTables.Scalar<bool>(_database, Compared), "the triggers count what stands in the rows");
        Assert.That(
            await LedgerTables.Scalar<string>(_database, "select concat_ws(' ', enterprises, banks, receivables, loans, lent_fen, repaid_fen, issued_fen, redeemed_fen, interest_fen, owed_fen) from ledger.running_totals"),
            Is.EqualTo($"{totals.Enterprises} {totals.Banks} {totals.Receivables} {totals.Loans} {totals.LentFen} {totals.RepaidFen} {totals.IssuedFen} {totals.RedeemedFen} {totals.InterestFen} {totals.IssuedFen - totals.RedeemedFen}"));
        Assert.That(await LedgerTables.Scalar<bool>(_database, "select ledger_totals_match from report.summary(1::smallint)"));
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
}
