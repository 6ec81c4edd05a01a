import { ponder } from "ponder:registry";
import { balance, transfer } from "ponder:schema";

ponder.on("Token:TransferSingle", async ({ event, context }) => {
  const { operator, from, to, id, value } = event.args;
  await context.db.insert(transfer).values({
    id: `${event.block.number}-${event.log.logIndex}`, operator, sender: from, receiver: to, token: id, amount: value, transactionHash: event.transaction.hash,
  });
  await context.db.insert(balance).values({ account: from, token: id, amount: -value }).onConflictDoUpdate((row) => ({ amount: row.amount - value }));
  await context.db.insert(balance).values({ account: to, token: id, amount: value }).onConflictDoUpdate((row) => ({ amount: row.amount + value }));
});
