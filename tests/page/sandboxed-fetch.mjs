// Puts a sandbox in the place of the network, for code that calls the live API.
import { createSandbox } from "smsworks-wasm/sandbox";

const { SMSWORKS_CUSTOMERID: customerid, SMSWORKS_KEY: key, SMSWORKS_SECRET: secret } = process.env;
const customer = key ? { customerid, key, secret } : customerid;
globalThis.fetch = createSandbox({ customers: [customer] }).fetch;
