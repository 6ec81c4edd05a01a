// Answers, for each line of JSON on stdin, what ethers makes of an operation: its EIP-712 digest and its calldata.
// In: {"typedData": <eth_signTypedData_v4>, "function": "issueReceivable", "signatures": [<bytes or list of bytes>, ...]}
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Interface, TypedDataEncoder } from "ethers";

const ledger = new Interface(JSON.parse(readFileSync(process.argv[2], "utf8")).abi);

for await (const line of createInterface({ input: process.stdin })) {
  const { typedData, function: name, signatures } = JSON.parse(line);
  const { EIP712Domain, ...types } = typedData.types;
  console.log(
    JSON.stringify({
      digest: TypedDataEncoder.hash(typedData.domain, types, typedData.message),
      calldata: ledger.encodeFunctionData(name, [typedData.message, ...signatures]),
    }),
  );
}
