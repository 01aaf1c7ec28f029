import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import * as imported from "smsworks-wasm";
import * as importedSandbox from "smsworks-wasm/sandbox";
import { run } from "./child.mjs";

const LIMIT = { timeout: 20_000 };
const NAMES = ["AuthApi", "Login", "SmsWorksError", "keySecret", "login"];
const require = createRequire(import.meta.url);

test("import and require give the same classes and functions", () => {
  const required = require("smsworks-wasm");
  for (const name of NAMES) {
    assert.equal(typeof imported[name], "function", name);
    assert.equal(required[name], imported[name], name);
  }
});

test("the sandbox comes by import and by require", () => {
  assert.equal(typeof importedSandbox.createSandbox, "function");
  assert.equal(typeof require("smsworks-wasm/sandbox").createSandbox, "function");
});

test("the package depends on no other", () => {
  const manifest = require("smsworks-wasm/package.json");
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"]) {
    assert.deepEqual(Object.keys(manifest[kind] ?? {}), [], kind);
  }
  const scripts = Object.keys(manifest.scripts ?? {});
  assert.deepEqual(
    scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    [],
  );
});

test("no instance needs to be freed", () => {
  for (const instance of [new imported.AuthApi(), new imported.Login()]) {
    for (const name of ["free", "__destroy_into_raw", Symbol.dispose ?? "dispose"]) {
      assert.ok(!(name in instance), String(name));
    }
  }
});

// Notes whatever reads a file, opens a connection or compiles WebAssembly from now on.
const WATCH = `
  const touched = { disk: [], network: [], wasm: [] };
  const watch = (where, on, name) => {
    const note = (what) => {
      // Node compiles WebAssembly of its own, for fetch and to import CommonJS.
      const isNode = new Error().stack.split("\\n")[3].includes("node:internal");
      if (where !== "wasm" || !isNode) touched[where].push(what);
    };
    on[name] = new Proxy(on[name], {
      apply(target, self, args) {
        note(name + " " + (typeof args[0] === "string" || args[0] instanceof URL ? args[0] : ""));
        return Reflect.apply(target, self, args);
      },
      construct(target, args, newTarget) {
        note("new " + name);
        return Reflect.construct(target, args, newTarget);
      },
    });
  };
  for (const name of ["readFile", "readFileSync", "open", "openSync", "createReadStream"]) watch("disk", fs, name);
  for (const name of ["readFile", "open"]) watch("disk", fs.promises, name);
  watch("network", net.Socket.prototype, "connect");
  watch("network", dns, "lookup");
  watch("network", globalThis, "fetch");
  for (const name of ["Module", "compile", "instantiate", "compileStreaming", "instantiateStreaming"]) {
    watch("wasm", WebAssembly, name);
  }
`;
const REPORT = `
  const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const fetch = async () => Response.json({ token: "JWT a.b.c" });
  const finish = async (api) => {
    await settled();
    const atImport = structuredClone(touched);
    const call = () => new api.AuthApi({ fetch }).login({ key: "k", secret: "s" });
    const calls = await Promise.all(Array.from({ length: 10 }, call));
    console.log(JSON.stringify({ atImport, afterCalls: touched, tokens: calls.map(({ token }) => token) }));
  };
`;

for (const [how, type, program] of [
  [
    "import",
    "module",
    `
    import dns from "node:dns"; import fs from "node:fs"; import net from "node:net";
    ${WATCH}${REPORT}
    await finish(await import("smsworks-wasm"));
  `,
  ],
  [
    "require",
    "commonjs",
    `
    const dns = require("node:dns"), fs = require("node:fs"), net = require("node:net");
    ${WATCH}${REPORT}
    finish(require("smsworks-wasm"));
  `,
  ],
]) {
  test(
    `${how} touches neither network nor disk and compiles nothing; ten waiting calls compile the core once`,
    LIMIT,
    async () => {
      const { exit, stdout, stderr } = await run(program, { type });
      assert.deepEqual({ exit, stderr }, { exit: 0, stderr: "" });
      const { atImport, afterCalls, tokens } = JSON.parse(stdout);

      // The file that is required is short, and requires the client.
      const required = require.resolve("smsworks-wasm");
      const client = required.replace(/index\.cjs$/, "client.cjs");
      const own = [required, client, new URL(import.meta.resolve("smsworks-wasm")).pathname];
      const strange = atImport.disk.filter(
        (read) => !own.some((path) => read.endsWith(path)) && !read.endsWith("package.json"),
      );
      assert.deepEqual({ ...atImport, disk: strange }, { disk: [], network: [], wasm: [] });

      assert.deepEqual(tokens, Array(10).fill("JWT a.b.c"));
      assert.equal(afterCalls.wasm.length, 1, `${afterCalls.wasm}`);
      assert.deepEqual(afterCalls.network, []);
    },
  );
}
