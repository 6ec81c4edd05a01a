using System.Net.Http.Headers;
using System.Text.Json;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>The body of a stream: a first line with chain and ledger, then one item a line.</summary>
internal sealed class OperationStream : HttpContent
{
    private readonly LedgerDomain _ledger;
    private readonly IReadOnlyList<BulkItem> _items;

    public OperationStream(LedgerDomain ledger, IReadOnlyList<BulkItem> items)
    {
        _ledger = ledger;
        _items = items;
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        await Line(stream, new { _ledger.Domain.ChainId, Ledger = _ledger.Domain.VerifyingContract });
        foreach (var item in _items)
        {
            await Line(stream, item);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private static async Task Line<T>(Stream stream, T content)
    {
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(content, LedgerJson.Options));
        await stream.WriteAsync("\n"u8.ToArray());
    }
}
