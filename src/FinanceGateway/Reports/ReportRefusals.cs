using FinanceChain.FinanceGateway.Problems;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>What a report refuses to answer.</summary>
internal static class ReportRefusals
{
    public static readonly ProblemKind BlockNumberInvalid =
        new("block_number_invalid", 400, "A block number is a whole number from 0.", "区块号须为不小于 0 的整数。");

    public static readonly ProblemKind BlockNotIndexed =
        new("block_not_indexed", 422, "This block is ahead of the index.", "该区块尚未进入索引。");

    public static readonly ProblemKind DateInvalid =
        new("date_invalid", 400, "A date is a day of the calendar, as 2025-06-30.", "日期须为有效日历日，如 2025-06-30。");

    public static readonly ProblemKind DateInFuture =
        new("date_in_future", 422, "This business day (China Standard Time) has not come yet.", "该业务日（北京时间）尚未到来。");

    public static readonly ProblemKind MomentAmbiguous =
        new("moment_ambiguous", 400, "Name a block or a date, not both.", "区块号与日期只能指定其一。");

    public static readonly ProblemKind BankNumberInvalid =
        new("bank_number_invalid", 400, "A bank is named by its party number, from 1.", "银行须以主体编号（从 1 起）指定。");

    public static readonly ProblemKind SideUnknown =
        new("side_unknown", 400, "Exposures are listed by bank, obligor or borrower.", "敞口仅支持按银行、债务人或借款人列示。");

    public static readonly ProblemKind RegionUnknown =
        new("region_unknown", 422, "No party of this ledger is in this region.", "该行政区划内没有本账本的主体。");

    public static readonly ProblemKind GroupingUnknown =
        new("grouping_unknown", 400, "Lending is listed by day, month, region, bank, industry or size.", "放款统计仅支持按日、月份、地区、银行、行业或规模。");

    public static readonly ProblemKind LimitOutOfRange =
        new("limit_out_of_range", 400, "The number of rows is out of range.", "返回条数超出范围。");

    public static readonly ProblemKind CursorInvalid =
        new("cursor_invalid", 400, "The cursor is not one that this list gave out.", "游标不是本列表给出的值。");

    public static readonly ProblemKind LedgerNotIndexed =
        new("ledger_not_indexed", 503, "The ledger is not indexed yet.", "账本尚未完成索引。");
}
