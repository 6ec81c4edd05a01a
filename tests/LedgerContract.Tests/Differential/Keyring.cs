using FinanceChain.Ethereum;
using FinanceChain.LedgerContract.Tests.Chain;
using FinanceChain.LedgerContract.Tests.Model;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>All keys of a run, and signatures both as the contract gets them and as the model is told of them.</summary>
internal sealed class Keyring(TestLedger ledger, Dice dice)
{
    private const int Secp256k1Length = 66;

    private readonly Dictionary<Hash256, ISigner> _keys = [];

    public ISigner New()
    {
        // Mostly P-256: it is signed ten times as fast as secp256k1 and takes half the gas of a passkey.
        var key = TestParty.NewKey(ledger, dice.Weighted([(KeyKind.P256, 94), (KeyKind.Secp256k1, 3), (KeyKind.Passkey, 3)]));
        Add(key);
        return key;
    }

    public void Add(ISigner key) => _keys.Add(SignerId.Of(key), key);

    public ISigner? Find(Hash256 signerId) => _keys.GetValueOrDefault(signerId);

    public (GivenSignature Given, ByteString Bytes) Sign(ISigner key, ILedgerStruct terms) =>
        (new GivenSignature.By(SignerId.Of(key)), ledger.Domain.Sign(terms, key));

    /// <summary>Of the right length and scheme, and a signature of something else.</summary>
    public (GivenSignature Given, ByteString Bytes) Forge(ISigner key)
    {
        var bytes = key.Sign(dice.Hash());
        if (bytes.Length == Secp256k1Length)
        {
            // Another digest would give another, unknown signer: only an impossible v is invalid.
            bytes[^1] = 99;
        }

        return (new GivenSignature.Invalid(), ByteString.Wrap(bytes));
    }

    public (GivenSignature Given, ByteString Bytes) Garble()
    {
        var bytes = dice.Bytes(dice.Pick(0, 1, 65, 66, 128, 129, 200));
        if (bytes.Length > 0)
        {
            bytes[0] = (byte)dice.Pick(0, 4, 255);
        }

        return (new GivenSignature.Malformed((ulong)bytes.Length), ByteString.Wrap(bytes));
    }
}
