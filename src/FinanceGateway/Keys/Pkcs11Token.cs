using System.Formats.Asn1;
using System.Runtime.InteropServices;
using FinanceChain.Ethereum;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace FinanceChain.FinanceGateway.Keys;

/// <summary>
/// A PKCS#11 token (a hardware security module, or softhsm2) that holds secp256k1 keys and signs inside. The private key never comes into this process;
/// low s and the recovery id, which the standard does not know, are computed here.
/// </summary>
internal sealed class Pkcs11Token : IDisposable
{
    private const string Secp256k1Oid = "1.3.132.0.10";
    private const int UncompressedPointLength = 65;

    private static readonly Lazy<bool> Loader = new(() =>
    {
        // The wrapper asks for libdl.so, which only comes with a compiler; every glibc has it under its version.
        NativeLibrary.SetDllImportResolver(
            typeof(Pkcs11InteropFactories).Assembly,
            (name, assembly, path) => name == "libdl" ? NativeLibrary.Load("libdl.so.2", assembly, path) : IntPtr.Zero);
        return true;
    });

    private readonly IPkcs11Library _library;
    private readonly Net.Pkcs11Interop.HighLevelAPI.ISession _session;
    private readonly Lock _one = new();

    /// <exception cref="InvalidOperationException">The library has no token of that label.</exception>
    /// <exception cref="Pkcs11Exception">The PIN is wrong, or the token refuses.</exception>
    public Pkcs11Token(string library, string label, string pin)
    {
        _library = Load(library);
        var isOpen = false;
        try
        {
            var slot = _library.GetSlotList(SlotsType.WithTokenPresent).FirstOrDefault(slot => slot.GetTokenInfo().Label == label)
                ?? throw new InvalidOperationException($"There is no PKCS#11 token with the label {label}.");
            _session = slot.OpenSession(SessionType.ReadOnly);
            _session.Login(CKU.CKU_USER, pin);
            isOpen = true;
        }
        finally
        {
            // Nobody will dispose of a token that was never made.
            if (!isOpen)
            {
                _library.Dispose();
            }
        }
    }

    public static IPkcs11Library Load(string library)
    {
        _ = Loader.Value;
        var factories = new Pkcs11InteropFactories();
        return factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, library, AppType.MultiThreaded);
    }

    /// <summary>The secp256k1 keys whose label begins so, in the order of their labels.</summary>
    public IReadOnlyList<ITransactionSigner> Keys(string labelPrefix)
    {
        lock (_one)
        {
            return
            [
                .. Find(CKO.CKO_PUBLIC_KEY)
                    .Select(handle => (Handle: handle, Label: Text(handle)))
                    .Where(found => found.Label.StartsWith(labelPrefix, StringComparison.Ordinal))
                    .OrderBy(found => found.Label, StringComparer.Ordinal)
                    .Select(found => Key(found.Handle, found.Label))
                    .OfType<ITransactionSigner>(),
            ];
        }
    }

    public void Dispose()
    {
        lock (_one)
        {
            _session.Dispose();
            _library.Dispose();
        }
    }

    private TokenKey? Key(IObjectHandle publicKey, string label)
    {
        var attributes = _session.GetAttributeValue(publicKey, [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT, CKA.CKA_ID]);
        var isCurve = AsnDecoder.ReadObjectIdentifier(attributes[0].GetValueAsByteArray(), AsnEncodingRules.DER, out _) == Secp256k1Oid;
        var point = AsnDecoder.ReadOctetString(attributes[1].GetValueAsByteArray(), AsnEncodingRules.DER, out _);
        var privateKey = Find(CKO.CKO_PRIVATE_KEY, (CKA.CKA_LABEL, label), (CKA.CKA_ID, attributes[2].GetValueAsByteArray())).FirstOrDefault();
        return isCurve && privateKey is not null && point.Length == UncompressedPointLength
            ? new TokenKey(this, privateKey, Address.FromBytes(Keccak256.Hash(point.AsSpan(1)).ToArray().AsSpan(12)))
            : null;
    }

    private List<IObjectHandle> Find(CKO kind, params (CKA Name, object Value)[] more)
    {
        var create = _session.Factories.ObjectAttributeFactory;
        List<IObjectAttribute> wanted = [create.Create(CKA.CKA_CLASS, kind), create.Create(CKA.CKA_KEY_TYPE, CKK.CKK_EC)];
        wanted.AddRange(more.Select(m => m.Value is string text ? create.Create(m.Name, text) : create.Create(m.Name, (byte[])m.Value)));
        return _session.FindAllObjects(wanted);
    }

    private string Text(IObjectHandle handle) => _session.GetAttributeValue(handle, [CKA.CKA_LABEL])[0].GetValueAsString();

    private byte[] Sign(IObjectHandle privateKey, byte[] digest)
    {
        // One session signs one thing at a time.
        lock (_one)
        {
            using var mechanism = _session.Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
            return _session.Sign(mechanism, privateKey, digest);
        }
    }

    private sealed class TokenKey(Pkcs11Token token, IObjectHandle handle, Address address) : ITransactionSigner
    {
        public Address Address => address;

        public RecoverableSignature SignDigest(Hash256 digest) =>
            RecoverableSignature.Complete(token.Sign(handle, digest.ToArray()), digest, address);

        public override string ToString() => address.ToString();
    }
}
