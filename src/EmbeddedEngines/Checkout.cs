namespace FinanceChain.EmbeddedEngines;

/// <summary>The checkout that this program was built in: where <c>node_modules</c> and the other programs stand.</summary>
public static class Checkout
{
    /// <summary>The folder of FinanceChain.sln, sought upwards from the running program.</summary>
    /// <exception cref="EngineException">The program was moved out of its checkout.</exception>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FinanceChain.sln")))
            {
                return folder.FullName;
            }
        }

        throw new EngineException($"No FinanceChain.sln was found above {start}: run the program from its checkout.");
    }
}
