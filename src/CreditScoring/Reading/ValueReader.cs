using System.Globalization;
using FinanceChain.CreditScoring.Models;

namespace FinanceChain.CreditScoring.Reading;

/// <summary>Turns texts into the numbers of a row, or refuses. Shared by training and scoring, so that one text means one thing in both.</summary>
public static class ValueReader
{
    public const double LargestMagnitude = 1e15;
    public const int LongestText = 200;

    /// <summary>Reads a number; NaN where the text is a missing mark.</summary>
    public static InputRefusal? ReadNumber(string? text, string field, double? minimum, double? maximum, IReadOnlyCollection<string> missingMarks, out double value)
    {
        ArgumentNullException.ThrowIfNull(missingMarks);
        value = double.NaN;
        string trimmed = text?.Trim() ?? "";
        if (missingMarks.Contains(trimmed))
        {
            return null;
        }

        if (trimmed.TrimStart('+', '-').Equals("inf", StringComparison.OrdinalIgnoreCase))
        {
            return new InputRefusal(InputRule.NotFinite, field, trimmed);
        }

        if (!double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return new InputRefusal(InputRule.NotANumber, field, Short(trimmed));
        }

        if (Judge(number, field, minimum, maximum) is { } refusal)
        {
            return refusal with { Value = Short(trimmed) };
        }

        value = number;
        return null;
    }

    /// <summary>Judges a number that is not missing.</summary>
    public static InputRefusal? Judge(double number, string field, double? minimum, double? maximum)
    {
        InputRule? rule = number switch
        {
            _ when !double.IsFinite(number) => InputRule.NotFinite,
            _ when Math.Abs(number) > LargestMagnitude => InputRule.TooLarge,
            _ when number < minimum => InputRule.BelowMinimum,
            _ when number > maximum => InputRule.AboveMaximum,
            _ => null,
        };
        return rule is { } broken ? new InputRefusal(broken, field, number.ToString("R", CultureInfo.InvariantCulture)) : null;
    }

    /// <summary>Reads a level; null where the text is a missing mark.</summary>
    public static InputRefusal? ReadLevel(string? text, string field, IReadOnlyCollection<string> missingMarks, out string? level)
    {
        ArgumentNullException.ThrowIfNull(missingMarks);
        string trimmed = text?.Trim() ?? "";
        level = missingMarks.Contains(trimmed) ? null : trimmed;
        return trimmed.Length > LongestText ? new InputRefusal(InputRule.TooLong, field, Short(trimmed)) : null;
    }

    /// <summary>Value of a feature in a row: the number, or the index of the level; NaN for one that training did not see.</summary>
    public static InputRefusal? Read(ModelFeature feature, string? text, IReadOnlyCollection<string> missingMarks, out double value)
    {
        ArgumentNullException.ThrowIfNull(feature);
        if (feature.Kind == FeatureKind.Numeric)
        {
            return ReadNumber(text, feature.Name, feature.Minimum, feature.Maximum, missingMarks, out value);
        }

        InputRefusal? refusal = ReadLevel(text, feature.Name, missingMarks, out string? level);
        value = double.NaN;
        for (int i = 0; level is not null && i < feature.Levels.Count; i++)
        {
            if (feature.Levels[i] == level)
            {
                value = i;
            }
        }

        return refusal;
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
