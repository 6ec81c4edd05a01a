using FinanceChain.LedgerIndexer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using var host = IndexerHost.Create(args);
var progress = host.Services.GetRequiredService<IndexerProgress>();
try
{
    await host.RunAsync();
}
catch (OptionsValidationException invalid)
{
    await Console.Error.WriteLineAsync($"The configuration is invalid: {string.Join(" ", invalid.Failures)}");
    return (int)IndexerExit.ConfigurationInvalid;
}

return (int)progress.Exit;
