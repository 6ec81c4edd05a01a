namespace FinanceChain.CreditScoring.Reading;

/// <summary>Rules that an input must keep, in the order in which they are checked. Append only.</summary>
public enum InputRule
{
    /// <summary>The data has no such column, or the facts no such field.</summary>
    FieldAbsent = 1,

    /// <summary>The text is not a number.</summary>
    NotANumber,

    /// <summary>Infinity, or a number that no double holds.</summary>
    NotFinite,

    /// <summary>Beyond ±10^15: a unit mistake, not a fact.</summary>
    TooLarge,

    /// <summary>Below the least value that the schema allows, for instance negative.</summary>
    BelowMinimum,

    /// <summary>Above the greatest value that the schema allows.</summary>
    AboveMaximum,

    /// <summary>A text longer than 200 characters.</summary>
    TooLong,

    /// <summary>Known, or dated, only after the instant for which the score is asked.</summary>
    AfterAsOf,

    /// <summary>Two facts of one name, source and date that differ.</summary>
    Contradiction,

    /// <summary>On the day of the decision the bank's signatures on the ledger make no model active, or another one.</summary>
    ModelInactive,

    /// <summary>An override names who decides, and says why in at least ten characters.</summary>
    ReasonMissing,

    /// <summary>Outside the range that its unit allows.</summary>
    OutOfRange,
}

/// <summary>An input that is refused: where, what and which rule.</summary>
/// <param name="Row">Line of the data, from 1; null where there are no lines.</param>
public sealed record InputRefusal(InputRule Rule, string Field, string Value, int? Row = null)
{
    /// <summary>One sentence for a person.</summary>
    public override string ToString() => $"{(Row is { } row ? $"row {row}, " : "")}field '{Field}': '{Value}' breaks the rule {Rule}";
}
