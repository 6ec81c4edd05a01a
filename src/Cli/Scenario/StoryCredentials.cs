using System.Security.Cryptography;
using System.Text.Json;
using FinanceChain.EmbeddedEngines;
using FinanceChain.FinanceGateway.Client;

namespace FinanceChain.Cli.Scenario;

/// <summary>
/// What the cast must keep between two attempts: the seed of its keys and each member's API credentials, which the gateway shows only once.
/// One file (0600), written before anything in it is used.
/// </summary>
internal sealed class StoryCredentials
{
    private const int SeedLength = 32;
    private readonly string _path;
    private readonly SortedDictionary<int, ClientCredentials> _clients;

    private StoryCredentials(string path, byte[] seed, SortedDictionary<int, ClientCredentials> clients)
    {
        _path = path;
        Seed = seed;
        _clients = clients;
    }

    public byte[] Seed { get; }

    public static async Task<StoryCredentials> Open(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            Kept kept = JsonSerializer.Deserialize<Kept>(await File.ReadAllTextAsync(path, cancellationToken))
                ?? throw new InvalidDataException($"{path} is empty.");
            return new StoryCredentials(path, kept.Seed, kept.Clients);
        }

        var fresh = new StoryCredentials(path, RandomNumberGenerator.GetBytes(SeedLength), []);
        await fresh.Write(cancellationToken);
        return fresh;
    }

    public ClientCredentials? Of(int member) => _clients.GetValueOrDefault(member);

    /// <summary>Keeps the credentials of many members at once.</summary>
    public async Task Keep(IEnumerable<(int Member, ClientCredentials Credentials)> given, CancellationToken cancellationToken)
    {
        foreach ((int member, ClientCredentials credentials) in given)
        {
            _clients[member] = credentials;
        }

        await Write(cancellationToken);
    }

    private Task Write(CancellationToken cancellationToken) =>
        PrivateFile.Write(_path, JsonSerializer.Serialize(new Kept(Seed, _clients)), cancellationToken);

    private sealed record Kept(byte[] Seed, SortedDictionary<int, ClientCredentials> Clients);
}
