import { createSandbox } from "smsworks-wasm/sandbox";
import { checkApp } from "../shared/browser.mjs";
import { printVersions } from "../shared/programs.mjs";
import { file } from "../shared/serve.mjs";

printVersions({ Parcel: "parcel" });
// What Parcel makes of import() keeps a failure for as long as the page lives.
await checkApp({ createSandbox, loadsAgain: false, answer: (request, path) => file("dist", path) });
