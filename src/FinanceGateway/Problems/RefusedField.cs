using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Problems;

/// <summary>The member of a signed operation that the ledger's refusal is about.</summary>
internal static class RefusedField
{
    private const byte SchemeP256 = 2;

    /// <summary>A path such as <c>operation.amountFen</c> or <c>holderSignature</c>; null where no single member is at fault.</summary>
    public static string? Of(LedgerRefusal refusal, SignedOperation signed, LedgerDomain domain)
    {
        var requirements = signed.Operation.RequiredSignatures();
        return refusal.Code switch
        {
            RefusalCode.SignerUnauthorised => Unauthorised(refusal, requirements),
            RefusalCode.SignatureInvalid => Single(requirements, signed.Signatures, (requirement, signature) =>
                IsP256(signature) && domain.Digest(requirement.Terms).Equals(refusal["digest"])),
            RefusalCode.SignatureMalformed => Single(requirements, signed.Signatures, (_, signature) =>
                refusal["length"] is { } length && length.ToString() == signature.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            RefusalCode.FourEyesViolated => requirements[0].Parameter,
            _ when RefusalCatalogue.FieldOf(refusal, signed.Operation) is { } field =>
                // A registration has its terms at the top of its body, the others have them in an agreement.
                signed is SignedRegisterParty ? field : $"operation.{field}",
            _ => null,
        };
    }

    // Holder and lender are known to the ledger only: where no party is named for the signature, it is theirs.
    private static string? Unauthorised(LedgerRefusal refusal, ValueList<SignatureRequirement> requirements)
    {
        var named = requirements.FirstOrDefault(r => r.Signatory is Signatory.OfParty of && of.Party.Equals(refusal["party"]));
        return (named ?? requirements.FirstOrDefault(r => r.Signatory is Signatory.OfHolder or Signatory.OfLender))?.Parameter;
    }

    private static string? Single(
        ValueList<SignatureRequirement> requirements, ValueList<ByteString> signatures, Func<SignatureRequirement, ByteString, bool> matches)
    {
        var found = requirements.Zip(signatures).Where(pair => matches(pair.First, pair.Second)).Select(pair => pair.First.Parameter).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsP256(ByteString signature) => signature.Length > 0 && signature.Span[0] == SchemeP256;
}
