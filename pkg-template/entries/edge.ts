// The entry for the edge runtime of Next.js and Vercel.
import { loadWith } from "../load.js";

loadWith(async () => (await import("./core-edge.js")).start());

export * from "./exports.js";
