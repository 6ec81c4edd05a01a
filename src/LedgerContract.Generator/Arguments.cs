namespace FinanceChain.LedgerContract.Generator;

/// <summary>What the command line asks for.</summary>
/// <param name="Artifacts">Hardhat's folder of artifacts; null takes the committed description, so that only the C# is generated.</param>
/// <param name="Output">The folder of the generated files.</param>
/// <param name="Check">Compare instead of write.</param>
internal sealed record Arguments(string? Artifacts, string Output, bool Check)
{
    private const string Usage =
        "Usage: LedgerContract.Generator [--artifacts FOLDER | --from-description] [--output FOLDER] [--check]  (run it in the root of the repository)";

    public static bool TryParse(string[] args, out Arguments arguments, out string? problem)
    {
        arguments = new Arguments(
            "artifacts",
            Path.Combine("src", "LedgerContract", "Generated"),
            Check: false);
        problem = null;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--check":
                    arguments = arguments with { Check = true };
                    break;
                case "--from-description":
                    arguments = arguments with { Artifacts = null };
                    break;
                case "--artifacts" when value is not null:
                    arguments = arguments with { Artifacts = value };
                    i++;
                    break;
                case "--output" when value is not null:
                    arguments = arguments with { Output = value };
                    i++;
                    break;
                default:
                    problem = Usage;
                    return false;
            }
        }

        return true;
    }
}
