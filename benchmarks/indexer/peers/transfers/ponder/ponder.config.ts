import { readFileSync } from "node:fs";
import { createConfig } from "ponder";
import type { Abi } from "viem";

const abi = JSON.parse(readFileSync(process.env.BENCH_ABI!, "utf8")) as Abi;

export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE_URL! },
  // Its own limit of requests a second is for public nodes.
  chains: { anvil: { id: Number(process.env.BENCH_CHAIN_ID), rpc: process.env.BENCH_CHAIN!, maxRequestsPerSecond: 500 } },
  contracts: {
    Token: { chain: "anvil", abi, address: process.env.BENCH_CONTRACT!.toLowerCase() as `0x${string}`, startBlock: Number(process.env.BENCH_FIRST) },
  },
});
