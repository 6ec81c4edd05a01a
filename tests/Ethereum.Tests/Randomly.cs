using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests;

/// <summary>Random values and how often properties are tried.</summary>
internal static class Randomly
{
    public static Gen<byte> Byte { get; } = Gen.Choose(0, 255).Select(value => (byte)value);

    /// <summary>Half of the bytes are zero, so that random words are often valid numbers and offsets.</summary>
    public static Gen<byte> SparseByte { get; } = Gen.Frequency((3, Gen.Constant((byte)0)), (1, Gen.Elements<byte>(1, 32, 64, 96)), (1, Byte));

    public static Gen<Hash256> Hash { get; } = Bytes(Hash256.Length).Select(bytes => Hash256.FromBytes(bytes));

    public static Gen<Address> Address { get; } = Bytes(Ethereum.Address.Length).Select(bytes => Ethereum.Address.FromBytes(bytes));

    public static Gen<byte[]> SomeBytes { get; } = Gen.Choose(0, 100).SelectMany(Bytes);

    public static Gen<BigInteger> UInt256 { get; } = Gen.Choose(0, 32).SelectMany(Bytes).Select(bytes => new BigInteger(bytes, isUnsigned: true));

    public static Gen<byte[]> Bytes(int length) => Byte.ArrayOf(length);

    public static void Holds(Property property, int times = 500) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(times).WithQuietOnSuccess(true), property);

    /// <summary>The reading of hostile input ends in a value or in the given refusal; anything else that is thrown fails the property.</summary>
    public static bool RefusesOnlyBy<TException>(Action read)
        where TException : EthereumException
    {
        try
        {
            read();
        }
        catch (TException)
        {
            return true;
        }

        return true;
    }
}
