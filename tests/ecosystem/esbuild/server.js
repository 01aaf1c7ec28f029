import "./both.js";

globalThis.run(JSON.parse(process.argv.at(-1))).then(console.log);
