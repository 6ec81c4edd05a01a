using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.EmbeddedEngines;

/// <summary>
/// One process and no other: the kernel reuses process numbers, so its start time and the boot that it belongs to are part of the name.
/// </summary>
/// <param name="StartTicks">Field 22 of <c>/proc/PID/stat</c> (proc_pid_stat(5)): clock ticks since boot.</param>
/// <param name="BootId">Content of <c>/proc/sys/kernel/random/boot_id</c>.</param>
public sealed record ProcessIdentity(int Pid, ulong StartTicks, string BootId)
{
    /// <summary>The process that has this number now, or null when none has or it is dead and only waits to be reaped.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null;
        }

        // The program's name in parentheses may hold spaces and parentheses itself: read on from the last one.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        bool dead = fields[0] is "Z" or "X";
        return dead ? null : new ProcessIdentity(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture), CurrentBoot());
    }

    /// <summary>True while this very process lives.</summary>
    [JsonIgnore]
    public bool IsRunning => Of(Pid) == this;

    /// <summary>Sends SIGTERM, SIGINT or SIGKILL, unless the number belongs to another process by now. False when it was not sent.</summary>
    internal bool Signal(int signal) => IsRunning && NativeCalls.Signal(Pid, signal);

    private static string CurrentBoot() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
