// A sandbox in a process of its own, for `serveApart` in serve.mjs.
import { setTimeout as wait } from "node:timers/promises";
import { createSandbox } from "smsworks-wasm/sandbox";

const sandbox = createSandbox(JSON.parse(process.argv[2]));
const { url } = await sandbox.listen();

const actions = {
  ask: (name, given) => (typeof sandbox[name] === "function" ? sandbox[name](...given) : sandbox[name]),
  until: async (list, length, operation) => {
    const has = () => sandbox[list].filter((one) => !operation || one.operation === operation).length >= length;
    while (!has()) await wait(1);
  },
};
process.on("message", async ([action, ...given]) => process.send({ answer: await actions[action](...given) }));
process.send(url);
