namespace FinanceChain.Cli.Progress;

/// <summary>Told how far a long piece of work has come. Cheap: may be called for every item, from any thread.</summary>
public interface IProgressSink
{
    /// <param name="phase">What goes on, in a few words.</param>
    /// <param name="done">Out of <paramref name="total"/>, over the whole work and not the phase alone.</param>
    void Report(string phase, long done, long total);
}
