namespace FinanceChain.Ethereum;

/// <summary>What an authenticator states of its user and of itself: a byte of the authenticator data (W3C Web Authentication, section 6.1).</summary>
[Flags]
public enum AuthenticatorStatements
{
    None = 0,

    /// <summary>Somebody touched it.</summary>
    UserPresent = 1,

    /// <summary>It recognised its user by a PIN, a finger or a face.</summary>
    UserVerified = 4,

    /// <summary>The passkey may be copied to other devices.</summary>
    BackupEligible = 8,

    /// <summary>It has been copied.</summary>
    BackedUp = 16,
}
