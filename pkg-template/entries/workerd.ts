// The entry for Cloudflare Workers.
import { loadWith } from "../load.js";

loadWith(async () => (await import("./core-workerd.js")).start());

export * from "./exports.js";
