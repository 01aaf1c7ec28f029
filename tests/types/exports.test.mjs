// A library's own declarations name the types that it gets from this one, so that each has to be exported.
import assert from "node:assert/strict";
import { test } from "node:test";
import ts from "typescript";

const TYPES = `${import.meta.dirname}/node_modules/smsworks-wasm/types`;
const ENTRIES = [`${TYPES}/index.d.cts`, `${TYPES}/sandbox/index.d.cts`];

test("every type that is declared can be imported", () => {
  const program = ts.createProgram(ENTRIES, { module: ts.ModuleKind.NodeNext });
  const checker = program.getTypeChecker();
  const exported = (file) => checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map(({ name }) => name);
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(TYPES));
  const names = new Set(files.filter(({ fileName }) => ENTRIES.includes(fileName)).flatMap(exported));
  assert.ok(files.length > ENTRIES.length && names.has("SmsWorksError") && names.has("Sandbox"));
  assert.deepEqual(
    files.flatMap(exported).filter((name) => !names.has(name)),
    [],
  );
});
