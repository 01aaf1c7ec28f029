import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

/**
 * Makes a project for another package manager than npm, with the package, packed again, as its only dependency.
 *
 * @param {Record<string, string>} files What else is in it, by name.
 * @returns {string} Its folder, which has import.mjs and require.cjs.
 */
export function makeProject(files) {
  const project = "dist/project";
  rmSync("dist", { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const pack = ["pack", "--silent", "--pack-destination=dist", "./node_modules/smsworks-wasm"];
  const tarball = execFileSync("npm", pack, { encoding: "utf8" }).trim();
  const dependencies = { "smsworks-wasm": `file:../${tarball}` };
  const manifest = { private: true, scripts: { import: "node import.mjs", require: "node require.cjs" }, dependencies };
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    writeFileSync(`${project}/${name}`, text);
  }
  for (const program of ["import.mjs", "require.cjs"]) copyFileSync(`../shared/${program}`, `${project}/${program}`);
  // Where the programs look for the calls.
  symlinkSync("../../shared", "dist/shared");
  return project;
}
