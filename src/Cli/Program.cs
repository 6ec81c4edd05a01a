using System.CommandLine;
using System.Runtime.InteropServices;
using FinanceChain.Cli;
using FinanceChain.Cli.Commands;
using FinanceChain.Cli.Commands.Credit;
using FinanceChain.Cli.Commands.Index;

return await Entry.Run(args);

namespace FinanceChain.Cli
{
    /// <summary>The command line as a whole.</summary>
    internal static class Entry
    {
        public static RootCommand Commands()
        {
            var root = new RootCommand("FinanceChain on this machine: the whole platform, and the Yongkang case played on it.")
            {
                UpCommand.Create(), DownCommand.Create(), StatusCommand.Create(), TestCommand.Create(),
                CreditCommand.Create(), IndexCommand.Create(), VerifyCommand.Create(),
            };
            root.Add(HelpCommand.Create(root));
            return root;
        }

        public static async Task<int> Run(string[] arguments)
        {
            using var hangUp = new CancellationTokenSource();

            // A closed terminal ends a run in the foreground like Ctrl-C; without this its parts would go on alone.
            using PosixSignalRegistration closed = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                hangUp.Cancel();
            });
            var settings = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromMinutes(3),
            };
            try
            {
                return await Commands().Parse(arguments).InvokeAsync(settings, hangUp.Token);
            }
            catch (Exception fault) when (Failures.IsExpected(fault))
            {
                await Console.Error.WriteLineAsync($"financechain: {fault.Message}");
                return 1;
            }
            catch (OperationCanceledException)
            {
                return 130;
            }
        }
    }
}
