import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A package registry of one package, for what does not use the installed one. */
export async function startRegistry(installed) {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const pack = ["pack", "--json", "--pack-destination", folder, resolve(installed)];
  const [{ filename, integrity, shasum }] = JSON.parse(execFileSync("npm", pack, { encoding: "utf8" }));
  const tarball = await readFile(join(folder, filename));
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));

  const server = createServer(({ url, headers }, response) => {
    if (url === `/${filename}`) return response.end(tarball);
    if (url !== `/${manifest.name}`) return response.writeHead(404).end();
    const dist = { tarball: `http://${headers.host}/${filename}`, integrity, shasum };
    const versions = { [manifest.version]: { ...manifest, dist } };
    response.end(JSON.stringify({ name: manifest.name, "dist-tags": { latest: manifest.version }, versions }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    folder,
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
}
