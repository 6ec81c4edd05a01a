using System.Buffers.Binary;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>A contract whose only call emits a number of <c>TransferSingle</c> events (ERC-1155), written out in the EVM's instructions.</summary>
internal static class TransferContract
{
    public static readonly Hash256 Topic0 = Keccak256.Hash("TransferSingle(address,address,address,uint256,uint256)"u8);

    // With i from the count down to 1 and n = first + i: id = n mod 50, value = n + 1, to = n mod 1000 + 1, from = n mod 997 + 2000.
    private static byte[] Runtime =>
    [
        0x5f, 0x35,                                                 // i = calldata[0]
        0x5b, 0x80, 0x15, 0x60, 0x5b, 0x57,                         // loop (2): if i is 0 go to the end (0x5b)
        0x80, 0x60, 0x20, 0x35, 0x01,                               // n
        0x80, 0x60, 0x32, 0x90, 0x06, 0x5f, 0x52,                   // memory[0] = n mod 50
        0x80, 0x60, 0x01, 0x01, 0x60, 0x20, 0x52,                   // memory[32] = n + 1
        0x80, 0x61, 0x03, 0xe8, 0x90, 0x06, 0x60, 0x01, 0x01,       // to
        0x90, 0x61, 0x03, 0xe5, 0x90, 0x06, 0x61, 0x07, 0xd0, 0x01, // from
        0x33,                                                       // operator: the caller
        0x7f, .. Topic0.ToArray(),
        0x60, 0x40, 0x5f, 0xa4,                                     // log4 of 64 bytes
        0x60, 0x01, 0x90, 0x03,                                     // i - 1
        0x60, 0x02, 0x56,                                           // to the loop
        0x5b, 0x00,
    ];

    public static int Token(int n) => n % 50;

    public static long Amount(int n) => n + 1;

    public static int To(int n) => (n % 1000) + 1;

    public static int From(int n) => (n % 997) + 2000;

    public static byte[] Creation
    {
        get
        {
            var runtime = Runtime;
            return [0x60, (byte)runtime.Length, 0x80, 0x60, 0x09, 0x5f, 0x39, 0x5f, 0xf3, .. runtime];
        }
    }

    public static byte[] Call(int count, int first)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(28), count);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(60), first);
        return data;
    }
}
