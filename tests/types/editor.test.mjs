// What an editor offers while somebody types, and what it shows on hover: asked of TypeScript's language service.
import assert from "node:assert/strict";
import { test } from "node:test";
import ts from "typescript";

const options = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
};
const FILE = `${import.meta.dirname}/typed.mts`;

let content = "";
let version = 0;
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [FILE],
  getScriptVersion: (name) => (name === FILE ? String(version) : "1"),
  getScriptSnapshot: (name) => {
    const found = name === FILE ? content : ts.sys.readFile(name);
    return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
  },
  getCurrentDirectory: () => import.meta.dirname,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === FILE || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
});

/** @param {string} typed What stands in the file. The cursor is at the `|`. */
function at(typed) {
  const text = `import { type RetryEvent, SmsWorks } from "smsworks-wasm";\ndeclare const sms: SmsWorks;\n${typed}`;
  const position = text.indexOf("|", text.indexOf(typed));
  const ask = (question, ...more) => {
    content = text.slice(0, position) + text.slice(position + 1);
    version++;
    return service[question](FILE, position, ...more);
  };
  return {
    offers: () => ask("getCompletionsAtPosition", {})?.entries.map(({ name }) => name) ?? [],
    explains: (name) => documentation(ask("getCompletionEntryDetails", name, {}, undefined, {}, undefined)),
    shows: () => documentation(ask("getQuickInfoAtPosition")),
    helps: () => documentation(ask("getSignatureHelpItems", {})?.items[0]),
  };
}

/** What TypeScript finds wrong with a line. */
function errorsOf(typed) {
  at(`${typed}|`).offers();
  return service
    .getSemanticDiagnostics(FILE)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const documentation = (shown) => ts.displayPartsToString(shown?.documentation);

const ROUTES = at('sms.request("|")')
  .offers()
  .filter((name) => /^(GET|POST|DELETE) \//.test(name));

test("the 23 routes are offered, and nothing else", () => {
  assert.equal(ROUTES.length, 23);
  assert.deepEqual(at('sms.request("|")').offers(), ROUTES);
});

test("each is explained beside them", () => {
  const help = at('sms.request("|")').helps();
  assert.equal(at("sms.req|uest").shows(), help);
  const explained = [...help.matchAll(/^- `(.+)`: [A-Z].{10,}\.$/gm)].map(([, route]) => route);
  assert.deepEqual(explained, ROUTES);
});

test("what a route takes is explained by what the route does", () => {
  let explained = 0;
  for (const route of ROUTES) {
    const place = at(`sms.request(${JSON.stringify(route)}, { | })`);
    for (const input of place.offers().filter((name) => ["body", "params", "query"].includes(name))) {
      assert.ok(
        at("sms.req|uest")
          .shows()
          .includes(`\`${route}\`: ${place.explains(input)}`),
        `${route}: ${input}`,
      );
      explained++;
    }
  }
  assert.equal(explained, 20);
});

for (const [typed, ...names] of [
  ['sms.request("GET /messages/{messageid}", { | })', "params", "signal", "timeoutMs", "retries"],
  ['sms.request("GET /messages/{messageid}", { params: { | } })', "messageid"],
  ['sms.request("POST /message/send", { body: { | } })', "sender", "destination", "content", "schedule"],
  ['sms.request("POST /messages", { body: { status: "|" } })', "SENT", "INCOMING"],
  ['sms.request("GET /auth/getApiKey", { query: { | } })', "customerid"],
  ['(await sms.request("POST /message/send", { body: 0 as any })).|', "messageid", "creditsUsed"],
  ["new SmsWorks({ | })", "credentials", "tokenStore", "refreshMarginMs", "baseUrl"],
]) {
  test(`offered at ${typed}`, () => {
    const offered = at(typed).offers();
    assert.deepEqual(
      names.filter((name) => !offered.includes(name)),
      [],
    );
  });
}

for (const [typed, text] of [
  ["sms.req|uest", /no text is sent twice/],
  ['sms.request("POST /otp/send", { bo|dy: {} })', /^Makes a one-time password and sends it\.$/],
  ['sms.request("POST /messages", { body: { fr|om: new Date() } })', /^From when on\.$/],
  ["sms.tok|en()", /exactly as the API sent it/],
  ["declare const event: RetryEvent; event.call|", /the events of one call have in common/],
  ['sms.request("POST /message/send", { body: { desti|nation: 5, sender: "", content: "" } })', /country's code/],
]) {
  test(`shown at ${typed}`, () => assert.match(at(typed).shows(), text));
}

test("methods are offered by what they are about, and each is explained", () => {
  const groups = { messages: 11, batches: 6, otp: 3, credits: 1, utils: 2 };
  const offered = at("sms.|").offers();
  let explained = 0;
  for (const [group, count] of Object.entries(groups)) {
    assert.ok(offered.includes(group), group);
    const names = at(`sms.${group}.|`).offers();
    assert.equal(names.length, count, group);
    for (const name of names) {
      const shown = at(`sms.${group}.${name}|`).shows();
      const isNamed = ROUTES.some((route) => shown.includes(`\`${route}\``));
      assert.ok(isNamed && shown.length > 60, `${group}.${name}: ${shown}`);
      explained++;
    }
  }
  assert.equal(explained, 23);
});

test("a wrong argument is an error that names the field", () => {
  for (const [typed, field] of [
    ['sms.messages.send({ sender: "Us", destination: 1 });', "content"],
    ['sms.messages.send({ sender: "Us", destination: 1, content: "Hi", shedule: "" });', "shedule"],
    ['sms.messages.schedule({ sender: "Us", destination: 1, content: "Hi" });', "schedule"],
    ['sms.batches.send({ sender: "Us", content: "Hi", destination: 1 });', "destination"],
    ['sms.batches.sendAll({ sender: "Us", content: "Hi", destinations: [] }, []);', "destinations"],
    ["sms.messages.all({ limt: 1 });", "limt"],
    ["sms.messages.get({ messageid: 1 });", "Id"],
    ["sms.otp.verify({});", "passcode"],
    ["sms.credits.balance({ timeout: 1 });", "timeout"],
    ['sms.messages.get("m").then((m) => m.mesageid);', "mesageid"],
  ]) {
    const [error, ...others] = errorsOf(typed);
    assert.ok(error?.includes(`'${field}'`), `${typed} ${error}`);
    assert.deepEqual(others, []);
  }
});
