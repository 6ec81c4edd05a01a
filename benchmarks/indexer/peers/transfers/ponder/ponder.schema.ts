import { onchainTable, primaryKey } from "ponder";

export const transfer = onchainTable("transfer", (t) => ({
  id: t.text().primaryKey(),
  operator: t.hex().notNull(),
  sender: t.hex().notNull(),
  receiver: t.hex().notNull(),
  token: t.bigint().notNull(),
  amount: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

export const balance = onchainTable(
  "balance",
  (t) => ({ account: t.hex().notNull(), token: t.bigint().notNull(), amount: t.bigint().notNull() }),
  (table) => ({ pk: primaryKey({ columns: [table.account, table.token] }) }),
);
