// Every operation of the API's own description, called through `request` and by its method with the description's own examples,
// against a mock server that validates requests. The description is not part of this project: it is looked for beside it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { SmsWorks } from "smsworks-wasm";
import { parse } from "yaml";
import { freePort } from "../ecosystem/shared/serve.mjs";

const DESCRIPTION = "../../../shared/api/openapi-1.9.yaml";
if (!existsSync(DESCRIPTION)) {
  console.log("the API's OpenAPI 1.9 description is not beside the project, in ../shared/api");
  process.exit(77);
}
const description = parse(readFileSync(DESCRIPTION, "utf8"));
const url = await mock();
const sms = new SmsWorks({ baseUrl: url, token: "JWT e30.e30.c2ln", retries: 0 });

/** The method of each operation, which is given the id or the body that it takes. */
const METHODS = {
  "POST /message/send": sms.messages.send,
  "POST /message/flash": sms.messages.flash,
  "POST /message/schedule": sms.messages.schedule,
  "GET /messages/{messageid}": sms.messages.get,
  "DELETE /messages/{messageid}": sms.messages.delete,
  "POST /messages": sms.messages.search,
  "POST /messages/inbox": sms.messages.inbox,
  "POST /messages/failed": sms.messages.failed,
  "GET /messages/schedule": sms.messages.scheduled,
  "DELETE /messages/schedule/{messageid}": sms.messages.cancel,
  "POST /batch/send": sms.batches.send,
  "POST /batch/any": sms.batches.sendAny,
  "POST /batch/schedule": sms.batches.schedule,
  "GET /batch/{batchid}": sms.batches.get,
  "DELETE /batches/schedule/{batchid}": sms.batches.cancel,
  "POST /otp/send": sms.otp.send,
  "POST /otp/verify": sms.otp.verify,
  "GET /otp/{messageid}": sms.otp.get,
  "GET /credits/balance": sms.credits.balance,
  "GET /utils/test": sms.utils.test,
  "GET /utils/errors/{errorcode}": sms.utils.error,
};

let count = 0;
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (!operation.responses) continue;
    const route = `${method.toUpperCase()} ${path}`;
    const params = Object.fromEntries((operation.parameters ?? []).map(({ name }) => [name, "123456789"]));
    const body = operation.requestBody && example(operation.requestBody.content["application/json"].schema);
    const given = [Object.values(params)[0] ?? body].filter((argument) => argument !== undefined);
    for (const call of [() => sms.request(route, { params, body }), () => METHODS[route](...given)]) {
      try {
        await call();
      } catch (error) {
        // The mock answers with errors too, where it is the only answer described.
        const isRefused = error.api?.message === undefined || error.status === 422 || error.status === 401;
        assert.ok(route === "GET /utils/errors/{errorcode}" && !isRefused, `${route}: ${error.message}`);
        assert.equal(error.operation, route);
      }
    }
    count++;
  }
}
assert.equal(count, 21, "operations");

// The mock does refuse what is wrong.
await assert.rejects(sms.request("POST /message/send", { body: { sender: "Us" } }), { code: "http", status: 422 });
const stranger = await fetch(`${url}/credits/balance`);
assert.equal(stranger.status, 401);
await assert.rejects(sms.messages.send({ sender: "Us" }), { code: "http", status: 422 });
console.log(`${count} operations accepted, and as many methods`);
process.exit();

/** A schema's example, without the fields where it contradicts the schema itself: lists and texts for what is to be an object. */
function example(schema) {
  const { example = {}, properties = {} } = resolve(schema);
  const fits = ([name, value]) =>
    resolve(properties[name]).type !== "object" || (typeof value === "object" && !Array.isArray(value));
  return Object.fromEntries(Object.entries(example).filter(fits));
}

function resolve({ $ref, ...own } = {}) {
  return $ref ? description.components.schemas[$ref.split("/").at(-1)] : own;
}

async function mock() {
  const port = await freePort();
  const prism = spawn("node_modules/.bin/prism", [
    "mock",
    "--errors",
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    DESCRIPTION,
  ]);
  process.on("exit", () => prism.kill());
  let printed = "";
  return new Promise((resolve, reject) => {
    prism.stdout.on("data", (chunk) => {
      printed += chunk;
      if (printed.includes("Prism is listening")) resolve(`http://127.0.0.1:${port}`);
    });
    prism.once("close", () => reject(new Error(`Prism did not start\n${printed}`)));
  });
}
