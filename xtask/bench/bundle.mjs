import { build } from "esbuild";

/**
 * What esbuild makes of an application for browsers.
 *
 * @param {string} code
 * @param {string} folder Where its imports are looked for.
 * @returns {Promise<{ main: Uint8Array[], lazy: Uint8Array[], files: import("esbuild").OutputFile[] }>} The main bundle, with
 * all that it imports statically, and what it loads later.
 */
export async function bundle(code, folder) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: "main.js" },
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    outdir: folder,
    absWorkingDir: folder,
    entryNames: "main",
    write: false,
    metafile: true,
  });
  const main = new Set();
  const add = (name) => {
    if (main.has(name)) return;
    main.add(name);
    const { imports } = metafile.outputs[name];
    for (const { path, kind } of imports) if (kind === "import-statement") add(path);
  };
  add("main.js");
  const names = Object.keys(metafile.outputs);
  const contents = (/** @type {string[]} */ names) =>
    names.map((name) => outputFiles.find(({ path }) => path.endsWith(`/${name}`)).contents);
  return {
    main: contents(names.filter((name) => main.has(name))),
    lazy: contents(names.filter((name) => !main.has(name))),
    files: outputFiles,
  };
}
