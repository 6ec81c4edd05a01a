using System.Globalization;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>The part that a party plays.</summary>
internal enum CastRole
{
    Bank,
    CoreEnterprise,
    Supplier,
    Workshop,
}

/// <summary>A party of the story. All names and codes are made up; the codes pass their check digits.</summary>
/// <param name="Index">Place in the cast, from 0: the key of everything about the party.</param>
/// <param name="JoinStep">Step of <see cref="StoryCalendar"/> on which it registers.</param>
internal sealed record CastMember(int Index, CastRole Role, string Name, Uscc Uscc, RegionCode Region, IndustryCode Industry, int JoinStep)
{
    public PartyKind Kind => Role == CastRole.Bank ? PartyKind.Bank : PartyKind.Enterprise;
}

/// <summary>
/// The cast of the Yongkang case: 429 enterprises of the hardware industry and six banks. Core enterprises owe, suppliers deliver to them, and
/// workshops deliver to suppliers, who pay with a part of what they are owed.
/// </summary>
internal static class YongkangCast
{
    public const int Enterprises = 429;

    /// <summary>Stands for the operator where a member of the cast is named.</summary>
    public const int OperatorOffice = -1;

    /// <summary>Stands for the regulator where a member of the cast is named.</summary>
    public const int RegulatorOffice = -2;

    private const int CoreEnterprises = 24;
    private const int Suppliers = 200;
    private const int CoreJoinWithin = 6;
    // Of every 56 enterprises 15 are there on the first day and one more joins on each of the next 41 steps.
    private const int JoinCycle = 56;
    private const int JoinAtOnce = 14;
    private const ulong Seed = 330784;
    private static readonly RegionCode Home = new(330784);

    private static readonly string[] BankNames =
        ["五金城商业银行（演示）", "永康江农村商业银行（演示）", "婺州银行（演示）", "浙中村镇银行（演示）", "丽州产业银行（演示）", "方岩科创银行（演示）"];

    private static readonly string[] Brands =
    [
        "恒", "飞", "正", "金", "鼎", "华", "宏", "群", "王", "步", "星", "安", "泰", "嘉", "超", "四", "道", "千", "哈", "先", "铁", "大", "富", "美",
    ];

    private static readonly string[] Seconds = ["力", "升", "达", "源", "盛", "阳", "锋", "锐", "辉", "诚", "邦", "驰", "远", "航", "福", "康", "腾", "凯"];

    // GB/T 4754-2017 classes of the hardware cluster.
    private static readonly (string Product, string Code)[] Trades =
    [
        ("门业", "C3312"), ("刀具", "C3321"), ("手工具", "C3322"), ("剪刀", "C3324"), ("五金配件", "C3351"), ("水暖管件", "C3352"),
        ("保温杯", "C3382"), ("电动工具", "C3465"), ("园林机械", "C3572"), ("休闲车", "C3770"), ("厨具", "C3381"), ("金属结构", "C3311"),
    ];

    // Most of the cluster sits in Yongkang; the rest in the counties around it.
    private static readonly (RegionCode Code, string City)[] Regions =
    [
        (Home, "永康市"), (new(330723), "武义县"), (new(331122), "缙云县"), (new(330783), "东阳市"), (new(330782), "义乌市"), (new(330702), "金华市"),
    ];

    /// <summary>The whole cast: banks first, then the enterprises in the order of their roles.</summary>
    public static IReadOnlyList<CastMember> Members { get; } = Assemble();

    private static List<CastMember> Assemble()
    {
        var random = new StoryRandom(Seed);
        var members = new List<CastMember>(BankNames.Length + Enterprises);
        foreach (string name in BankNames)
        {
            members.Add(new CastMember(members.Count, CastRole.Bank, name, CodeOf(members.Count, Home), Home, IndustryCode.Parse("J6621"), 0));
        }

        for (int number = 0; number < Enterprises; number++)
        {
            CastRole role = number < CoreEnterprises ? CastRole.CoreEnterprise : number < CoreEnterprises + Suppliers ? CastRole.Supplier : CastRole.Workshop;
            (RegionCode region, string city) = random.Chance(72) ? Regions[0] : Regions[random.Between(1, Regions.Length - 1)];
            (string product, string industry) = Trades[random.Below(Trades.Length)];
            string name = $"{city}{Brands[number % Brands.Length]}{Seconds[number / Brands.Length]}{product}{(role == CastRole.CoreEnterprise ? "集团" : string.Empty)}有限公司";
            members.Add(new CastMember(members.Count, role, name, CodeOf(members.Count, region), region, IndustryCode.Parse(industry), JoinStep(role, number)));
        }

        return members;
    }

    /// <summary>Core enterprises come first; the others join evenly until the spring of the last year.</summary>
    private static int JoinStep(CastRole role, int number) => role == CastRole.CoreEnterprise
        ? number % CoreJoinWithin
        : Math.Max(0, (number % JoinCycle) - JoinAtOnce);

    /// <summary>A made-up code: category 91 (enterprise), region, running number, both check digits.</summary>
    private static Uscc CodeOf(int index, RegionCode region) => Uscc.Compose("91", region, string.Create(CultureInfo.InvariantCulture, $"MADE{index:D4}"));
}
