import { createConfig } from "ponder";
import { parseAbi } from "viem";

const setting = (name: string): string => process.env[name] ?? "";

export default createConfig({
  database: { kind: "postgres", connectionString: setting("BENCH_POSTGRES_URL") },
  chains: { anvil: { id: 31337, rpc: setting("BENCH_CHAIN"), maxRequestsPerSecond: 500 } },
  contracts: {
    Token: {
      abi: parseAbi(["event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)"]),
      chain: "anvil",
      address: setting("BENCH_CONTRACT").toLowerCase() as `0x${string}`,
      startBlock: Number(setting("BENCH_FIRST")),
      endBlock: Number(setting("BENCH_LAST")),
    },
  },
});
