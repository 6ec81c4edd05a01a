using System.Runtime.InteropServices;

namespace FinanceChain.EmbeddedEngines;

/// <summary>The few calls of the C library for which .NET has no method.</summary>
internal static class NativeCalls
{
    internal const int Interrupt = 2;
    internal const int Kill = 9;
    internal const int Terminate = 15;

    private const int NoSuchProcess = 3;

    /// <summary>False when no process has this number any more.</summary>
    internal static bool Signal(int pid, int signal)
    {
        if (kill(pid, signal) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess
            ? false
            : throw new EngineException($"Process {pid} could not be signalled: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    internal static void ChangeOwner(string path, int userId, int groupId)
    {
        if (chown(path, userId, groupId) != 0)
        {
            throw new EngineException($"{path} could not be given to user {userId}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    internal static int EffectiveUserId() => geteuid();

#pragma warning disable SYSLIB1054, CA2101, CA5392 // Four scalar calls: a source generator and unsafe code would be the larger risk.
    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int chown(string path, int owner, int group);

    [DllImport("libc")]
    private static extern int geteuid();
#pragma warning restore SYSLIB1054, CA2101, CA5392
}
