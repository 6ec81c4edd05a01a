using System.Buffers;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>
/// A unified social credit code (GB 32100-2015): 18 characters, the organisation code with its own check character (GB 11714) at 9 to 17,
/// and a check character over all at 18. A well-formed value passed both checks. JSON: a string.
/// </summary>
[JsonConverter(typeof(Json))]
public readonly record struct Uscc
{
    public const int Length = 18;

    // No I, O, S, V, Z.
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const string Base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int RegionStart = 2;
    private const int OrganisationStart = 8;
    private const int OrganisationCheckAt = 16;
    private const int CheckAt = 17;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);
    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    private readonly string? _text;

    private Uscc(string text) => _text = text;

    /// <summary>Upper case only. The fault names the first thing that is wrong, from length to the last check character.</summary>
    public static bool TryParse(string? text, out Uscc uscc, out ValueFault? fault)
    {
        fault = Check(text);
        uscc = fault is null ? new Uscc(text!) : default;
        return fault is null;
    }

    /// <exception cref="FormatException">Not a USCC; the message says what is wrong.</exception>
    public static Uscc Parse(string text) => TryParse(text, out var uscc, out var fault) ? uscc : throw new FormatException(fault!.English);

    /// <summary>Completes a code with both check characters.</summary>
    /// <param name="authorityAndType">Two characters: registering authority and kind of organisation, such as <c>91</c>.</param>
    /// <param name="region">Where it was registered.</param>
    /// <param name="organisation">The first eight characters of the organisation code, without its check character.</param>
    /// <exception cref="FormatException">A part has the wrong length or character.</exception>
    public static Uscc Compose(string authorityAndType, RegionCode region, string organisation)
    {
        ArgumentNullException.ThrowIfNull(authorityAndType);
        ArgumentNullException.ThrowIfNull(organisation);
        if (authorityAndType.Length != 2 || organisation.Length != OrganisationWeights.Length)
        {
            throw new FormatException("A USCC is composed of two characters, a region and eight characters of the organisation code.");
        }

        var body = $"{authorityAndType}{region}{organisation}";
        if (body.AsSpan().IndexOfAnyExcept(Allowed) >= 0)
        {
            throw new FormatException("A USCC has digits and capital letters without I, O, S, V, Z only.");
        }

        body += OrganisationCheck(body);
        return Parse(body + CheckCharacter(body));
    }

    public override string ToString() => _text ?? "";

    private static ValueFault? Check(string? text)
    {
        if (text is not { Length: Length })
        {
            return new ValueFault("uscc_length_wrong", "A USCC has 18 characters.", "统一社会信用代码须为 18 位。");
        }

        var invalid = text.AsSpan().IndexOfAnyExcept(Allowed);
        if (invalid >= 0)
        {
            return new ValueFault(
                "uscc_character_invalid",
                $"Character {invalid + 1} of the USCC must be a digit or a capital letter other than I, O, S, V, Z.",
                $"统一社会信用代码第 {invalid + 1} 位须为数字或大写字母（不含 I、O、S、V、Z）。");
        }

        if (text.AsSpan(RegionStart, OrganisationStart - RegionStart).IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return new ValueFault(
                "uscc_region_invalid",
                "Characters 3 to 8 of a USCC are the six digits of a region.",
                "统一社会信用代码第 3 至 8 位须为六位数字的行政区划代码。");
        }

        // Neither sentence names the character that would pass: whoever mistyped must look at the licence again.
        if (text[OrganisationCheckAt] != OrganisationCheck(text))
        {
            return new ValueFault(
                "uscc_organisation_check_wrong",
                "Characters 9 to 17 of the USCC (the organisation code) fail their check character.",
                "统一社会信用代码第 9 至 17 位（组织机构代码）校验码不符。");
        }

        return text[CheckAt] == CheckCharacter(text)
            ? null
            : new ValueFault(
                "uscc_check_wrong",
                "The USCC fails its check character (the last one).",
                "统一社会信用代码末位校验码不符。");
    }

    private static char CheckCharacter(string text)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            sum += Alphabet.IndexOf(text[i], StringComparison.Ordinal) * Weights[i];
        }

        return Alphabet[(Alphabet.Length - sum % Alphabet.Length) % Alphabet.Length];
    }

    private static char OrganisationCheck(string text)
    {
        var sum = 0;
        for (var i = 0; i < OrganisationWeights.Length; i++)
        {
            sum += Base36.IndexOf(text[OrganisationStart + i], StringComparison.Ordinal) * OrganisationWeights[i];
        }

        return (11 - sum % 11) switch
        {
            10 => 'X',
            11 => '0',
            var value => (char)('0' + value),
        };
    }

    private sealed class Json : TextJsonConverter<Uscc>
    {
        protected override string? Parse(string text, out Uscc value) => TryParse(text, out value, out var fault) ? null : fault!.English;
    }
}
