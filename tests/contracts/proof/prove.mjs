// Proves the assertions of the *Proof.sol beside it with solc's model checker and the solver z3 (Debian: apt install z3), and then sees it
// fail: each fault of `faults` is put into the arithmetic, and an assertion must break.
//   node tests/contracts/proof/prove.mjs [NAME...]
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const solc = require("solc");
const { smtCallback } = require("solc/smtchecker.js");
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const folder = "tests/contracts/proof";
const secondsPerQuestion = 120;
// What solc asks of z3 when it runs it itself.
const options = ["rewriter.pull_cheap_ite=true", "fp.spacer.q3.use_qgen=true", "fp.spacer.mbqi=false", "fp.spacer.ground_pobs=false"];

const arithmetic = "contracts/Conservation.sol";
const faults = [
  { file: arithmetic, from: "return amountFen - partFen;", to: "return amountFen - partFen + 1;", breaks: "ReceivableProof" },
  { file: arithmetic, from: "return amountFen - disputedFen;", to: "return amountFen;", breaks: "ReceivableProof" },
  { file: arithmetic, from: "reducedFen + (principalFen - disbursedFen)", to: "reducedFen", breaks: "RepayProof" },
  { file: arithmetic, from: "writtenOffFen > recoveredFen", to: "writtenOffFen >= recoveredFen", breaks: "RecoverProof" },
  { file: "contracts/Fingerprints.sol", from: "ReceivableId.unwrap(earlier) == 0,", to: "true,", breaks: "FingerprintProof" },
  { file: "contracts/Fingerprints.sol", from: "_fingerprints[fingerprint] = receivable;", to: "", breaks: "FingerprintProof" },
];

function z3(question) {
  const run = spawnSync("z3", ["-smt2", "-in", `-T:${secondsPerQuestion}`, ...options], { input: question, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  return run.stdout;
}

// The assertions of one proof: how many there are, how many are proved, and what the checker says of the others.
function check(name, fault) {
  const read = (file) => {
    const text = readFileSync(join(root, file), "utf8");
    if (fault?.file !== file) return text;
    if (!text.includes(fault.from)) throw new Error(`${file} no longer has "${fault.from}"`);
    return text.replace(fault.from, fault.to);
  };
  const file = `${folder}/${name}.sol`;
  const input = {
    language: "Solidity",
    sources: { [file]: { content: read(file) } },
    settings: {
      evmVersion: "osaka",
      modelChecker: { engine: "chc", solvers: ["smtlib2"], targets: ["assert"], contracts: { [file]: [name] }, showProvedSafe: true, showUnproved: true, showUnsupported: true },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: (path) => ({ contents: read(path) }), smtSolver: smtCallback(z3) }));
  const said = (output.errors ?? []).map((entry) => entry.formattedMessage);
  const proved = said.filter((text) => text.includes("Assertion violation check is safe!")).length;
  // The checker knows that a `require` reverts, but not the error that it reverts with.
  const beside = ["check is safe!", "No Horn solver", "does not yet implement type error"];
  const open = said.filter((text) => !beside.some((part) => text.includes(part)));
  const assertions = read(file).match(/\bassert\(/g).length;
  return { proved, assertions, open };
}

if (spawnSync("z3", ["--version"]).error) {
  console.error("The proof needs the solver z3: apt install z3");
  process.exit(1);
}
const all = readdirSync(here).filter((name) => name.endsWith("Proof.sol")).map((name) => name.slice(0, -4)).sort();
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
let failed = false;
for (const name of wanted) {
  const start = Date.now();
  const { proved, assertions, open } = check(name);
  const holds = proved === assertions && open.length === 0;
  failed ||= !holds;
  console.log(`${name}: ${proved} of ${assertions} assertions proved (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (!holds) console.log(open.join("\n"));
}
for (const fault of faults.filter(({ breaks }) => wanted.includes(breaks))) {
  const { proved, assertions } = check(fault.breaks, fault);
  failed ||= proved === assertions;
  console.log(`${fault.breaks}: ${proved === assertions ? "DOES NOT NOTICE" : "notices"} ${fault.file} with "${fault.to}" for "${fault.from}"`);
}
process.exit(failed ? 1 : 0);
