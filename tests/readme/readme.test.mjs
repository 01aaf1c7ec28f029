// Every program in the two READMEs compiles in strict TypeScript, runs as it is printed, and prints what its comments say.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { compile, makeFolder, run } from "./serve.mjs";

const EXAMPLES = "node_modules/smsworks-wasm/examples";

const expected = (program) => [...program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);

for (const readme of ["../../README.md", "node_modules/smsworks-wasm/README.md"]) {
  const text = await readFile(new URL(readme, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/```(\S*)\n(.*?)```/gs)].map(([, language, program]) => ({ language, program }));
  const programs = blocks.filter(({ language }) => language === "js").map(({ program }) => program);

  test(`${readme} opens with how to install the package, how to send a text and how to log in`, () => {
    const [install, send, login] = blocks;
    assert.equal(install.program, "npm install smsworks-wasm\n");
    assert.match(send.program, /sms\.messages\.send\(/);
    assert.match(login.program, /\.keySecret\(.*\.login\(/s);
  });

  test(`${readme} warns once of credentials in a public web page`, () => {
    assert.equal(text.match(/Credentials in a public web page/g)?.length, 1);
  });

  test(`${readme} names every example, and none that there is not`, async () => {
    const named = new Set(Array.from(text.matchAll(/`([\w.-]+\.mjs)`/g), ([, name]) => name));
    assert.deepEqual([...named].sort(), (await readdir(EXAMPLES)).sort());
  });

  test(`${readme} names every route`, async () => {
    const types = await readFile("node_modules/smsworks-wasm/types/routes.d.cts", "utf8");
    const routes = Array.from(types.matchAll(/^ {4}"([A-Z]+ \/.*)": \{/gm), ([, route]) => route);
    assert.equal(routes.length, 23);
    assert.deepEqual(
      routes.filter((route) => !text.includes(`\`${route}\``)),
      [],
    );
  });

  test(`the programs of ${readme} compile, and print what they say`, async (t) => {
    assert.ok(programs.length > 0);
    const folder = await makeFolder(t);
    const files = programs.map((_, index) => join(folder, `program-${index + 1}.mjs`));
    await Promise.all(files.map((file, index) => writeFile(file, programs[index])));
    await compile(files);
    for (const [index, file] of files.entries()) {
      const comments = expected(programs[index]);
      assert.ok(comments.length > 0, "a program that prints nothing shows nothing");
      assert.deepEqual(await run(file), comments);
    }
  });
}

test("the repository's README links to files that there are", async () => {
  const text = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const targets = Array.from(text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g), ([, target]) => target);
  assert.ok(targets.length > 0);
  for (const target of targets) assert.ok(existsSync(join("../..", target)), target);
});
