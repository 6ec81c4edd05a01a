using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Problems;

/// <summary>The member of a signed operation that the ledger's refusal is about.</summary>
internal static class RefusedField
{
    private const byte SchemeSecp256k1 = 1;

    private sealed record Given(SignatureRequirement Requirement, ByteString Signature)
    {
        public bool IsSecp256k1 => Signature.Length == 1 + RecoverableSignature.Length && Signature.Span[0] == SchemeSecp256k1;
    }

    /// <summary>A path such as <c>operation.amountFen</c> or <c>holderSignature</c>; null where no single member is at fault.</summary>
    public static string? Of(LedgerRefusal refusal, SignedOperation signed, LedgerDomain domain)
    {
        var requirements = signed.Operation.RequiredSignatures();
        var given = requirements.Zip(signed.Signatures, (requirement, signature) => new Given(requirement, signature)).ToList();
        return refusal.Code switch
        {
            RefusalCode.SignerUnauthorised => Single(Unauthorised(refusal, given, domain)),
            RefusalCode.SignatureInvalid => Single(given.Where(g => !g.IsSecp256k1 && domain.Digest(g.Requirement.Terms).Equals(refusal["digest"]))),
            RefusalCode.SignatureMalformed => Single(given.Where(g =>
                refusal["length"] is { } length && length.ToString() == g.Signature.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            RefusalCode.FourEyesViolated => requirements[0].Parameter,
            // The last signature is the one that was checked against another.
            RefusalCode.SignersNotDistinct or RefusalCode.SecondApprovalMissing or RefusalCode.SecondApprovalNeedless => requirements[^1].Parameter,
            RefusalCode.ManagerMissing => signed is SignedRegisterParty ? "signers" : "operation.signerId",
            _ when RefusalCatalogue.FieldOf(refusal, signed.Operation) is { } field =>
                // A registration has its terms at the top of its body, the others have them in an agreement.
                signed is SignedRegisterParty ? field : $"operation.{field}",
            _ => null,
        };
    }

    // Holders, obligors, lenders and borrowers are known to the ledger only: where no party is named for a signature, it may be theirs.
    private static List<Given> Unauthorised(LedgerRefusal refusal, List<Given> given, LedgerDomain domain)
    {
        var asked = given.Where(g => g.Requirement.Right.Equals(refusal["right"]) && g.Signature.Length > 0).ToList();
        var named = asked.Where(g => g.Requirement.Signatory is Signatory.OfParty of && of.Party.Equals(refusal["party"])).ToList();
        var possible = named.Count > 0 ? named : asked.Where(g => g.Requirement.Signatory is not Signatory.OfParty).ToList();
        if (possible.Count <= 1)
        {
            return possible;
        }

        var signers = possible.Where(g => IsOf(refusal["signerId"], g, domain)).ToList();
        return signers.Count > 0 ? signers : [.. possible.Where(g => !g.IsSecp256k1)];
    }

    private static bool IsOf(object? signerId, Given given, LedgerDomain domain)
    {
        if (!given.IsSecp256k1)
        {
            return false;
        }

        try
        {
            var signature = RecoverableSignature.FromBytes(given.Signature.Span[1..]);
            return SignerId.Of(Secp256k1Key.Recover(domain.Digest(given.Requirement.Terms), signature).ToArray()).Equals(signerId);
        }
        catch (SignatureException)
        {
            // The ledger stopped at an earlier signature and never saw that this one is worth nothing.
            return false;
        }
    }

    private static string? Single(IEnumerable<Given> found) => found.Take(2).ToList() is [var only] ? only.Requirement.Parameter : null;
}
