// Lines and branches of the contracts that the Solidity tests reach, without the stateful run and the gas snapshot. Hardhat counts lines only, so in a
// temporary copy both outcomes of each `if` and `require` get lines of their own. Fails below 99 %. Takes some minutes.
//   node tests/contracts/coverage.mjs
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const solc = createRequire(import.meta.url)("solc");
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const copy = mkdtempSync(join(tmpdir(), "coverage-"));
const least = 0.99;
const mark = "/* reached */";
const stop = `true; ${mark}`; // a statement that does nothing, on a line of its own
const without = ["Invariants.t.sol", "GasSnapshot.t.sol"];

// Sources and their syntax trees; positions are in bytes.
function trees(folder) {
  const names = readdirSync(join(copy, folder), { recursive: true }).filter((name) => name.endsWith(".sol")).map((name) => `${folder}/${name}`);
  const sources = Object.fromEntries(names.map((name) => [name, { content: readFileSync(join(copy, name), "utf8") }]));
  const input = { language: "Solidity", sources, settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } } };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: () => ({ error: "only what is given" }) }));
  return names.map((name) => ({ name, text: Buffer.from(sources[name].content), tree: output.sources[name].ast }));
}

function* nodes(value) {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item);
  else if (value && typeof value === "object") {
    if (value.nodeType) yield value;
    for (const item of Object.values(value)) yield* nodes(item);
  }
}

const place = (node) => { const [start, length] = node.src.split(":").map(Number); return { start, end: start + length }; };

function rewrite({ name, text, tree }) {
  const edits = []; // [from, to, text in their place]
  const afterSemicolon = (at) => text.indexOf(";", at) + 1;
  const open = (body) => {
    const { start, end } = place(body);
    if (body.nodeType === "Block") edits.push([start + 1, start + 1, `\n${stop}\n`]);
    else if (body.nodeType !== "IfStatement") {
      edits.push([start, start, `{\n${stop}\n`]);
      const last = text[end - 1] === 59 || text[end - 1] === 125 ? end : afterSemicolon(end - 1);
      edits.push([last, last, "\n}"]);
      return last;
    }
    return end;
  };
  for (const node of nodes(tree)) {
    if (node.nodeType === "IfStatement") {
      const last = open(node.trueBody);
      if (node.falseBody) open(node.falseBody);
      else edits.push([last, last, ` else {\n${stop}\n}`]);
    } else if (node.nodeType === "ExpressionStatement" && node.expression.nodeType === "FunctionCall" && node.expression.expression.name === "require") {
      const [condition, refusal] = node.expression.arguments.map(place);
      edits.push([place(node).start, condition.start, "if ("]);
      edits.push([condition.end, refusal.start, `) {\n${stop}\n} else {\n${mark} revert `]);
      edits.push([refusal.end, afterSemicolon(refusal.end), ";\n}"]);
    }
  }
  // From the end, so that positions stay; what closes at a place comes behind what was put there before it.
  edits.map((edit, order) => ({ edit, order })).sort((a, b) => b.edit[0] - a.edit[0] || b.order - a.order)
    .forEach(({ edit: [from, to, put] }) => { text = Buffer.concat([text.subarray(0, from), Buffer.from(put), text.subarray(to)]); });
  writeFileSync(join(copy, name), text);
}

try {
  for (const name of ["contracts", "tests/contracts", "hardhat.config.js", "package.json"]) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  trees("contracts").forEach(rewrite);
  const config = join(copy, "hardhat.config.js");
  // What is rewritten has warnings.
  const strict = "plugins: [warningsAreErrors, ", settings = readFileSync(config, "utf8");
  if (!settings.includes(strict)) throw new Error(`hardhat.config.js does not have: ${strict}`);
  writeFileSync(config, settings.replace(strict, "plugins: ["));
  const tests = readdirSync(join(copy, "tests/contracts")).filter((name) => name.endsWith(".t.sol") && !without.includes(name));
  spawnSync("npx", ["hardhat", "test", "solidity", "--coverage", ...tests.map((name) => `tests/contracts/${name}`)], { cwd: copy, stdio: "inherit" });

  const counts = { lines: [0, 0], branches: [0, 0] };
  const missed = [];
  let file = "", source = [];
  for (const row of readFileSync(join(copy, "coverage/lcov.info"), "utf8").split("\n")) {
    if (row.startsWith("SF:")) {
      file = row.slice(3);
      source = file.includes("contracts/") && !file.includes("tests/") ? readFileSync(join(copy, file.slice(file.lastIndexOf("contracts/"))), "utf8").split("\n") : [];
    } else if (row.startsWith("DA:") && source.length > 0) {
      const [line, hits] = row.slice(3).split(",").map(Number);
      const kind = source[line - 1].includes(mark) ? "branches" : "lines";
      counts[kind][1] += 1;
      if (hits > 0) counts[kind][0] += 1;
      else missed.push(`${file}: ${source.slice(Math.max(0, line - 3), line).join(" ").trim()}`);
    }
  }
  missed.forEach((place) => console.log(`not reached: ${place}`));
  for (const [kind, [reached, all]] of Object.entries(counts)) console.log(`${kind}: ${reached} of ${all} (${((100 * reached) / all).toFixed(2)} %)`);
  process.exitCode = Object.values(counts).every(([reached, all]) => all > 0 && reached >= least * all) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}
