// The entry by `require`. In Node, `import` comes here too, so that there is one SmsWorksError and one core however it is
// reached. The core is required, not imported: Jest runs no `import()`.
import { loadWith } from "../load.js";

declare const require: (file: "./core.cjs") => typeof import("../core/commonjs.js");

loadWith(() => require("./core.cjs").start());

export * from "./exports.js";
