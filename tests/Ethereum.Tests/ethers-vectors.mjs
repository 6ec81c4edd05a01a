// Prints JSON lines, one vector each: seeded random values and what ethers (and the noble curves under it) make of them.
// usage: node ethers-vectors.mjs SEED SCALE    a scale of 1000 gives about 6,500 vectors
import { p256 } from "@noble/curves/p256";
import {
  AbiCoder, SigningKey, Transaction, TypedDataEncoder, computeAddress, encodeRlp, encryptKeystoreJsonSync, getAddress, hexlify, keccak256,
  sha256,
} from "ethers";

const [seed, scale] = process.argv.slice(2).map(Number);
const times = (perThousand) => Math.max(1, Math.round((perThousand * scale) / 1000));

// A hash over a counter: the same values on every machine and version of Node.
let counter = 0;
let pool = "";
function bytes(length) {
  while (pool.length < length * 2) {
    pool += sha256(hexlify(Uint8Array.from([...BigInt(seed).toString(), ...String(counter++).padStart(12, "0")].map((c) => c.charCodeAt(0))))).slice(2);
  }
  const taken = pool.slice(0, length * 2);
  pool = pool.slice(length * 2);
  return "0x" + taken;
}
const integer = (bits) => BigInt(bytes(bits / 8));
const below = (limit) => Number(integer(48) % BigInt(limit));
const pick = (items) => items[below(items.length)];
const list = (length, make) => Array.from({ length }, make);
// Half the numbers are short, so that leading zeros and small lengths are common.
const number = (bits) => (below(2) ? integer(bits) : integer(bits) >> BigInt(below(bits)));
const privateKey = () => bytes(32); // above the order once in 2^128
const address = () => getAddress(bytes(20));
const text = () => list(below(40), () => pick(["a", "Z", " ", "\"", "\\", "永", "康", "é", "😀", "\n"])).join("");

const lines = [];
const emit = (kind, vector) => lines.push(JSON.stringify({ kind, ...vector }, (_, value) => (typeof value === "bigint" ? value.toString() : value)));

// ---- ABI: a shape is a type's name, {array: shape} or {tuple: [shapes]} ----
const atoms = ["bool", "address", "bytes", "string", "bytes1", "bytes4", "bytes5", "bytes31", "bytes32", "uint8", "uint16", "uint32", "uint64", "uint128", "uint256"];
function shape(depth) {
  const kind = depth > 0 ? below(5) : 4;
  if (kind === 0) return { tuple: list(1 + below(4), () => shape(depth - 1)) };
  if (kind === 1) return { array: depth > 1 && below(2) ? { tuple: list(1 + below(3), () => shape(depth - 2)) } : pick(atoms) };
  return pick(atoms);
}
const typeName = (s) => (typeof s === "string" ? s : s.array ? `${typeName(s.array)}[]` : `tuple(${s.tuple.map(typeName).join(",")})`);
function value(s) {
  if (s.array) return list(below(5), () => value(s.array));
  if (s.tuple) return s.tuple.map(value);
  if (s === "bool") return below(2) === 1;
  if (s === "address") return address();
  if (s === "string") return text();
  if (s === "bytes") return bytes(below(70));
  if (s.startsWith("bytes")) return bytes(Number(s.slice(5)));
  return number(Number(s.slice(4)));
}
for (let i = 0; i < times(1500); i++) {
  const shapes = list(1 + below(5), () => shape(3));
  const values = shapes.map(value);
  emit("abi", { shapes, values, encoded: AbiCoder.defaultAbiCoder().encode(shapes.map(typeName), values) });
}

