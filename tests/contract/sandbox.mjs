// The sandbox beside both of the API's own descriptions: it takes their examples, and what it answers with is what they have.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createSandbox } from "smsworks-wasm/sandbox";
import { parse } from "yaml";

const PAIR = { customerid: "customer-1", key: "key-1", secret: "secret-1" };
const LATER = "Wed Jan 01 2031 10:00:00 GMT+0000 (GMT)";
/** Fields of replies that the schemas do not have, and why they are there. */
const KNOWN = {
  messageparts: "seen in the wild; in 1.9, OTPResponse has it",
  creditsUsed: "it came after 1.2",
  metadata: "the description of MetaData says that it is returned",
};
/** Fields that 1.2 requires of every text, and 1.9 of none. */
const NOT_IN_EVERY_TEXT = ["batchid", "keyword"];

let count = 0;
for (const file of ["openapi-1.9.yaml", "openapi-1.2.json"]) {
  const path = `../../../shared/api/${file}`;
  if (!existsSync(path)) {
    console.log("the API's descriptions are not beside the project, in ../shared/api");
    process.exit(77);
  }
  await checkAll(file, parse(readFileSync(path, "utf8")));
}
console.log(`the sandbox answers ${count} operations as they are described`);

async function checkAll(file, description) {
  const sandbox = createSandbox({ customers: [PAIR], credits: 10_000 });
  let token = "";
  const ask = async (route, body) => {
    const [method, path] = route.split(" ");
    const init = { method, body: body && JSON.stringify(body), headers: { Authorization: token } };
    const response = await sandbox.fetch(`https://api.test/v1${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  const login = await ask("POST /auth/token", PAIR);
  token = login.body.token;

  const example = bodies(description);
  const { passcode = "123456" } = example.otp ?? {};
  const otp = (await ask("POST /otp/send", { destination: "447777777777", passcode })).body.messageid;
  const text = async () => (await ask("POST /message/send", example.message)).body.messageid;
  const later = async () =>
    (await ask("POST /message/schedule", { ...example.message, schedule: LATER })).body.messageid;
  const laterBatch = async () =>
    (await ask("POST /batch/schedule", { ...example.batch, schedule: LATER })).body.batchid;
  const batch = (await ask("POST /batch/send", example.batch)).body.batchid;
  await later();
  await laterBatch();
  sandbox.receive({ sender: "447777777777", destination: "447777777778", content: "Yes", keyword: "YES" });
  for (const destination of ["447700900123", "441632960123", "449098790123"]) {
    await ask("POST /message/send", { ...example.message, destination });
  }
  sandbox.advance(1000);

  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!operation.responses) continue;
      const route = `${method.toUpperCase()} ${path}`;
      const id = { "GET /otp/{messageid}": otp, "GET /batch/{batchid}": batch, "GET /utils/errors/{errorcode}": 402 };
      if (route === "DELETE /messages/schedule/{messageid}") id[route] = await later();
      if (route === "DELETE /batches/schedule/{batchid}") id[route] = await laterBatch();
      const target = route.replace(/\{.*\}/, String(id[route] ?? (await text())));
      const query = path === "/auth/getApiKey" ? `?customerid=${PAIR.customerid}` : "";
      const { status, body } = await ask(target + query, bodyOf(route, example));

      const [expected, response] = Object.entries(operation.responses)[0];
      const where = `${file}, ${route}`;
      // What schedules one text answers with 200 in one description and with 201 in the other, and only 1.9 has a list.
      if (path === "/message/schedule") assert.ok(status < 300 && !Array.isArray(body), where);
      else if (expected !== "default") assert.equal(String(status), expected, `${where}: ${body.message}`);
      const { schema } = Object.values(response.content)[0];
      // The example of a query finds nothing, since its dates are over.
      const shown = /^POST .messages/.test(route) ? (await ask(route, {})).body : body;
      check(description, shape(description, path, schema), shown, where);
      count++;

      // And where it refuses.
      const refused = await ask(target + query.replace("customer-1", "none"), method === "post" ? [] : undefined);
      if (refused.status >= 400) {
        const model = Object.values(operation.responses.default.content)[0].schema;
        check(description, model, { ...refused.body }, `${where}, refused`, true);
      }
    }
  }
}

/** The examples of what is sent, by noun. */
function bodies({ components: { schemas } }) {
  const own = ({ example, properties = {} }) =>
    example ?? Object.fromEntries(Object.entries(properties).map(([name, { example }]) => [name, example]));
  return {
    message: own(schemas.Message),
    batch: own(schemas.BatchMessage),
    query: own(schemas.Query),
    ...(schemas.OTP && { otp: own(schemas.OTP), verify: own(schemas.OTPVerify) }),
  };
}

/** The example of what an operation is sent. What schedules gets a date that is still to come. */
function bodyOf(route, { message, batch, query, otp, verify }) {
  return {
    "POST /auth/token": PAIR,
    "POST /message/send": message,
    "POST /message/flash": message,
    "POST /message/schedule": { ...message, schedule: LATER },
    "POST /batch/send": batch,
    "POST /batch/any": [message, message],
    "POST /batch/schedule": { ...batch, schedule: LATER },
    "POST /messages": query,
    "POST /messages/inbox": query,
    "POST /messages/failed": query,
    "POST /otp/send": otp,
    "POST /otp/verify": verify,
  }[route];
}

/** Where a schema is not what its description and its examples say. */
function shape({ components: { schemas } }, path, schema) {
  if (path === "/message/schedule") return schema.items ?? schema;
  // A list, its description says; and the text in each is one level further down.
  if (path === "/messages/schedule" && !schema.items) {
    const { message, ...properties } = schemas.ScheduledMessagesResponse.properties;
    const item = { type: "object", properties: { ...properties, message: schemas.ScheduledMessage } };
    return { type: "array", items: item };
  }
  // In 1.2 a list is an object that holds one; what the API sends is the list.
  if (schema.properties?.messages) return { type: "array", items: schemas.MessageResponse };
  return schema;
}

/** That a value has the fields and the types of a schema. @param {boolean} [mayHaveMore] Whether other fields are fine. */
function check(description, schema, value, where, mayHaveMore = false) {
  const { $ref, allOf } = schema;
  if ($ref)
    return check(description, description.components.schemas[$ref.split("/").at(-1)], value, where, mayHaveMore);
  if (allOf) return allOf.forEach((each) => check(description, each, value, where, true));
  const { type, items, properties, required = [] } = schema;
  assert.equal(Array.isArray(value) ? "array" : typeof value, type, `${where}: the type`);
  if (items) {
    assert.ok(value.length > 0, `${where}: an empty list shows nothing`);
    return value.forEach((each, index) => check(description, items, each, `${where}[${index}]`, mayHaveMore));
  }
  if (!properties) return;
  for (const name of required) {
    assert.ok(name in value || NOT_IN_EVERY_TEXT.includes(name), `${where}: '${name}' is missing`);
  }
  if (Object.keys(properties).length === 0) return;
  for (const [name, each] of Object.entries(value)) {
    if (properties[name] && name !== "metadata")
      check(description, properties[name], each, `${where}.${name}`, mayHaveMore);
    else assert.ok(mayHaveMore || name in KNOWN || name === "metadata", `${where}: nothing describes '${name}'`);
  }
}
