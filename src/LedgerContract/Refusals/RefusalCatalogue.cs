using System.Collections.Frozen;

namespace FinanceChain.LedgerContract;

/// <summary>What a refusal means to people.</summary>
/// <param name="Field">The JSON field of the operation that it concerns; null where none does.</param>
public sealed record RefusalMeaning(RefusalCode Code, string? Field, string English, string Chinese);

/// <summary>The sentences of all refusal codes, in both languages, and the field that each concerns.</summary>
public static partial class RefusalCatalogue
{
    private static readonly FrozenDictionary<RefusalCode, RefusalMeaning> ByCode =
        CommonMeanings.Concat(RuleMeanings).Concat(ReceivableMeanings).Concat(LoanMeanings).ToFrozenDictionary(meaning => meaning.Code);

    public static RefusalMeaning Of(RefusalCode code) => ByCode[code];
}
