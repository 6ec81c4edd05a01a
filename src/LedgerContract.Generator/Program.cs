using System.Text;
using FinanceChain.LedgerContract.Generator;

return Run(args);

static int Run(string[] args)
{
    if (!Arguments.TryParse(args, out var arguments, out var problem))
    {
        Console.Error.WriteLine(problem);
        return 2;
    }

    if (arguments.Artifact is { } artifact && !File.Exists(artifact))
    {
        Console.Error.WriteLine($"{artifact} is missing: compile the contracts first (npx hardhat compile).");
        return 2;
    }

    var files = Generate(arguments);
    return arguments.Check ? Check(files, arguments.Output) : Write(files, arguments.Output);
}

static SortedDictionary<string, string> Generate(Arguments arguments)
{
    var json = arguments.Artifact is { } artifact
        ? LedgerDescription.FromArtifact(artifact)
        : File.ReadAllText(Path.Combine(arguments.Output, LedgerDescription.FileName));
    var contract = ContractModel.Parse(json);
    var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { [LedgerDescription.FileName] = json };
    foreach (var (name, source) in CodeFiles.Of(contract))
    {
        files.Add(name, source);
    }

    return files;
}

static int Check(SortedDictionary<string, string> files, string output)
{
    foreach (var (name, content) in files)
    {
        var path = Path.Combine(output, name);
        if (!File.Exists(path) || File.ReadAllText(path) != content)
        {
            Console.Error.WriteLine($"{name} is not what the contract says: run the generator and commit what it writes.");
            return 1;
        }
    }

    foreach (var stale in Stale(files, output))
    {
        Console.Error.WriteLine($"{Path.GetFileName(stale)} is not generated any more: run the generator and commit.");
        return 1;
    }

    Console.WriteLine($"{files.Count} generated files match the contract.");
    return 0;
}

static int Write(SortedDictionary<string, string> files, string output)
{
    Directory.CreateDirectory(output);
    foreach (var stale in Stale(files, output))
    {
        File.Delete(stale);
    }

    foreach (var (name, content) in files)
    {
        File.WriteAllText(Path.Combine(output, name), content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    Console.WriteLine($"{files.Count} files written.");
    return 0;
}

static IEnumerable<string> Stale(SortedDictionary<string, string> files, string output) =>
    Directory.Exists(output)
        ? Directory.EnumerateFiles(output).Where(path => !files.ContainsKey(Path.GetFileName(path))).Order(StringComparer.Ordinal)
        : [];
