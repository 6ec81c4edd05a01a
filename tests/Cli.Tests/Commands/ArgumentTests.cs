using System.CommandLine;

namespace FinanceChain.Cli.Tests.Commands;

public sealed class ArgumentTests
{
    [TestCase("up --port 0", "--port is a number from 1 to 65535.")]
    [TestCase("up --port 65536", "--port is a number from 1 to 65535.")]
    [TestCase("up --port eighty", "'eighty'")]
    [TestCase("up --scenario wenzhou", "'wenzhou'")]
    [TestCase("up --data", "--data")]
    [TestCase("up now", "'now'")]
    [TestCase("down --json", "'--json'")]
    [TestCase("status --port 8080", "'--port'")]
    [TestCase("test one two", "'two'")]
    [TestCase("sideways", "'sideways'")]
    [TestCase("", "command")]
    public async Task Arguments_Wrong_AreRefusedByName(string line, string expected)
    {
        var errors = new StringWriter();
        var settings = new InvocationConfiguration { Output = TextWriter.Null, Error = errors };

        int exitCode = await Entry.Commands().Parse(line).InvokeAsync(settings, CancellationToken.None);

        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(errors.ToString(), Does.Contain(expected));
    }

    [TestCase("--help", "up")]
    [TestCase("help", "status")]
    [TestCase("help up", "--detach")]
    [TestCase("up --help", "none|yongkang")]
    public async Task Help_InEachForm_Explains(string line, string expected)
    {
        var output = new StringWriter();
        var settings = new InvocationConfiguration { Output = output, Error = TextWriter.Null };

        int exitCode = await Entry.Commands().Parse(line).InvokeAsync(settings, CancellationToken.None);

        Assert.That(exitCode, Is.Zero);
        Assert.That(output.ToString(), Does.Contain(expected));
    }
}
