import { Token } from "../../generated/index.js";

const add = async (store: any, account: string, token: bigint, amount: bigint) => {
  const id = `${account}-${token}`;
  const known = await store.get(id);
  store.set({ id, account, token, amount: (known?.amount ?? 0n) + amount });
};

Token.TransferSingle.handler(async ({ event, context }: any) => {
  const { operator, from, to, id, value } = event.params;
  context.Transfer.set({
    id: `${event.block.number}-${event.logIndex}`,
    operator, sender: from, receiver: to, token: id, amount: value, transactionHash: event.transaction.hash,
  });
  await add(context.Balance, from, id, -value);
  await add(context.Balance, to, id, value);
});
