// The entry for service workers, which may not import() anything later: the core comes with it.
import { loadWith } from "../load.js";
import { start } from "./core.js";

loadWith(start);

export * from "./exports.js";
