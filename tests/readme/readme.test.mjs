// Every program in the two READMEs runs as it is printed, and prints what its comments say.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";

const READMES = ["../../README.md", "../../pkg-template/README.md"];

for (const readme of READMES) {
  const text = await readFile(new URL(readme, import.meta.url), "utf8");
  const programs = [...text.matchAll(/```js\n(.*?)```/gs)].map(([, program]) => program);

  test(`${readme} opens with a program that runs`, () => assert.ok(programs.length > 0));

  for (const [index, program] of programs.entries()) {
    test(`program ${index + 1} of ${readme} prints what it says`, async () => {
      const expected = [...program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);
      assert.ok(expected.length > 0, "a program that prints nothing shows nothing");
      const node = promisify(execFile)("node", ["--input-type=module", "--eval", program], {
        cwd: new URL(".", import.meta.url),
      });
      const { stdout } = await node;
      assert.deepEqual(stdout.trim().split("\n"), expected);
    });
  }
}
