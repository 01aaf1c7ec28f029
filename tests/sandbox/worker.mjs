// A worker of a cluster, whose sandbox knows a customer that no other does.
import { createSandbox } from "smsworks-wasm/sandbox";

const customerid = `customer-${process.pid}`;
const { url } = await createSandbox({ customers: [{ customerid, key: "key", secret: "secret" }] }).listen();
process.send({ url, customerid });
