import { readdirSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// One compiler, taken from npm, so that a build needs no download and gives the same bytecode everywhere.
const solc = { version: "0.8.37", path: require.resolve("solc/soljson.js") };
const deployed = { ...solc, settings: { optimizer: { enabled: true, runs: 1_000 }, viaIR: true, evmVersion: "osaka" } };
// What is done every day is optimised for its running, as far as its code stays below the limit of EIP-170; the annexes for their size.
const trading = { ...solc, settings: { ...deployed.settings, optimizer: { enabled: true, runs: 1_000_000 } } };
// The tests deploy the bytecode above from its artifact; they themselves compile in seconds without the optimizer.
const plain = { ...solc, settings: { optimizer: { enabled: false }, viaIR: false, evmVersion: "osaka" } };
const testFolder = "tests/contracts";
const testFiles = readdirSync(new URL(testFolder, import.meta.url), { recursive: true }).filter((name) => name.endsWith(".sol"));

// The limits on deployed code and on creation code do not bind a test.
const codeTooLarge = ["5574", "3860"];

// The invariants play for minutes, so that their code is optimised too.
const played = { ...plain, settings: { ...plain.settings, optimizer: { enabled: true, runs: 10_000 } } };
// `FINANCECHAIN_INVARIANTS=deep npx hardhat test solidity tests/contracts/Invariants.t.sol` plays 5,000 runs, twenty times what CI does; a
// number plays so many. Shards of one set of runs differ in FINANCECHAIN_SEED. FINANCECHAIN_INVARIANTS_RECORD names a file for their counts.
const asked = process.env.FINANCECHAIN_INVARIANTS;
const invariantRuns = asked === "deep" ? 5_000 : Number(asked ?? 256);
const record = process.env.FINANCECHAIN_INVARIANTS_RECORD;

const warningsAreErrors = {
  id: "warnings-are-errors",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async invokeSolc(context, compiler, input, config, next) {
          const output = await next(context, compiler, input, config);
          for (const found of output.errors ?? []) {
            const largeTest = codeTooLarge.includes(found.errorCode) && found.sourceLocation?.file.includes(`/${testFolder}/`);
            if (found.severity !== "warning" || largeTest) continue;
            found.severity = "error";
            found.type = "Error";
          }
          return output;
        },
      }),
    }),
  },
};

// Hardhat gives each file of `overrides` a configuration of its own, and compiles each configuration by a process of its own. Equal ones are made
// one again, so that all tests compile together: what they share is compiled once, and not for each of them.
const oneRunForEqualSettings = {
  id: "one-run-for-equal-settings",
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        async resolveUserConfig(userConfig, resolveVariable, next) {
          const resolved = await next(userConfig, resolveVariable);
          for (const { overrides } of Object.values(resolved.solidity.profiles)) {
            const known = new Map();
            for (const [file, settings] of Object.entries(overrides)) {
              const text = JSON.stringify(settings);
              if (!known.has(text)) known.set(text, settings);
              overrides[file] = known.get(text);
            }
          }
          return resolved;
        },
      }),
    }),
  },
};

export default {
  plugins: [warningsAreErrors, oneRunForEqualSettings],
  solidity: {
    splitTestsCompilation: true,
    compilers: [deployed],
    overrides: {
      "contracts/FinanceLedger.sol": trading,
      ...Object.fromEntries(testFiles.map((name) => [`${testFolder}/${name}`, plain])),
      [`${testFolder}/Invariants.t.sol`]: played,
    },
  },
  paths: {
    sources: "./contracts",
    tests: { solidity: `./${testFolder}` },
  },
  test: {
    solidity: {
      fsPermissions: {
        readFile: ["./artifacts", "./artifacts/contracts/interfaces/IFinanceLedger.sol/IFinanceLedger.json"],
        readWriteFile: [`./${testFolder}/gas-snapshot.json`, `./${testFolder}/gas-snapshot.md`, ...(record ? [record] : [])],
      },
      fuzz: { runs: 256, seed: process.env.FINANCECHAIN_SEED ?? "0x46696e616e6365436861696e" },
      // A handler that reverts is a fault of it or of the ledger. Its seeds are hashed, so that values from storage would tell it nothing.
      invariant: {
        runs: invariantRuns,
        depth: 500,
        failOnRevert: true,
        dictionaryWeight: 0,
        includeStorage: false,
        includePushBytes: false,
        shrinkRunLimit: 64,
      },
    },
  },
};
