using FinanceChain.Cli.Scenario;

namespace FinanceChain.Cli;

/// <summary>The scenarios that <c>up --scenario</c> knows.</summary>
internal static class Scenarios
{
    public const string None = "none";
    public const string Default = "yongkang";

    private static readonly Dictionary<string, Func<IScenario>> Known = new(StringComparer.Ordinal)
    {
        [Default] = () => new YongkangScenario(),
    };

    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys, None];

    /// <summary>Null for <see cref="None"/>.</summary>
    public static IScenario? Find(string name) => Known.TryGetValue(name, out Func<IScenario>? create) ? create() : null;
}