// ---- EIP-712: random structures in layers, so that they never use themselves ----
const fields = ["bool", "address", "bytes", "string", "bytes1", "bytes32", "uint8", "uint64", "uint256", "int8", "int128", "int256"];
function typedValue(types, type) {
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array) return list(array[2] ? Number(array[2]) : below(4), () => typedValue(types, array[1]));
  if (types[type]) return Object.fromEntries(types[type].map((member) => [member.name, typedValue(types, member.type)]));
  const signed = /^int(\d+)$/.exec(type);
  if (signed) return BigInt.asIntN(Number(signed[1]), number(Number(signed[1])));
  return value(type);
}
for (let i = 0; i < times(700); i++) {
  const types = {};
  const names = [];
  for (const name of ["Line", "Asset", "Cash", "Person"].slice(0, 1 + below(4))) {
    types[name] = list(1 + below(5), (_, at) => ({ name: `member${at}`, type: pick(["", "", "", "[]", "[2]", "[][3]"]).replace(/^/, pick([...fields, ...names])) }));
    names.push(name);
  }
  const primary = names.at(-1);
  types[primary] = [...types[primary], ...names.slice(0, -1).map((name) => ({ name: `uses${name}`, type: name }))];
  const domain = Object.fromEntries(
    [["name", text()], ["version", "1"], ["chainId", number(48)], ["verifyingContract", address()], ["salt", bytes(32)]].filter(() => below(4) > 0));
  const message = typedValue(types, primary);
  emit("typedData", {
    document: TypedDataEncoder.getPayload(domain, types, message),
    digest: TypedDataEncoder.hash(domain, types, message),
  });
}

// ---- Keys, signatures, transactions ----
for (let i = 0; i < times(500); i++) {
  const key = privateKey();
  emit("address", { key, address: computeAddress(key) });
}
for (let i = 0; i < times(1000); i++) {
  const [key, digest] = [privateKey(), bytes(32)];
  const { r, s, v } = new SigningKey(key).sign(digest);
  emit("signature", { key, digest, r, s, v, address: computeAddress(key) });
}
for (let i = 0; i < times(500); i++) {
  const [key, digest] = [privateKey(), bytes(32)];
  const signature = p256.sign(sha256(digest).slice(2), key.slice(2), { lowS: true });
  const point = p256.ProjectivePoint.fromPrivateKey(key.slice(2));
  const word = (n) => "0x" + n.toString(16).padStart(64, "0");
  emit("p256", { key, digest, x: word(point.x), y: word(point.y), r: word(signature.r), s: word(signature.s) });
}
for (let i = 0; i < times(1000); i++) {
  const key = privateKey();
  const common = {
    chainId: number(48) + 1n, nonce: below(2 ** 40), gasLimit: number(48), to: below(5) ? address() : null, value: number(128), data: bytes(below(300)),
  };
  const priority = number(64);
  const transaction = Transaction.from(i % 2
    ? { ...common, type: 2, maxPriorityFeePerGas: priority, maxFeePerGas: priority + number(64) }
    : { ...common, type: 0, gasPrice: priority });
  transaction.signature = new SigningKey(key).sign(transaction.unsignedHash);
  emit("transaction", {
    ...common, type: transaction.type, gasPrice: transaction.gasPrice, maxPriorityFeePerGas: transaction.maxPriorityFeePerGas,
    maxFeePerGas: transaction.maxFeePerGas, key, raw: transaction.serialized, hash: transaction.hash,
  });
}

// ---- Hashes, RLP, keystores ----
for (let i = 0; i < times(600); i++) {
  const input = bytes(i < 300 ? i : below(2000));
  emit("keccak", { input, hash: keccak256(input) });
}
const item = (depth) => (depth > 0 && below(2) ? list(below(6), () => item(depth - 1)) : bytes(pick([0, 1, 1, 2, 20, 32, 55, 56, 57, 255, 256, 300])));
for (let i = 0; i < times(600); i++) {
  const tree = item(4);
  emit("rlp", { tree, encoded: encodeRlp(tree) });
}
for (let i = 0; i < 3; i++) {
  const key = privateKey();
  const password = text() + "p";
  emit("keystore", { key, password, json: encryptKeystoreJsonSync({ address: computeAddress(key), privateKey: key }, password, { scrypt: { N: 1024 } }) });
}

process.stdout.write(lines.join("\n") + "\n");
