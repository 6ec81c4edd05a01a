import { FinanceLedger } from "../../generated/index.js";

const keep = (kind: string, { event, context }: any) =>
  context.LedgerEvent.set({ id: `${event.block.number}-${event.logIndex}`, kind, block: event.block.number, time: event.block.timestamp });

const add = async (store: any, id: bigint, fen: bigint) => {
  const known = await store.get(String(id));
  store.set({ id: String(id), fen: (known?.fen ?? 0n) + fen });
};

FinanceLedger.ParametersAdopted.handler(async (step: any) => keep("parameters_adopted", step));
FinanceLedger.PartyRegistered.handler(async (step: any) => keep("party_registered", step));
FinanceLedger.LendingPolicySet.handler(async (step: any) => keep("lending_policy_set", step));

FinanceLedger.ReceivableIssued.handler(async (step: any) => {
  const { receivable, obligor, holder, amountFen } = step.event.params;
  keep("receivable_issued", step);
  step.context.Receivable.set({ id: String(receivable), obligor: Number(obligor), holder: Number(holder), outstandingFen: amountFen });
  await add(step.context.Holding, holder, amountFen);
  await add(step.context.Debt, obligor, amountFen);
});

FinanceLedger.ReceivableAssigned.handler(async (step: any) => {
  const { receivable, assignor, assignee, amountFen } = step.event.params;
  keep("receivable_assigned", step);
  const known = await step.context.Receivable.get(String(receivable));
  if (known) step.context.Receivable.set({ ...known, holder: Number(assignee) });
  await add(step.context.Holding, assignor, -amountFen);
  await add(step.context.Holding, assignee, amountFen);
});

FinanceLedger.ReceivableRedeemed.handler(async (step: any) => {
  const { receivable, holder, obligor, amountFen, remainderFen } = step.event.params;
  keep("receivable_redeemed", step);
  const known = await step.context.Receivable.get(String(receivable));
  if (known) step.context.Receivable.set({ ...known, outstandingFen: remainderFen });
  await add(step.context.Holding, holder, -amountFen);
  await add(step.context.Debt, obligor, -amountFen);
});

FinanceLedger.LoanOpened.handler(async (step: any) => {
  const { loan, bank, borrower, principalFen } = step.event.params;
  keep("loan_opened", step);
  step.context.Loan.set({ id: String(loan), bank: Number(bank), borrower: Number(borrower), principalFen, lentFen: 0n, repaidFen: 0n });
});

FinanceLedger.LoanDisbursed.handler(async (step: any) => {
  const { loan, bank, amountFen } = step.event.params;
  keep("loan_disbursed", step);
  const known = await step.context.Loan.get(String(loan));
  if (known) step.context.Loan.set({ ...known, lentFen: known.lentFen + amountFen });
  await add(step.context.Outstanding, bank, amountFen);
});

FinanceLedger.LoanRepaid.handler(async (step: any) => {
  const { loan, bank, principalFen } = step.event.params;
  keep("loan_repaid", step);
  const known = await step.context.Loan.get(String(loan));
  if (known) step.context.Loan.set({ ...known, repaidFen: known.repaidFen + principalFen });
  await add(step.context.Outstanding, bank, -principalFen);
});
