using System.Text;
using FinanceChain.CreditScoring.Canonical;

namespace FinanceChain.Cli.Tests.Commands;

/// <summary>Training in processes of their own that really have one processor or two.</summary>
public sealed class CreditThreadTests
{
    [Test, CancelAfter(300_000)]
    public async Task Train_OneProcessorTwoAndAgain_SameModel(CancellationToken cancellation)
    {
        using var credit = new CreditProcess();
        credit.Write("data.csv", CreditProcess.Cases(900));
        credit.Write("schema.json", CreditProcess.Schema);
        string[] models = new string[3];
        foreach ((int processors, int place) in new[] { (1, 0), (2, 1), (2, 2) })
        {
            CreditAnswer answer = await credit.Run($"train --data data.csv --schema schema.json --seed 7 --out model-{place}.json", cancellation, processors);
            Assert.That(answer.ExitCode, Is.Zero, answer.Wrong);
            Assert.That(answer.Said, Does.Contain($"on {processors} processors"));
            models[place] = credit.Read($"model-{place}.json");
        }

        Assert.That(models[0], Has.Length.GreaterThan(1_000));
        Assert.That(models.Select(model => CanonicalJson.HashOf(Encoding.UTF8.GetBytes(model))), Is.All.EqualTo(CanonicalJson.HashOf(Encoding.UTF8.GetBytes(models[0]))));
    }
}
