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

/** @param {string} typed What stands in the file. The cursor is at the `|`. */
function at(typed) {
  const text = `import { SmsWorks } from "smsworks-wasm";\ndeclare const sms: SmsWorks;\n${typed}`;
  const position = text.indexOf("|", text.indexOf(typed));
  const content = text.slice(0, position) + text.slice(position + 1);
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
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
  return {
    offers: () => service.getCompletionsAtPosition(FILE, position, {})?.entries.map(({ name }) => name) ?? [],
    shows: () => ts.displayPartsToString(service.getQuickInfoAtPosition(FILE, position)?.documentation),
  };
}

test("the 23 routes are offered", () => {
  const routes = at('sms.request("|")')
    .offers()
    .filter((name) => /^(GET|POST|DELETE) \//.test(name));
  assert.equal(routes.length, 23);
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
  ["sms.tok|en()", /exactly as the API sent it/],
  ['sms.request("POST /message/send", { body: { desti|nation: 5, sender: "", content: "" } })', /country's code/],
]) {
  test(`shown at ${typed}`, () => assert.match(at(typed).shows(), text));
}
