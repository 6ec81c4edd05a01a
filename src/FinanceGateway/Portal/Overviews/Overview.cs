using FinanceChain.FinanceGateway.Reports;

namespace FinanceChain.FinanceGateway.Portal.Overviews;

/// <summary>All that the first page shows, as of one block.</summary>
/// <param name="Events">The latest, newest first; none is after the block of the summary.</param>
public sealed record Overview(
    Summary Summary, Lending ByMonth, Lending ByBank, Lending ByRegion, IReadOnlyList<LedgerNews> Events, Names Names)
{
    /// <summary>Of the replica that answered, rounded up; null: the database itself answered.</summary>
    public long? ReplicaLagSeconds => (Summary.ReplicaLagMilliseconds + 999) / 1000;

    /// <summary>No business party has been registered yet.</summary>
    public bool IsEmpty => Summary is { Enterprises: 0, Banks: 0 };
}

/// <summary>Why there may be nothing to show.</summary>
public enum OverviewAbsence
{
    None,

    /// <summary>The indexer has not begun, or begins anew.</summary>
    NotIndexed,

    /// <summary>The database cannot be reached, or does not answer in time.</summary>
    DatabaseAway,
}

/// <summary>The overview, or why there is none.</summary>
public sealed record OverviewState(Overview? Overview, OverviewAbsence Absence)
{
    public static OverviewState Of(Overview overview) => new(overview, OverviewAbsence.None);

    public static OverviewState Without(OverviewAbsence absence) => new(null, absence);
}
