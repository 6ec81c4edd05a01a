// Breaks the contracts on purpose and sees that the stateful run notices, each fault by each invariant that must, and by that one alone: all
// other checks, the handler's own among them, are switched off. Works in a temporary copy; all faults are compiled in once, each behind a
// switch in a storage slot that nothing else uses. Writes results.md beside it. Takes about fifteen minutes of one core.
//   node tests/contracts/mutation/mutate.mjs [INVARIANT...]
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { faults } from "./faults.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const test = "tests/contracts/Invariants.t.sol";
const mostRuns = 40; // of 500 operations each; a fault is mostly noticed in the first
const handlers = "ARefusedOperation_ChangesNothing"; // the one that the handler itself judges
const slot = "0x6661756c74"; // far from the ledger's own

const copy = mkdtempSync(join(tmpdir(), "mutation-"));
const edit = (file, from, to) => {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (text.split(from).length !== 2) throw new Error(`${file} has ${text.split(from).length - 1} times: ${from}`);
  writeFileSync(path, text.replace(from, () => to));
};

function prepare() {
  for (const name of ["contracts", "tests/contracts", "hardhat.config.js", "package.json"]) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  faults.forEach(({ file, from, to }, index) => edit(file, from, to.replaceAll("FAULT", `isFault(${index + 1})`)));
  // A switch is read from storage, also by what is otherwise pure.
  for (const file of ["ClaimBase", "LedgerBase", "Loans", "ServicedReceivables", "Servicing"]) {
    const path = join(copy, `contracts/${file}.sol`);
    writeFileSync(path, readFileSync(path, "utf8").replace(/(internal|private)(\s+)pure/g, "$1$2view"));
  }
  edit("contracts/Types.sol", "// The operator and the regulator are", `function isFault(uint256 which) view returns (bool yes) {
    assembly ("memory-safe") {
        yes := eq(sload(${slot}), which)
    }
}

// The operator and the regulator are`);
  // Warnings about what could be pure stay warnings; faults have room; the handler may stumble over them; what fails is not made shorter.
  edit("hardhat.config.js", "plugins: [warningsAreErrors, ", "plugins: [");
  edit("hardhat.config.js", "runs: 1_000_000 }", "runs: 200 }");
  edit("hardhat.config.js", "failOnRevert: true,", "failOnRevert: process.env.ASKED === \"" + handlers + "\",");
  edit("hardhat.config.js", "shrinkRunLimit: 64,", "shrinkRunLimit: 0,");
  edit("tests/contracts/support/handler/PartyVerbs.sol", "enter(OPERATOR, PartyKind.Operator);",
    `vm.store(address(ledger), bytes32(uint256(${slot})), bytes32(vm.envOr("FAULT", uint256(0))));\n        enter(OPERATOR, PartyKind.Operator);`);
  const assertions = "tests/contracts/support/Assertions.sol";
  edit(assertions, "abstract contract Assertions {", `interface Environment {
    function envOr(string calldata name, string calldata defaultValue) external pure returns (string memory);
}

abstract contract Assertions {
    /// @dev Whether this is the one that is asked.
    function isAsked(string memory what) private pure returns (bool) {
        address cheats = address(uint160(uint256(keccak256("hevm cheat code"))));
        bytes memory asked = bytes(Environment(cheats).envOr("ASKED", string("")));
        if (asked.length == 0 || bytes(what).length < asked.length) return false;
        for (uint256 i = 0; i < asked.length; i++) if (bytes(what)[i] != asked[i]) return false;
        return true;
    }
`);
  for (const condition of ["condition", "actual == expected, Different(what, actual, expected)", "actual == expected, Different(what, uint256(actual)", "keccak256(actual) == keccak256(expected)"]) {
    edit(assertions, `require(${condition}`, `require(${condition.replace(/^(condition|actual == expected|keccak256\(actual\) == keccak256\(expected\))/, "($1) || !isAsked(what)")}`);
  }
  edit("tests/contracts/support/Vm.sol", "function envOr(string calldata name, bool", "function envOr(string calldata name, uint256 defaultValue) external view returns (uint256);\n    function envOr(string calldata name, bool");
}

function play(fault, asked, runs) {
  const environment = { ...process.env, FAULT: String(fault), ASKED: asked, FINANCECHAIN_INVARIANTS: String(runs) };
  const run = spawnSync("npx", ["hardhat", "test", "solidity", test], { cwd: copy, env: environment, encoding: "utf8" });
  return { noticed: run.status !== 0 && run.stdout.includes(`"${asked}`), passed: run.status === 0, output: run.stdout + run.stderr };
}

const wanted = process.argv.slice(2);
const pairs = faults.flatMap((fault, index) => fault.noticedBy.map((invariant) => ({ ...fault, number: index + 1, invariant })))
  .filter(({ invariant }) => wanted.length === 0 || wanted.includes(invariant));
let failed = false;
const rows = [];
try {
  prepare();
  const sound = play(0, "", 2);
  if (!sound.passed) throw new Error(`Without a fault the copy fails:\n${sound.output}`);
  for (const { number, fault, invariant } of pairs) {
    const { noticed, passed, output } = play(number, invariant, mostRuns);
    failed ||= !noticed;
    console.log(`${invariant}: ${noticed ? "notices" : "DOES NOT NOTICE"} that ${fault}`);
    if (!noticed && !passed) console.log(output);
    rows.push(`| ${fault} | \`${invariant}\` | ${noticed ? "yes" : "**no**"} |`);
  }
} finally {
  rmSync(copy, { recursive: true });
}
if (wanted.length === 0) {
  writeFileSync(join(here, "results.md"), `# Faults, and the invariants that notice them

Written by \`node tests/contracts/mutation/mutate.mjs\`. Every other check was switched off, so that each invariant had to notice by itself, within
${mostRuns} runs of 500 operations.

| fault | invariant | noticed |
|---|---|---|
${rows.join("\n")}
`);
}
process.exit(failed ? 1 : 0);
