// The code that does what the page does, to copy. It runs as it is in Node, and holds no credentials.
import { copyButton, h } from "./dom.js";

export const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";

const START = {
  sandbox: `import { AuthApi } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";

// Leave \`fetch\` out to call the live API.
const api = new AuthApi({ fetch: createSandbox().fetch });

const customerid = "${CUSTOMER}";
const { key, secret } = await api.keySecret(customerid);`,
  customer: `import { AuthApi } from "smsworks-wasm";

const api = new AuthApi();

const customerid = process.env.SMSWORKS_CUSTOMERID;
// Makes a new pair each time: keep it.
const { key, secret } = await api.keySecret(customerid);`,
  pair: `import { AuthApi } from "smsworks-wasm";

const api = new AuthApi();

const key = process.env.SMSWORKS_KEY;
const secret = process.env.SMSWORKS_SECRET;`,
};

const END = `const { token } = await api.login({ key, secret });

// Send these with every other request.
const headers = { Authorization: token };
console.log(headers.Authorization.slice(0, 7)); // JWT eyJ
`;

/** @param {"sandbox" | "customer" | "pair"} source where the key pair comes from */
export const codeFor = (source) => `${START[source]}\n${END}`;

/** Counts a text, and sends it in a sandbox. */
export const sendCode = () => `import { SmsWorks, segments } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";

const credentials = ${literal(DEMO)};
const { fetch } = createSandbox({
  customers: [{ customerid: "demo", ...credentials }],
});
// Leave \`fetch\` out to call the live API.
const sms = new SmsWorks({ credentials, fetch });

const content = "Your parcel is at the door.";
const { parts, nonGsm } = await segments(content);
console.log(parts, nonGsm); // 1 []

const { status } = await sms.messages.send({
  sender: "YourCompany",
  destination: "447777777777",
  content,
});
console.log(status); // SENT
`;

/** What the rehearsals log in with. */
export const DEMO = { key: "demo-key", secret: "demo-secret" };

/** @param {import("./rehearsals.js").Rehearsal} rehearsal */
export function rehearsalCode({ fault, options, wrongSecret, isAborted }) {
  const credentials = wrongSecret ? `{ ...pair, secret: "${wrongSecret}" }` : "pair";
  const callOptions = isAborted ? "{ signal: controller.signal }" : options && literal(options);
  return [
    'import { AuthApi } from "smsworks-wasm";',
    'import { createSandbox } from "smsworks-wasm/sandbox";',
    "",
    `const pair = ${literal(DEMO)};`,
    "const sandbox = createSandbox({",
    '  customers: [{ customerid: "demo", ...pair }],',
    "});",
    "const api = new AuthApi({ fetch: sandbox.fetch });",
    "",
    fault && `sandbox.fail(${literal(fault)});`,
    isAborted && "const controller = new AbortController();",
    isAborted && "setTimeout(() => controller.abort(), 1000);",
    (fault || isAborted) && "",
    "try {",
    `  await api.login(${[credentials, callOptions].filter(Boolean).join(", ")});`,
    '  console.log("A token after all.");',
    "} catch (error) {",
    "  console.log(error.name, error.code, error.message);",
    "}",
    "",
  ]
    .filter((line) => typeof line === "string")
    .join("\n");
}

function literal(fields) {
  const entries = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const line = `{ ${entries.join(", ")} }`;
  return line.length <= 45 ? line : `{\n${entries.map((entry) => `  ${entry},\n`).join("")}}`;
}

/** The code with a button that copies it. */
export function codeBlock(label, code) {
  return [
    h(
      "p",
      { class: "label" },
      h("span", null, label),
      copyButton("Copy code", () => code),
    ),
    h("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label }, coloured(code)),
  ];
}

const TOKENS = /(\/\/.*)|("[^"]*")|\b(import|from|const|await|new|try|catch)\b/g;

function coloured(code) {
  const nodes = [];
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    const [text, comment, string] = match;
    const kind = comment ? "comment" : string ? "string" : "keyword";
    nodes.push(code.slice(end, match.index), h("span", { class: kind }, text));
    end = match.index + text.length;
  }
  return [...nodes, code.slice(end)];
}
