import { ask } from "./ask.js";

const worker = new Worker("worker.js", { type: "module" });

globalThis.run = (given) =>
  new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(`The worker failed: ${event.message}`));
    ask(worker, given).then(resolve, reject);
  });
