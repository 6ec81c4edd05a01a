using System.Text.Json;

namespace FinanceChain.Ethereum;

internal static class JsonSkipping
{
    /// <summary>
    /// Skips the value at hand. <see cref="Utf8JsonReader.Skip"/> refuses every reader that is not on its final block, even where the value is
    /// all there, as it is inside a piece that was looked at whole before.
    /// </summary>
    /// <exception cref="JsonException">The value is not all there.</exception>
    public static void SkipValue(this ref Utf8JsonReader reader)
    {
        if (!reader.TrySkip())
        {
            throw new JsonException("A value ends early.");
        }
    }
}
