import { dirname } from "node:path";

// Where it may read files: the calls are in a folder beside this one.
export default { turbopack: { root: dirname(import.meta.dirname) } };
