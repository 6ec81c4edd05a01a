using FinanceChain.LedgerContract.Generator;

return Generation.Run(args, Console.Out, Console.Error);
