using System.Globalization;
using System.Text.Json;

namespace FinanceChain.EmbeddedEngines;

/// <summary>A file into which anvil has written a chain: the latest block's surroundings, all accounts, blocks and transactions.</summary>
/// <param name="Block">Number of its latest block.</param>
internal sealed record StateFile(string Path, ulong Block)
{
    /// <summary>
    /// Null when the file is absent, ends in the middle, or when a block came while its parts were collected so that they name different latest
    /// blocks. That the accounts are those of that block the file cannot say: <see cref="EmbeddedChain"/> asks the chain that has loaded it.
    /// </summary>
    internal static StateFile? Read(string path) => File.Exists(path) && LatestBlock(File.ReadAllBytes(path)) is { } block ? new(path, block) : null;

    /// <summary>The latest block that all parts of this JSON agree on, or null.</summary>
    internal static ulong? LatestBlock(ReadOnlySpan<byte> json)
    {
        const int OfTheFile = 1;
        const int OfTheSurroundings = 2;
        const int OfAHeader = 4;
        ulong? surroundings = null;
        ulong? best = null;
        ulong? blocks = null;
        string part = "";
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.CurrentDepth == OfTheFile)
                {
                    part = reader.GetString()!;
                    if (part == "best_block_number")
                    {
                        best = Number(ref reader);
                    }
                }
                else if (part is "block" or "blocks" && reader.CurrentDepth is OfTheSurroundings or OfAHeader && reader.ValueTextEquals("number"))
                {
                    ulong number = Number(ref reader);
                    if (part == "block")
                    {
                        surroundings = number;
                    }
                    else
                    {
                        blocks = Math.Max(number, blocks ?? 0);
                    }
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or FormatException or OverflowException)
        {
            return null;
        }

        return best is not null && surroundings == best && (blocks ?? 0) == best ? best : null;
    }

    /// <summary>Anvil writes some numbers as numbers and others as hexadecimal text.</summary>
    private static ulong Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetUInt64(),
            JsonTokenType.String when reader.GetString() is ['0', 'x', .. var digits] => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            _ => throw new JsonException("no number"),
        };
    }
}
