using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Model;

/// <summary>What there is to know of a signature without doing cryptography: the model believes it, the contract verifies it.</summary>
internal abstract record GivenSignature
{
    /// <summary>Stands for an optional signature that is left out.</summary>
    public static GivenSignature Absent { get; } = new Malformed(0);

    /// <summary>This signer signed the terms.</summary>
    public sealed record By(Hash256 SignerId) : GivenSignature;

    /// <summary>Bytes of no scheme.</summary>
    public sealed record Malformed(ulong Length) : GivenSignature;

    /// <summary>Well-formed, and a signature of nothing that matters.</summary>
    public sealed record Invalid : GivenSignature;
}
