// The faults of the table, for a runtime that runs programs: what is given comes by standard input, and goes by the last line.
import * as api from "smsworks-wasm";
import { checkFaults } from "../shared/faults/check.mjs";

let given = "";
for await (const text of process.stdin.setEncoding("utf8")) given += text;
const broken = await checkFaults(api, JSON.parse(given));
// Node keeps connections whose TLS handshake never ended for a while.
process.stdout.write(JSON.stringify(broken), () => process.exit());
