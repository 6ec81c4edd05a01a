import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// One compiler, taken from npm, so that a build needs no download and gives the same bytecode everywhere.
export default {
  solidity: {
    compilers: [
      {
        version: "0.8.37",
        path: require.resolve("solc/soljson.js"),
        settings: {
          optimizer: { enabled: true, runs: 1_000 },
          viaIR: true,
          evmVersion: "osaka",
        },
      },
    ],
  },
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
  },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x46696e616e6365436861696e" },
      invariant: { runs: 64, depth: 100, failOnRevert: false },
    },
  },
};
