using System.Buffers.Binary;
using System.Security.Cryptography;
using FinanceChain.Ethereum;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// SHA-256 over what a transaction did: of each event of the ledger its place in the block (four bytes, big-endian), its topics and its data. So the events
/// that a node shows are compared with those that the indexer stored.
/// </summary>
internal static class EventDigest
{
    /// <summary>Of row x of <c>ledger.transaction</c>, of the ledger $2.</summary>
    public const string OfIndexed = """
        (select sha256(string_agg(int4send(e.log_index) || e.topics || e.data, ''::bytea order by e.log_index)) from ledger.event e
         where e.ledger_id = $2 and e.block_number = x.block_number and e.log_index between x.first_log_index and x.last_log_index)
        """;

    public static byte[] Of(IEnumerable<Log> logs, Address ledger)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> place = stackalloc byte[sizeof(int)];
        foreach (var log in logs.Where(log => log.Address == ledger).OrderBy(log => log.LogIndex))
        {
            BinaryPrimitives.WriteInt32BigEndian(place, checked((int)log.LogIndex));
            hash.AppendData(place);
            foreach (var topic in log.Topics)
            {
                hash.AppendData(topic.ToArray());
            }

            hash.AppendData(log.Data);
        }

        return hash.GetHashAndReset();
    }
}
