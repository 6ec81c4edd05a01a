namespace FinanceChain.CreditTraining;

/// <summary>Data or schema cannot be trained on. The message names the file's field and the rule.</summary>
public sealed class TrainingException : Exception
{
    public TrainingException(string message) : base(message)
    {
    }

    public TrainingException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
