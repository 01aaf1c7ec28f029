// How many bytes an application downloads. Run as a program, it prints the parts of our package as JSON.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import ts from "typescript";
import { bundle } from "./bundle.mjs";
import { PKG } from "./folders.mjs";

/** @typedef {{ raw: number, gzip: number, brotli: number }} Size */

/** Files are compressed one by one, as a server does, at the highest levels: 11 is brotli's default in Node. */
const sizeOf = (/** @type {Uint8Array[]} */ files) => {
  const sum = (/** @type {(file: Uint8Array) => number} */ size) =>
    files.reduce((total, file) => total + size(file), 0);
  return {
    raw: sum((file) => file.length),
    gzip: sum((file) => gzipSync(file, { level: 9 }).length),
    brotli: sum((file) => brotliCompressSync(file).length),
  };
};

/** What an application's main bundle grows by, and everything up to a first call. */
export async function measureSize(/** @type {string} */ code, /** @type {string} */ folder) {
  const { main, lazy } = await bundle(code, folder);
  return { main: sizeOf(main), all: sizeOf([...main, ...lazy]) };
}

/** The parts of our package, by the names that xtask/src/size.rs has budgets for. @returns {Promise<Record<string, Size>>} */
export async function measureParts() {
  const wasm = await readFile(join(PKG, "core.wasm"));
  const authApi = await bundle('export { AuthApi } from "smsworks-wasm"', PKG);
  const smsWorks = await bundle('export { SmsWorks } from "smsworks-wasm"', PKG);
  const segments = await bundle('export { segments } from "smsworks-wasm"', PKG);
  const whole = await bundle('export * from "smsworks-wasm"', PKG);
  return {
    "main bundle with AuthApi": sizeOf(authApi.main),
    "main bundle with SmsWorks": sizeOf(smsWorks.main),
    "main bundle with segments alone": sizeOf(segments.main),
    "main bundle with everything": sizeOf(whole.main),
    glue: sizeOf(whole.lazy.map(withoutWasm)),
    wasm: sizeOf([wasm]),
    "glue and embedded wasm": sizeOf(whole.lazy),
    "everything to a first call": sizeOf([...whole.main, ...whole.lazy]),
  };
}

/** JavaScript without the long string literals, in which the wasm is. */
function withoutWasm(/** @type {Uint8Array} */ file) {
  let text = new TextDecoder().decode(file);
  /** @type {ts.Node[]} */
  const literals = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isStringLiteralLike(node) && node.getWidth() > 2000) literals.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("core.js", text, ts.ScriptTarget.Latest, true));
  // From the end, so that the positions before it stay.
  for (const literal of literals.reverse()) {
    text = `${text.slice(0, literal.getStart())}""${text.slice(literal.getEnd())}`;
  }
  return new TextEncoder().encode(text);
}

if (import.meta.filename === process.argv[1]) console.log(JSON.stringify(await measureParts()));
