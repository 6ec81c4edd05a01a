using System.Security.Claims;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.LedgerContract;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace FinanceChain.FinanceGateway.Onboarding;

/// <summary>An enterprise or bank with the signers that proved that they hold their keys.</summary>
/// <param name="Name">As on the business licence; stays off the chain.</param>
/// <param name="Uscc">18 characters with both check characters; stays off the chain.</param>
/// <param name="RegionCode">Six digits of GB/T 2260.</param>
/// <param name="Industry">GB/T 4754: a letter and up to four digits.</param>
/// <param name="ProfileSalt">32 random bytes. Signers sign the profile hash: keccak256(abi.encode(salt, name, uscc)).</param>
/// <param name="Deadline">Unix seconds, as signed.</param>
internal sealed record RegisterPartyRequest(
    ulong ChainId,
    Address Ledger,
    PartyKind Kind,
    string Name,
    string Uscc,
    string RegionCode,
    string Industry,
    Hash256 ProfileSalt,
    IReadOnlyList<NewSigner> Signers,
    ulong Deadline);

/// <param name="Signer">ERC-7913 bytes.</param>
/// <param name="Rights">Sum of trade 1, approve 2, disburse 4, manage 8.</param>
/// <param name="Signature">Tagged signature of the new signer over the EIP-712 struct RegisterParty.</param>
internal sealed record NewSigner(ByteString Signer, Rights Rights, ByteString Signature);

/// <summary>
/// The operator's desk lets a party in: checks the identifiers, keeps the profile, and adds the registrar's signature. The ledger checks every
/// signature again.
/// </summary>
internal static class RegisterPartyEndpoint
{
    private const int MaxNameLength = 200;
    private const int MaxSigners = 8;

    public static void MapRegisterParty(this IEndpointRouteBuilder api) =>
        api.MapPost("/parties", Handle)
            .RequireAuthorization(Scopes.PartiesRegister)
            .WithName("RegisterParty")
            .WithSummary(OperationSummary.Of(OperationKind.RegisterParty))
            .WithTags("Parties")
            .Produces<OperationAccepted>(StatusCodes.Status202Accepted)
            .ProducesRefusals();

    private static async Task<IResult> Handle(
        RegisterPartyRequest body,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        HttpContext context,
        ClaimsPrincipal client,
        Door door,
        ChainIdentity chain,
        GatewayKeys keys,
        NpgsqlDataSource database,
        CancellationToken cancellationToken)
    {
        PartyProfile? profile = null;
        var refusal = RequestChecks.IdempotencyKey(idempotencyKey)
            ?? RequestChecks.Destination(body.ChainId, body.Ledger, chain)
            ?? Read(body, out profile);
        if (refusal is not null)
        {
            return new RefusalResult(refusal);
        }

        var operation = new RegisterParty(
            profile!.Kind,
            profile.Region,
            profile.Industry,
            profile.ProfileHash,
            ValueList.From(body.Signers.Select(signer => new SignerGrant(signer.Signer, signer.Rights))),
            body.Deadline);
        var registrar = chain.LedgerDomain.Sign(operation, keys.Registrar);
        var signed = operation.WithSignatures([registrar, .. body.Signers.Select(signer => signer.Signature)]);

        var clientId = client.ClientId();
        await Audit.Write(
            database, clientId, context.TraceIdentifier, "register_party", profile.Uscc.ToString(),
            new { idempotencyKey, profileHash = profile.ProfileHash.ToString(), signers = body.Signers.Select(s => s.Signer.ToString()) }, cancellationToken);
        return await SubmitOne.Admit(new Candidate(clientId, idempotencyKey!, signed, profile), null, context, door, cancellationToken);
    }

    /// <summary>The first thing that is wrong, in the order of the body.</summary>
    private static Refusal? Read(RegisterPartyRequest body, out PartyProfile? profile)
    {
        profile = null;
        if (body.Name.Length is 0 or > MaxNameLength || body.Name != body.Name.Trim() || body.Name.Any(char.IsControl))
        {
            return new Refusal(ProblemKind.NameInvalid, "name");
        }

        if (!Uscc.TryParse(body.Uscc, out var uscc, out var fault))
        {
            return Refusal.Of(fault!, "uscc");
        }

        if (!RegionCode.TryParse(body.RegionCode, out var region, out fault))
        {
            return Refusal.Of(fault!, "regionCode");
        }

        if (!IndustryCode.TryParse(body.Industry, out var industry, out fault))
        {
            return Refusal.Of(fault!, "industry");
        }

        if (body.ProfileSalt.IsZero)
        {
            return new Refusal(ProblemKind.SaltMissing, "profileSalt");
        }

        if (body.Signers.Count is 0 or > MaxSigners)
        {
            var values = new Dictionary<string, object?> { ["count"] = body.Signers.Count, ["max"] = MaxSigners };
            return new Refusal(ProblemKind.OfLedger(RefusalCode.SignerCountOutOfRange), "signers", values);
        }

        profile = new PartyProfile(
            body.Kind, body.Name, uscc, region, industry, body.ProfileSalt, ProfileHash.Of(body.ProfileSalt, body.Name, uscc));
        return null;
    }
}
