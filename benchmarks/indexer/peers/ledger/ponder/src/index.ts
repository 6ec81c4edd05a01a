import { ponder } from "ponder:registry";
import { debt, holding, ledgerEvent, loan, outstanding, receivable } from "ponder:schema";

type Indexed = { event: { block: { number: bigint; timestamp: bigint }; log: { logIndex: number } }; context: { db: any } };

const keep = (kind: string, { event, context }: Indexed) =>
  context.db.insert(ledgerEvent).values({ id: `${event.block.number}-${event.log.logIndex}`, kind, block: event.block.number, time: event.block.timestamp });

const add = (context: Indexed["context"], table: any, key: "party" | "bank", id: number, fen: bigint) =>
  context.db.insert(table).values({ [key]: id, fen }).onConflictDoUpdate((row: { fen: bigint }) => ({ fen: row.fen + fen }));

ponder.on("FinanceLedger:ParametersAdopted", (step) => keep("parameters_adopted", step));
ponder.on("FinanceLedger:PartyRegistered", (step) => keep("party_registered", step));
ponder.on("FinanceLedger:LendingPolicySet", (step) => keep("lending_policy_set", step));

ponder.on("FinanceLedger:ReceivableIssued", async (step) => {
  const { receivable: id, obligor, holder, amountFen } = step.event.args;
  await keep("receivable_issued", step);
  await step.context.db.insert(receivable).values({ id, obligor, holder, outstandingFen: amountFen });
  await add(step.context, holding, "party", holder, amountFen);
  await add(step.context, debt, "party", obligor, amountFen);
});

ponder.on("FinanceLedger:ReceivableAssigned", async (step) => {
  const { receivable: id, assignor, assignee, amountFen } = step.event.args;
  await keep("receivable_assigned", step);
  await step.context.db.update(receivable, { id }).set({ holder: assignee });
  await add(step.context, holding, "party", assignor, -amountFen);
  await add(step.context, holding, "party", assignee, amountFen);
});

ponder.on("FinanceLedger:ReceivableRedeemed", async (step) => {
  const { receivable: id, holder, obligor, amountFen, remainderFen } = step.event.args;
  await keep("receivable_redeemed", step);
  await step.context.db.update(receivable, { id }).set({ outstandingFen: remainderFen });
  await add(step.context, holding, "party", holder, -amountFen);
  await add(step.context, debt, "party", obligor, -amountFen);
});

ponder.on("FinanceLedger:LoanOpened", async (step) => {
  const { loan: id, bank, borrower, principalFen } = step.event.args;
  await keep("loan_opened", step);
  await step.context.db.insert(loan).values({ id, bank, borrower, principalFen, lentFen: 0n, repaidFen: 0n });
});

ponder.on("FinanceLedger:LoanDisbursed", async (step) => {
  const { loan: id, bank, amountFen } = step.event.args;
  await keep("loan_disbursed", step);
  await step.context.db.update(loan, { id }).set((row) => ({ lentFen: row.lentFen + amountFen }));
  await add(step.context, outstanding, "bank", bank, amountFen);
});

ponder.on("FinanceLedger:LoanRepaid", async (step) => {
  const { loan: id, bank, principalFen } = step.event.args;
  await keep("loan_repaid", step);
  await step.context.db.update(loan, { id }).set((row) => ({ repaidFen: row.repaidFen + principalFen }));
  await add(step.context, outstanding, "bank", bank, -principalFen);
});
