import { fileURLToPath } from "node:url";

const folder = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** What the package is measured against is installed here, and so is the package where it is to be run. */
export const BENCH = folder(".");
/** The package as it was built; imports in here find it by its name. */
export const PKG = folder("../../pkg");
/** Where this measuring leaves its files; it is emptied before. */
export const WORK = folder("../../target/bench");
