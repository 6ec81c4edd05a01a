namespace FinanceChain.Ethereum.Tests.Rpc;

/// <summary>Gives out its bytes seven at a time, so that every token is cut somewhere.</summary>
internal sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(7, buffer.Length)], cancellationToken);
}
