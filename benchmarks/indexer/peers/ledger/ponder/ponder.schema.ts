import { onchainTable } from "ponder";

export const ledgerEvent = onchainTable("ledger_event", (t) => ({
  id: t.text().primaryKey(),
  kind: t.text().notNull(),
  block: t.bigint().notNull(),
  time: t.bigint().notNull(),
}));

export const receivable = onchainTable("receivable", (t) => ({
  id: t.integer().primaryKey(),
  obligor: t.integer().notNull(),
  holder: t.integer().notNull(),
  outstandingFen: t.bigint().notNull(),
}));

export const loan = onchainTable("loan", (t) => ({
  id: t.integer().primaryKey(),
  bank: t.integer().notNull(),
  borrower: t.integer().notNull(),
  principalFen: t.bigint().notNull(),
  lentFen: t.bigint().notNull(),
  repaidFen: t.bigint().notNull(),
}));

export const holding = onchainTable("holding", (t) => ({ party: t.integer().primaryKey(), fen: t.bigint().notNull() }));
export const debt = onchainTable("debt", (t) => ({ party: t.integer().primaryKey(), fen: t.bigint().notNull() }));
export const outstanding = onchainTable("outstanding", (t) => ({ bank: t.integer().primaryKey(), fen: t.bigint().notNull() }));
