using System.Net;
using System.Net.Sockets;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <summary>
/// Which addresses lead out of our own network: global unicast, less everything of the IANA special-purpose registries (RFC 6890), which holds private,
/// loopback and link-local ranges, cloud metadata and carrier networks.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork GlobalIpv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Inside 2000::/3: Teredo and other protocol assignments, documentation, and 6to4, which carries an IPv4 address.
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>An IPv4 address in the clothes of IPv6 is never public: no honest name has one.</summary>
    public static bool IsPublic(IPAddress address) =>
        !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetwork || GlobalIpv6.Contains(address))
        && !Array.Exists(Special, range => range.Contains(address));
}
