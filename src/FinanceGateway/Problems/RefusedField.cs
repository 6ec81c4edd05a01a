using System.Globalization;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Problems;

/// <summary>The member of a signed operation that the ledger's refusal is about.</summary>
internal static class RefusedField
{
    private sealed record Given(SignatureRequirement Requirement, ByteString Signature);

    /// <summary>A path such as <c>operation.amountFen</c> or <c>holderSignature</c>; null where no single member is at fault.</summary>
    public static string? Of(LedgerRefusal refusal, SignedOperation signed, ChainIdentity chain)
    {
        var requirements = signed.Operation.RequiredSignatures();
        var given = requirements
            .Zip(signed.Signatures, (requirement, signature) => new Given(requirement, signature))
            .Where(g => !g.Requirement.Optional || g.Signature.Length > 0);
        return refusal.Code switch
        {
            RefusalCode.SignerUnauthorised => First(given, g =>
                g.Requirement.Right.Equals(refusal["right"]) && IsOfParty(g.Requirement.Signatory, refusal) && SignerOf(g, chain).Equals(refusal["signerId"])),
            RefusalCode.SignatureInvalid => First(given, g =>
                chain.LedgerDomain.Digest(g.Requirement.Terms).Equals(refusal["digest"]) && SignerOf(g, chain).IsZero),
            RefusalCode.SignatureMalformed => First(given, g =>
                g.Signature.Length.ToString(CultureInfo.InvariantCulture) == refusal["length"]?.ToString() && SignerOf(g, chain).IsZero),
            RefusalCode.FourEyesViolated => requirements[0].Parameter,
            // The last signature is the one that was compared with another, or that is wanted or not wanted beside it.
            RefusalCode.SignersNotDistinct or RefusalCode.SecondApprovalMissing or RefusalCode.SecondApprovalNeedless => requirements[^1].Parameter,
            RefusalCode.ManagerMissing => signed is SignedRegisterParty ? "signers" : "operation.signerId",
            _ when RefusalCatalogue.FieldOf(refusal, signed.Operation) is { } field =>
                // A registration has its terms at the top of its body, the others have them in an agreement.
                signed is SignedRegisterParty ? field : $"operation.{field}",
            _ => null,
        };
    }

    // Holders, obligors, lenders and borrowers are known to the ledger only.
    private static bool IsOfParty(Signatory signatory, LedgerRefusal refusal) =>
        signatory is not Signatory.OfParty named || named.Party.Equals(refusal["party"]);

    /// <summary>The signer's id as the ledger finds it; zero where the signature is of nobody.</summary>
    private static Hash256 SignerOf(Given given, ChainIdentity chain)
    {
        try
        {
            return SignerId.Of(TaggedSignature.SignerOf(
                given.Signature.Span, chain.LedgerDomain.Digest(given.Requirement.Terms), chain.P256Verifier, chain.PasskeyVerifier));
        }
        catch (SignatureException)
        {
            return Hash256.Zero;
        }
    }

    private static string? First(IEnumerable<Given> given, Func<Given, bool> isAtFault) => given.FirstOrDefault(isAtFault)?.Requirement.Parameter;
}
