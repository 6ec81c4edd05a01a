using FinanceChain.Ethereum;
using FinanceChain.LedgerContract.Tests.Model;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>A record of the contract that must be equal to the model's.</summary>
internal sealed record ExpectedRead(string Name, object? Expected, Func<LedgerReader, CancellationToken, Task<object?>> Read)
{
    /// <summary>All that the model wrote since it was last asked, and always the control totals and the rules.</summary>
    public static IReadOnlyList<ExpectedRead> OfWritten(LedgerModel model) =>
    [
        .. Of("party", model.Parties.TakeWritten(), (reader, id, cancel) => reader.Party(id, BlockTag.Latest, cancel)),
        .. Of("signer", model.Signers.TakeWritten(), (reader, id, cancel) => reader.Signer(id, BlockTag.Latest, cancel)),
        .. Of("recovery", model.Recoveries.TakeWritten(), (reader, id, cancel) => reader.Recovery(id, BlockTag.Latest, cancel)),
        .. Of("policy", model.Policies.TakeWritten(), (reader, id, cancel) => reader.LendingPolicy(id, BlockTag.Latest, cancel)),
        .. Of(
            "credit line",
            model.Lines.TakeWritten(),
            async (reader, key, cancel) => await reader.CreditLine(key.Bank, key.Party, key.Side, BlockTag.Latest, cancel)),
        .. Of("credit model", model.CreditModels.TakeWritten(), (reader, id, cancel) => reader.CreditModel(id, BlockTag.Latest, cancel)),
        .. Of("receivable", model.Receivables.TakeWritten(), (reader, id, cancel) => reader.Receivable(id, BlockTag.Latest, cancel)),
        .. Of("loan", model.Loans.TakeWritten(), (reader, id, cancel) => reader.Loan(id, BlockTag.Latest, cancel)),
        .. Of("totals of bank", model.BankTotals.TakeWritten(), async (reader, id, cancel) => await reader.BankTotals(id, BlockTag.Latest, cancel)),
        new("control totals", model.Totals, async (reader, cancel) => await reader.Totals(BlockTag.Latest, cancel)),
        new("rules in force", model.Rules, async (reader, cancel) => await reader.Parameters(BlockTag.Latest, cancel)),
        new("rules adopted", model.NextRules, async (reader, cancel) => await reader.NextParameters(BlockTag.Latest, cancel)),
        new("rules proposed", model.ProposedRules, async (reader, cancel) => await reader.ProposedParameters(BlockTag.Latest, cancel)),
        new("date", model.Today, async (reader, cancel) => await reader.Today(BlockTag.Latest, cancel)),
    ];

    /// <summary>Every record that the model has: what the contract changed without saying so is found here.</summary>
    public static IReadOnlyList<ExpectedRead> OfAll(LedgerModel model)
    {
        model.Parties.MarkAll();
        model.Signers.MarkAll();
        model.Policies.MarkAll();
        model.Lines.MarkAll();
        model.CreditModels.MarkAll();
        model.Receivables.MarkAll();
        model.Loans.MarkAll();
        model.BankTotals.MarkAll();
        return
        [
            .. OfWritten(model),
            .. model.Parties.All.Keys.Select(id => new ExpectedRead(
                $"recovery {id}", model.Recoveries[id], async (reader, cancel) => await reader.Recovery(id, BlockTag.Latest, cancel))),
            .. model.Invoices.Select(invoice => new ExpectedRead(
                $"invoice {invoice.Key}",
                invoice.Value,
                async (reader, cancel) => await reader.ReceivableOfFingerprint(invoice.Key, BlockTag.Latest, cancel))),
        ];
    }

    private static IEnumerable<ExpectedRead> Of<TKey, TRecord>(
        string name, IReadOnlyList<(TKey Key, TRecord? Record)> written, Func<LedgerReader, TKey, CancellationToken, Task<TRecord?>> read)
        where TKey : notnull
        where TRecord : class =>
        written.Select(one => new ExpectedRead(
            $"{name} {one.Key}", one.Record, async (reader, cancel) => await read(reader, one.Key, cancel)));
}
