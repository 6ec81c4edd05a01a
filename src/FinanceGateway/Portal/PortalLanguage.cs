using System.Globalization;

namespace FinanceChain.FinanceGateway.Portal;

/// <summary>A language of the portal. Chinese comes first; what a person once chose by <c>?lang=</c> is remembered in a cookie.</summary>
/// <param name="Code">As the query and the cookie have it.</param>
/// <param name="Tag">BCP 47, for <c>html lang</c>.</param>
/// <param name="OwnName">The language's name in itself.</param>
public sealed record PortalLanguage(string Code, string Tag, string OwnName)
{
    public const string QueryKey = "lang";
    public const string CookieName = "financechain-lang";

    public static readonly PortalLanguage Chinese = new("zh", "zh-CN", "中文");
    public static readonly PortalLanguage English = new("en", "en", "English");

    public static readonly IReadOnlyList<PortalLanguage> All = [Chinese, English];

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    /// <summary>Picks the resource of the texts; never used to write numbers or dates.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(Tag);

    /// <summary>What the request asks for, else what its cookie says, else Chinese. An explicit choice sets the cookie.</summary>
    public static PortalLanguage Of(HttpContext context)
    {
        if (Find(context.Request.Query[QueryKey]) is { } chosen)
        {
            context.Response.Cookies.Append(CookieName, chosen.Code, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = Remembered,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            });
            return chosen;
        }

        return Find(context.Request.Cookies[CookieName]) ?? Chinese;
    }

    private static PortalLanguage? Find(string? code) => All.FirstOrDefault(language => language.Code == code);
}
