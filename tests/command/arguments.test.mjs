// What is understood of the arguments, what is not, and help.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { run, serve } from "./run.mjs";

const SUBCOMMANDS = ["sandbox", "key", "token", "send", "balance", "segments"];
const VARIABLES = ["SMSWORKS_CUSTOMERID", "SMSWORKS_KEY", "SMSWORKS_SECRET", "SMSWORKS_BASE_URL"];
const SEND = ["send", "--from", "Us", "--to", "447777777777"];
const SECRET = "value-that-is-secret";

for (const args of [
  ["--help"],
  ["-h"],
  ["help"],
  ["--help", "nonsense"],
  ["--nonsense", "-h"],
  ["--version", "--help"],
]) {
  test(`${args.join(" ")} names every subcommand, option and variable`, async () => {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const name of SUBCOMMANDS) assert.match(stdout, new RegExp(`^ {2}${name} `, "m"));
    for (const name of [...VARIABLES, "--json", "--help", "--version", "--reveal", "--port"])
      assert.ok(stdout.includes(name));
    assertFits(stdout);
  });
}

for (const name of SUBCOMMANDS) {
  test(`${name} has help of its own, wherever that is asked for, and does nothing then`, async (t) => {
    const { variables, sandbox } = await serve(t);
    const [first, ...others] = await Promise.all(
      [
        [name, "--help"],
        ["-h", name],
        ["help", name],
        [name, "--nonsense", "a", "b", "--help"],
        [...SEND, "text", "--help"].map((arg) => (arg === "send" ? name : arg)),
      ].map((args) => run(args, variables)),
    );
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.match(first.stdout, new RegExp(`^Usage: smsworks-wasm ${name} `));
    for (const other of others) assert.deepEqual(other, first);
    assert.equal(sandbox.requests.length, 0);
    assertFits(first.stdout);
  });
}

/** A terminal of the usual width breaks no line. */
function assertFits(text) {
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
}

test("--version is that of the package", async () => {
  const { version } = JSON.parse(readFileSync("node_modules/smsworks-wasm/package.json", "utf8"));
  assert.deepEqual(await run(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
});

const ALL = { SMSWORKS_KEY: SECRET, SMSWORKS_SECRET: SECRET, SMSWORKS_CUSTOMERID: SECRET };

for (const [what, args, says, variables = ALL] of [
  ["no subcommand", [], /Name a subcommand[\s\S]*segments TEXT/],
  ["an unknown subcommand", ["blance"], /no subcommand "blance".*sandbox, key, token, send, balance and segments/],
  ["what may be a secret for a subcommand", [`${SECRET}-1`], /The first argument is no subcommand/],
  ["a name that every object has", ["constructor"], /no subcommand "constructor"/],
  ["an unknown option", ["balance", "--bogus"], /There is no option --bogus/],
  ["an unknown option with a value", ["balance", `--bogus=${SECRET}`], /There is no option --bogus\./],
  ["an option that every object has", ["balance", "--constructor"], /There is no option --constructor/],
  ["an option of another subcommand", ["balance", "--from", "Us"], /"balance" takes no --from/],
  ["--reveal of what shows no secret", ["send", "--reveal"], /"send" takes no --reveal/],
  ["a secret", ["token", "--secret", SECRET], /not taken from arguments.*SMSWORKS_SECRET/],
  ["a key in one argument", ["token", `--key=${SECRET}`], /not taken from arguments.*SMSWORKS_KEY/],
  ["an option without its value", ["send", "--to", "447777777777", "Hi", "--from"], /--from needs a value/],
  ["another option for a value", ["send", "--from", "--to", "447777777777", "Hi"], /--from needs a value/],
  ["a second number", [...SEND, "--to", "447777777778", "Hi"], /--to is there twice/],
  ["a value for a switch", ["balance", "--json=yes"], /--json takes no value/],
  ["no sender", ["send", "--to", "447777777777", "Hi"], /"send" needs --from NAME/],
  ["nothing to send", ["send"], /needs --from NAME.*--to NUMBER.*the text/],
  ["an empty text", [...SEND, ""], /needs the text/],
  [
    "a text without quotation marks",
    [...SEND, "Your", "parcel"],
    /takes one text, and there are 2: put quotation marks/,
  ],
  ["a text that begins with a dash", [...SEND, "-5 °C tonight"], /begins with a dash.*put -- before it/],
  ["a text with help in it", [...SEND, "-help is on its way"], /begins with a dash.*put -- before it/],
  ["a text that is like an option", ["segments", "--json is a format"], /begins with a dash.*put -- before it/],
  ["no text to count", ["segments"], /needs a text/],
  ["a text for what takes none", ["balance", "now"], /"balance" takes no text/],
  ["a port that is none", ["sandbox", "--port", "http"], /--port takes a number from 0 to 65535/],
  ["a port beyond the last", ["sandbox", "--port", "65536"], /--port takes a number/],
  ["no credentials", ["balance"], /Set the environment variables SMSWORKS_KEY and SMSWORKS_SECRET.*sandbox/, {}],
  ["no secret", ["token"], /Set the environment variable SMSWORKS_SECRET,/, { SMSWORKS_KEY: SECRET }],
  ["an empty key", ["send", ...SEND.slice(1), "Hi"], /variable SMSWORKS_KEY,/, { ...ALL, SMSWORKS_KEY: "" }],
  ["a key of white space", ["balance"], /variable SMSWORKS_KEY,/, { ...ALL, SMSWORKS_KEY: " \r\n" }],
  ["no customer", ["key"], /Set the environment variable SMSWORKS_CUSTOMERID/, {}],
  [
    "a base URL that is none",
    ["balance"],
    /^smsworks-wasm: SMSWORKS_BASE_URL cannot be used/,
    { ...ALL, SMSWORKS_BASE_URL: "x" },
  ],
  [
    "a base URL in the clear",
    ["key"],
    /SMSWORKS_BASE_URL.*https:/,
    { ...ALL, SMSWORKS_BASE_URL: "http://app.example" },
  ],
]) {
  test(`${what}: the exit code is 2, and it says what to do`, async () => {
    const { code, stdout, stderr } = await run(args, variables);
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, says);
    assert.match(stderr, /Run "smsworks-wasm (\w+ )?--help"|Usage: smsworks-wasm/);
    assert.ok(!stderr.includes(SECRET));

    const json = await run([...args.slice(0, 1), "--json", ...args.slice(1)], variables);
    if (args.some((arg) => arg.startsWith("--json")) || args.length === 0) return;
    assert.deepEqual([json.code, json.stdout], [2, ""]);
    const { name, message } = JSON.parse(json.stderr);
    assert.equal(name, "UsageError");
    assert.match(`smsworks-wasm: ${message}`, says);
  });
}

const TARBALL = "../../target/npm/smsworks-wasm.tgz";

test("npx runs it, from the project and from the packed package", () => {
  const npx = (...args) => execFileSync("npx", [...args, "segments", "Hello"], { encoding: "utf8" });
  for (const args of [
    ["--no-install", "smsworks-wasm"],
    ["--yes", `--package=${TARBALL}`, "smsworks-wasm"],
  ]) {
    assert.equal(npx(...args), "1 part: 5 septets of GSM-7, room for 155 more\n");
  }
});
