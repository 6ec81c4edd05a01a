namespace FinanceChain.LedgerContract;

/// <summary>What is wrong with an identifier that somebody entered: a stable code and a sentence in both languages.</summary>
/// <param name="Code">snake_case, stable.</param>
public sealed record ValueFault(string Code, string English, string Chinese);
