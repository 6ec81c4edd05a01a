// Answers, for each line of JSON on stdin, what ethers makes of an operation: its EIP-712 digest and its calldata.
// In: {"typedData": <eth_signTypedData_v4>, "function": "issueReceivable", "signatures": [<bytes or list of bytes>, ...]}
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Interface, TypedDataEncoder } from "ethers";

const { abi } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ledger = new Interface(abi);

// The EIP-712 types come from the ABI, not from the typed data under test.
function typesOf({ internalType, components }, types = {}) {
  types[structName(internalType)] = components.map((field) => ({
    name: field.name,
    type: field.components ? field.internalType.replace("struct ", "") : field.type, // PartyId[] is signed as uint32[]
  }));
  for (const field of components.filter((field) => field.components)) typesOf(field, types);
  return types;
}

function structName(internalType) {
  return internalType.replace("struct ", "").replace("[]", "");
}

for await (const line of createInterface({ input: process.stdin })) {
  const { typedData, function: name, signatures } = JSON.parse(line);
  const [operation] = abi.find((entry) => entry.name === name).inputs;
  console.log(
    JSON.stringify({
      digest: TypedDataEncoder.hash(typedData.domain, typesOf(operation), typedData.message),
      calldata: ledger.encodeFunctionData(name, [typedData.message, ...signatures]),
    }),
  );
}
