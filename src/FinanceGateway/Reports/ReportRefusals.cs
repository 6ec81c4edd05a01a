using FinanceChain.FinanceGateway.Problems;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>What a report refuses to answer.</summary>
internal static class ReportRefusals
{
    public static readonly ProblemKind BlockNumberInvalid =
        new("block_number_invalid", 400, "A block number is a whole number from 0.", "区块号须为不小于 0 的整数。");

    public static readonly ProblemKind BlockNotIndexed =
        new("block_not_indexed", 422, "This block is ahead of the index.", "该区块尚未进入索引。");

    public static readonly ProblemKind RegionUnknown =
        new("region_unknown", 422, "No party of this ledger is in this region.", "该行政区划内没有本账本的主体。");

    public static readonly ProblemKind GroupingUnknown =
        new("grouping_unknown", 400, "Lending is listed by month, region or bank.", "放款统计仅支持按月份、地区或银行。");

    public static readonly ProblemKind LimitOutOfRange =
        new("limit_out_of_range", 400, "The number of rows is out of range.", "返回条数超出范围。");

    public static readonly ProblemKind CursorInvalid =
        new("cursor_invalid", 400, "The cursor is not one that this list gave out.", "游标不是本列表给出的值。");

    public static readonly ProblemKind LedgerNotIndexed =
        new("ledger_not_indexed", 503, "The ledger is not indexed yet.", "账本尚未完成索引。");
}
